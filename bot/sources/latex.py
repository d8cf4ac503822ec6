"""LaTeX in titles and abstracts, as people read it: `$10\\%$` is 10%, `G\\"odel` is Gödel.

Only what is surely LaTeX is touched: prose with a dollar, a backslash or a brace stays.
"""

import re
from collections.abc import Set

from bot.sources.formulas import formula_text, is_known, plain

MAX_LENGTH = 100_000
"""Characters; longer texts are left alone. The longest of 100,000 real abstracts has 3,342."""

_MAX_FORMULAS = 1000
_MAX_DEPTH = 8
_PLACE = "\ue002"
_PRIVATE = re.compile("[\ue000-\ue002]")

_WINDOWS_PATH = re.compile(r"((?<!\w)[A-Za-z]:(?:\\[\w.%~-]+)+\\?(?![\w{$]))")
_FORMULA = re.compile(
    r"(?<!\\)\$\$(?P<display>(?:\\.|[^$\\]){1,600})\$\$"
    r"|(?<!\\)\$(?P<inline>(?:\\.|[^$\\]){1,600})\$"
    r"|(?<!\\)\\\((?P<round>(?:\\[^()]|[^\\$]){1,600})\\\)"
    r"|(?<!\\)\\\[(?P<square>(?:\\[^\[\]]|[^\\$]){1,600})\\\]"
)
_AMOUNT = re.compile(r"\d[\d.,]*\w?\s+[^\W\d_]")
_PROSE = re.compile(r"[^\W\d_]{2,}\s+[^\W\d_]{2,}|\s[^\W\d_]{2,}\s")

_ACCENT = re.compile(
    r"(?<!\\)(?P<open>\{)?\\"
    r"(?:(?P<sign>['\"`^~=.])(?:(?<=[^\W\d_]\\.) )?"
    r"|(?P<letter>[uvHckrbd])(?:(?=\{)|(?(open)\s|\A)))"
    r"(?:\{\\?(?P<braced>[A-Za-z])\}|\\?(?P<bare>[A-Za-z]))(?(open)\})"
)
_CLOSING_QUOTE = re.compile(r"\\(['\"])(?![\w{\\])")
_SPECIAL_LETTER = re.compile(
    r"\{\\(?P<grouped>ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j)\s?\}"
    r"|(?<!\\)\\(?P<closed>ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j)\{\}"
    r"|(?<=[^\W\d_])\\(?P<inside>ss|ae|oe|aa|o|l|i|j)\s(?=[a-z])"
)
_GROUP = r"\{((?:[^{}]|\{[^{}]*\}){0,2000})\}"
_STYLED = re.compile(
    r"(?<!\\)\\(?:emph|enquote|mbox|text(?:bf|it|md|normal|rm|sc|sf|sl|tt|up)?|underline|url)"
    rf"\s?{_GROUP}"
)
_DECLARED = re.compile(
    r"\{\\(?:bf|em|it|rm|sc|sf|sl|tt)(?:series|shape|family)?\s([^{}]{0,2000})\}"
)
_LINKED = re.compile(rf"(?<!\\)\\href\s?\{{([^{{}}]{{0,2000}})\}}\s?{_GROUP}")
_CITED = re.compile(r"(?<!\\)\\cite[a-z]{0,10}\*?\s?\{([^{}]{1,500})\}")
_SYMBOL = re.compile(r"(?<!\\)\\([A-Za-z]{2,20})(?:\{\})?")
_ESCAPED = re.compile(r"(?<![\\:])\\([%&$#_{} ])")
_QUOTED = re.compile(r"(?<!`)``(?!`)((?:(?!''|``)[^\n]){1,300})''(?!')")


def readable(text: str) -> str:
    """The text with its LaTeX as people read it: `10$^{-6}$` is 10⁻⁶, `\\emph{so}` is so.

    What cannot be read as LaTeX stays as it came: unknown macros, unbalanced braces, amounts
    such as "$5 and $10", Windows paths. Takes time linear in the length; never raises.
    """
    if not any(sign in text for sign in ("\\", "$", "``")):
        return text
    if len(text) > MAX_LENGTH or _PRIVATE.search(text):
        return text
    pieces = _WINDOWS_PATH.split(text)
    pieces[::2] = map(_read, pieces[::2])
    return "".join(pieces)


def without_accent_macros(text: str) -> str:
    """The text with accents and special letters of LaTeX as characters: `Herv\\'e` is Hervé."""
    quotes = set(_CLOSING_QUOTE.findall(text))
    text = _ACCENT.sub(lambda found: _accented(found, quotes), text)
    return _SPECIAL_LETTER.sub(_special_letter, text)


def _read(text: str) -> str:
    """Formulas are put aside, so that nothing else touches them, and put back at the end."""
    formulas: list[str] = []
    text = without_accent_macros(_put_aside(text, formulas))
    for _ in range(_MAX_DEPTH):
        text, before = _unwrapped(text), text
        if text == before:
            break
    text = _ESCAPED.sub(r"\1", _SYMBOL.sub(_symbol, text))
    aside = iter(formulas)
    return re.sub(_PLACE, lambda _: next(aside), _QUOTED.sub(r"“\1”", text))


def _put_aside(text: str, formulas: list[str]) -> str:
    """The text with a mark for each formula; what a formula reads as goes to `formulas`.

    Behind a dollar that opens no formula the search goes on: the next one may.
    """
    done: list[str] = []
    position = 0
    while len(formulas) < _MAX_FORMULAS and (found := _FORMULA.search(text, position)):
        inner = found[found.lastgroup or 0]
        if _is_formula(inner, text[found.end() : found.end() + 1]):
            formulas.append(formula_text(inner) or found[0])
            done += text[position : found.start()], _PLACE
            position = found.end()
        else:
            done.append(text[position : found.start() + 1])
            position = found.start() + 1
    return "".join([*done, text[position:]])


def _is_formula(inner: str, behind: str) -> bool:
    """Tells `$k$` from the text between two amounts of money or two shell variables."""
    if not inner.strip() or "\n\n" in inner or _AMOUNT.match(inner):
        return False
    if any(sign in inner for sign in "\\^_"):
        return True
    if inner != inner.strip() or _PROSE.search(inner):
        return False
    if inner[0].isdigit() and behind.isdigit():
        return False
    return not (inner[-1] in ":,;/-" and behind.isalnum())


def _unwrapped(text: str) -> str:
    text = _DECLARED.sub(r"\1", _STYLED.sub(r"\1", text))
    return _CITED.sub(r"[\1]", _LINKED.sub(r"\2 (\1)", text))


def _accented(found: re.Match[str], quotes: Set[str]) -> str:
    """The letter with its accent, if there is one such character; else as it came.

    As it came also where the backslash only escapes a quotation mark: `it\\'s`, `\\"a word\\"`.
    """
    letter, sign = found["braced"] or found["bare"], found["sign"]
    if found["bare"] and not found["open"] and _is_quote(found, quotes):
        return found[0]
    text = plain(f"\\{sign or found['letter']}{{{letter}}}")
    return text if text and len(text) == 1 else found[0]


def _is_quote(found: re.Match[str], quotes: Set[str]) -> bool:
    before = found.string[max(0, found.start() - 1) : found.start()]
    behind = found.string[found.end() : found.end() + 1]
    if not before.isalpha() or " " in found[0]:
        return found["sign"] in quotes
    return found["sign"] == "'" and found["bare"] == "s" and not behind.isalpha()


def _special_letter(found: re.Match[str]) -> str:
    return plain(f"\\{found[found.lastgroup or 0]}") or found[0]


def _symbol(found: re.Match[str]) -> str:
    """One sign for one macro, as in `5\\times`; macros that stand for a word or for space stay."""
    text = plain(f"\\{found[1]}") if is_known(found[1]) else None
    return text if text and len(text) == 1 and not text.isascii() else found[0]
