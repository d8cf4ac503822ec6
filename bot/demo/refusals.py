"""How this Slack says no: an error code of Slack's, with what else the answer carries."""

from collections.abc import Sequence
from typing import Any


class Refused(Exception):
    """A call that Slack would not carry out.

    `code` goes into the answer's `error`; `messages` say which part broke which limit; `extra`
    are further keys of the answer. A `retry_after` makes it a 429.
    """

    def __init__(
        self,
        code: str,
        messages: Sequence[str] = (),
        *,
        retry_after: int | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(": ".join([code, *messages]))
        self.code = code
        self.messages = list(messages)
        self.retry_after = retry_after
        self.extra = extra or {}

    def answer(self) -> dict[str, Any]:
        """The body of the answer."""
        told: dict[str, Any] = {"ok": False, "error": self.code} | self.extra
        if self.messages:
            told["response_metadata"] = {"messages": [f"[ERROR] {m}" for m in self.messages]}
        return told
