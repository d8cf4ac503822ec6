"""What Slack hands out for a short time: trigger ids for modals, response URLs for answers."""

from dataclasses import dataclass

TRIGGER_SECONDS = 3
HOOK_SECONDS = 30 * 60
HOOK_USES = 5


@dataclass(slots=True)
class Trigger:
    """Lets the app open one modal for one person, within three seconds."""

    id: str
    team_id: str
    user_id: str
    made: float
    is_used: bool = False

    def refusal(self, now: float) -> str:
        """Slack's error code for using it at `now`; empty when it may be used."""
        if self.is_used:
            return "exchanged_trigger_id"
        return "expired_trigger_id" if now - self.made > TRIGGER_SECONDS else ""


@dataclass(slots=True)
class Hook:
    """A response_url: five answers within half an hour, to whom and where it was given.

    `source_ts` is the message whose control was pressed; None for a slash command.
    """

    path: str
    team_id: str
    user_id: str
    channel: str
    made: float
    source_ts: str | None = None
    uses: int = 0

    def refusal(self, now: float) -> str:
        """Slack's error code for using it at `now`; empty when it may be used."""
        if now - self.made > HOOK_SECONDS:
            return "expired_url"
        return "used_url" if self.uses >= HOOK_USES else ""
