"""One formula of LaTeX as plain text: `n^{-6}` is n⁻⁶, `\\mathcal{O}(n)` is O(n).

pylatexenc knows the macros; small characters, fractions and plain letters are made here.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

from pylatexenc.latex2text import LatexNodes2Text, get_default_latex_context_db
from pylatexenc.latexwalker import LatexWalker, LatexWalkerError

_MAX_DEPTH = 8
_MAX_MACROS = 60

_RAISED = dict(
    zip(
        "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW*'",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ*′",
        strict=True,
    ),
) | {r"\circ": "°", r"\prime": "′", r"\ast": "*", r"\star": "*", r"\top": "ᵀ"}
_LOWERED = dict(
    zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)
_SIGNS = {"^": "\ue000", "_": "\ue001"}
"""Private characters for scripts that are done, which no further rewriting may touch."""

_OPERATORS = ("arg", "deg", "det", "dim", "gcd", "hom", "ker", "lcm", "Pr", "sgn")
_REWRITTEN = {name: rf"\mathrm{{{name}}}" for name in _OPERATORS} | {
    "C": "ℂ",
    "N": "ℕ",
    "Q": "ℚ",
    "R": "ℝ",
    "Z": "ℤ",
    "colon": ":",
    "dfrac": r"\frac",
    "tfrac": r"\frac",
}
"""Macros that pylatexenc does not know; the letters are what authors define most often."""

_SILENT = re.compile(
    r"Bbb|bf|cal|displaystyle|frak|it|left|limits|mathop|nolimits|operatorname|right|rm|sf"
    r"|textstyle|[Bb]igg?[lr]?"
)
"""Macros that only say how something looks; pylatexenc drops them."""

_PLAIN_STYLES = re.compile("[\u2100-\u214f\U0001d400-\U0001d7ff]")
_KEPT_STYLES = "ℓℝℂℕℤℚℙℍ"

_MACRO = re.compile(r"\\([A-Za-z]+)")
_BRACE = re.compile(r"(?<!\\)[{}]")
_BARE_SPECIAL = re.compile(r"(?<!\\)[%&#]")
_CONTENT = r"\{((?:[^{}]|\{\}){0,600})\}"
_FRACTION = re.compile(rf"\\frac\s*{_CONTENT}\s*{_CONTENT}")
_SCRIPT = re.compile(rf"(?<!\\)([\^_])\s*(?:{_CONTENT}|(\\[A-Za-z]+|[^\s{{}}\\^_]))")
_LONG_WORD = re.compile(r"[A-Za-z]{3}")
_SIMPLE_SCRIPT = re.compile(r"\w+|\\[A-Za-z]+")
_LOPSIDED = re.compile(r"(?<=[^\s(])([·×±∈≤≥→⊗∘∩∪⊂≈]) (?=\S)")


@lru_cache(maxsize=4096)
def formula_text(formula: str) -> str | None:
    """A formula, without its dollars, as text; None for one that cannot be read.

    That is one with unknown macros or unbalanced braces, or one too deep.
    """
    if not any(sign in formula for sign in "\\^_{}~%&#"):
        return formula.strip()
    macros = _MACRO.findall(formula)
    if len(macros) > _MAX_MACROS or _depth(formula) > _MAX_DEPTH:
        return None
    if not all(map(_can_be_read, macros)):
        return None
    return _text(_MACRO.sub(_rewritten, _BARE_SPECIAL.sub(r"\\\g<0>", formula)))


def plain(latex: str) -> str | None:
    """What pylatexenc makes of some LaTeX, or None where it fails."""
    try:
        nodes = LatexWalker(latex, tolerant_parsing=False).get_latex_nodes()[0]
        text: str = _converter().nodelist_to_text(nodes)
    except (LatexWalkerError, LookupError, AttributeError, TypeError, RecursionError):
        # Beside its own error it raises these for macros that lack an argument.
        return None
    return text


def is_known(macro: str) -> bool:
    """Whether pylatexenc has a text for the macro of that name."""
    # \textfrac is known and broken: pylatexenc 2.11 logs an error of its own at every use.
    return macro != "textfrac" and _lookup()(macro) is not None


def _can_be_read(macro: str) -> bool:
    return macro in _REWRITTEN or is_known(macro) or bool(_SILENT.fullmatch(macro))


def _rewritten(found: re.Match[str]) -> str:
    return _REWRITTEN.get(found[1], found[0])


def _text(source: str) -> str | None:
    found = plain(f"${_scripts(_fractions(_scripts(source)))}$")
    if found is None:
        return None
    for sign, code in _SIGNS.items():
        found = found.replace(code, sign)
    found = _PLAIN_STYLES.sub(_plain_letter, " ".join(found.split()))
    return _LOPSIDED.sub(r" \1 ", found) or None


def _depth(formula: str) -> int:
    """The deepest nesting of braces; more than any formula's when they are not balanced."""
    level = deepest = 0
    for brace in _BRACE.findall(formula):
        level += 1 if brace == "{" else -1
        deepest = max(deepest, level)
        if level < 0:
            break
    return deepest if level == 0 else len(formula) + _MAX_DEPTH


def _scripts(source: str) -> str:
    """From the innermost outwards."""
    for _ in range(_MAX_DEPTH):
        source, before = _SCRIPT.sub(_script, source), source
        if source == before:
            break
    return source


def _script(found: re.Match[str]) -> str:
    """Small characters where there are such, else the sign with what belongs to it.

    The empty braces keep a macro before them from taking the characters into its name.
    """
    content = (found[3] if found[2] is None else found[2]).strip()
    table = _RAISED if found[1] == "^" else _LOWERED
    if content in table:
        return "{}" + table[content]
    if all(char in table for char in content) and not _LONG_WORD.search(content):
        return "{}" + "".join(table[char] for char in content)
    sign = _SIGNS[found[1]]
    return f"{sign}{content}" if _SIMPLE_SCRIPT.fullmatch(content) else f"{sign}({content})"


def _fractions(source: str) -> str:
    return _FRACTION.sub(lambda found: f"{_operand(found[1])}/{_operand(found[2])}", source)


def _operand(source: str) -> str:
    return f"({source})" if re.search(r"[\s+*/-]", source.strip()) else f"{source}{{}}"


def _plain_letter(found: re.Match[str]) -> str:
    """Bold, script and other letters as plain ones, but for number sets."""
    char = found[0]
    return char if char in _KEPT_STYLES else unicodedata.normalize("NFKC", char)


@cache
def _converter() -> LatexNodes2Text:
    return LatexNodes2Text(math_mode="text", keep_comments=True)


@cache
def _lookup() -> Callable[[str], object]:
    lookup: Callable[[str], object] = get_default_latex_context_db().get_macro_spec
    return lookup
