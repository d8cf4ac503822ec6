"""HTML that is safe by its making: whatever is not `Html` already is escaped."""

from html import escape

VOID = frozenset({"br", "hr", "input"})
Attribute = str | int | bool | None


class Html(str):
    """Text that is HTML, because `tag` or `join` made it."""

    __slots__ = ()


def text(words: str) -> Html:
    """Words as they are."""
    return Html(escape(words))


def join(*pieces: str) -> Html:
    """The pieces one after the other, those that are words escaped."""
    return Html("".join(p if isinstance(p, Html) else escape(p) for p in pieces))


def tag(name: str, /, *inside: str, **attributes: Attribute) -> Html:
    """An element.

    Attributes are named as in Python: `class_`, `data_block`. True stands alone; None and False
    are left out.
    """
    told = "".join(
        _attribute(key.rstrip("_").replace("_", "-"), value)
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Html(f"<{name}{told}>" + ("" if name in VOID else f"{join(*inside)}</{name}>"))


def _attribute(name: str, value: Attribute) -> str:
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
