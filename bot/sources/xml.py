"""XML from strangers: no document types, no entities but XML's own, no guessing."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from xml.etree import ElementTree

from bot.errors import SourceError

Element = ElementTree.Element

_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,300}\?>")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_PAGE = re.compile(r"\A\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)
_MARKS = ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be"))


def parse_xml(body: bytes, what: str) -> Element:
    """The root of a document. Raises SourceError, which names `what`, for what is no XML."""
    text = xml_text(body, what)
    try:
        return ElementTree.fromstring(text)  # noqa: S314 - without a document type, it is safe
    except ElementTree.ParseError as error:
        line, column = error.position
        raise SourceError(f"{what} is broken XML at line {line}, column {column}.") from None


def xml_text(body: bytes, what: str) -> str:
    """A document as text, without its declaration and without characters that XML forbids.

    Raises SourceError for web pages, and for documents that define entities: these can grow
    without end, or read files.
    """
    text = _decoded(body).lstrip("\ufeff")
    if _PAGE.match(text):
        raise SourceError(f"{what} is a web page, not XML.")
    if not text.strip():
        raise SourceError(f"{what} is empty.")
    if "<!ENTITY" in text or ("<!DOCTYPE" in text and "[" in text.partition("<!DOCTYPE")[2][:500]):
        raise SourceError(f"{what} defines entities of its own, and is not read.")
    return _FORBIDDEN.sub(" ", _DECLARATION.sub("", text, count=1))


def _decoded(body: bytes) -> str:
    """As the byte order mark, or the declaration, or UTF-8 has it; else each byte a character."""
    marked = next((name for mark, name in _MARKS if body.startswith(mark)), None)
    declared = _DECLARED.match(body[:400])
    names = [marked, declared[1].decode("ascii") if declared else None, "utf-8"]
    for name in filter(None, names):
        try:
            return body.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return body.decode("cp1252", errors="replace")


def local(element: Element) -> str:
    """An element's name without its namespace, in lower case."""
    return str(element.tag).rpartition("}")[2].lower()


def children(element: Element, name: str) -> list[Element]:
    """The children of that local name."""
    return [each for each in element if local(each) == name]


def text_of(element: Element, *names: str) -> str:
    """The text of the first child that has one of those local names, in one line; "" for none."""
    for name in names:
        for each in children(element, name):
            text = " ".join("".join(each.itertext()).split())
            if text:
                return text
    return ""
