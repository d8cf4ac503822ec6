"""What a message with papers shows, in a form that its own buttons can carry."""

from dataclasses import dataclass, replace
from enum import StrEnum

SEPARATOR = "|"
MAX_OFFSET = 1_000
"""No listing goes further than this many papers."""


class ViewKind(StrEnum):
    """What `View.key` names.

    SHARED is a paper as it stands in a channel, TOLD a word on what was done with one.
    """

    SEARCH = "search"
    SIMILAR = "similar"
    SAVED = "saved"
    HIDDEN = "hidden"
    SHOW = "show"
    DIGEST = "digest"
    SHARED = "shared"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class View:
    """A page of papers: of a search, of the papers like another, of a digest…

    It holds ids only, so a press of one of its buttons is looked up, and checked, again.
    """

    kind: ViewKind
    key: str
    offset: int = 0

    def encode(self, number: int) -> str:
        """The `block_id` of the view's paper at `number`: unique within the message."""
        return SEPARATOR.join((self.kind, str(self.offset), str(number), self.key))

    @classmethod
    def decode(cls, block_id: str) -> "View | None":
        """The view that a block belongs to; None when the block is none of ours."""
        kind, _, rest = block_id.partition(SEPARATOR)
        offset, _, rest = rest.partition(SEPARATOR)
        _number, found, key = rest.partition(SEPARATOR)
        if not found or kind not in set(ViewKind) or (start := offset_in(offset)) is None:
            return None
        return cls(ViewKind(kind), key, start)

    def at(self, offset: int) -> "View":
        """The same listing from another paper on."""
        return replace(self, offset=offset)


def offset_in(text: str) -> int | None:
    """The offset that a button or a block carries; None for what none of ours would carry."""
    is_number = text.isdecimal() and len(text) <= len(str(MAX_OFFSET))
    return int(text) if is_number and int(text) <= MAX_OFFSET else None
