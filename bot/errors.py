"""What can go wrong, as people should hear of it."""


class PaperwireError(Exception):
    """The root; its text is one sentence that may be shown to the one who runs the bot."""


class UserError(PaperwireError):
    """Somebody asked for what cannot be done: shown as it is, says what to do instead."""


class SettingsError(PaperwireError):
    """A setting is missing or wrong; names it, never its value when that is a secret."""


class StoreError(PaperwireError):
    """The database cannot be used: locked, read-only, unreadable or of a newer version."""


class SourceError(PaperwireError):
    """A source of papers cannot be read at all."""


class SourceStopped(SourceError):
    """Paperwire itself ended the reading of a source; it goes on from there another time."""


class SourceBusy(SourceError):
    """A source asks to be left alone for a while: nothing is wrong, and `seconds` says how long."""

    def __init__(self, text: str, seconds: int) -> None:
        super().__init__(text)
        self.seconds = seconds
