"""Sealing: what the database must not hold in clear. The only importer of cryptography."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import SettingsError


def new_key() -> str:
    """A key for PAPERWIRE_SECRET_KEY, by chance."""
    return Fernet.generate_key().decode()


class Keys:
    """One key or several with commas between, newest first: it seals, and any of them opens."""

    def __init__(self, text: str) -> None:
        ciphers = [Fernet(key.strip()) for key in text.split(",")]
        self._newest, self._all = ciphers[0], MultiFernet(ciphers)

    def seal(self, text: str) -> str:
        """The text so that nobody reads it who lacks the keys."""
        return self._newest.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """What was sealed. Raises SettingsError when none of the keys opens it."""
        try:
            return self._all.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise SettingsError(
                "PAPERWIRE_SECRET_KEY does not open the tokens in the database: set the key that "
                "they were stored with, or both with a comma between, the new one first."
            ) from None

    def is_newest(self, sealed: str) -> bool:
        """Whether it was sealed with the newest key."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True
