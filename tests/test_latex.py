"""LaTeX becomes what people read; everything else stays as it came."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.latex import readable


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"$10\%$", "10%"),
        (r"60\%", "60%"),
        ("$k$-means", "k-means"),
        ("pass@$k$, top-$k$", "pass@k, top-k"),
        ("10$^{-6}$", "10⁻⁶"),
        (r"$3$ to $10\times$", "3 to 10×"),
        (r"$90$+$\%$", "90+%"),
        (r"$\sim$10 hours", "∼10 hours"),
        (r"$\mathcal{O}(n^2)$", "O(n²)"),
        (r"$\mathbb{R}^d$ and $ \mathbb{R} $", "ℝᵈ and ℝ"),
        (r"$\ell_2$, $\alpha_i^2$, $x_{k+1}$", "ℓ₂, αᵢ², xₖ₊₁"),
        (r"$x_{max}$ $x_{i,j}$ $n^{\log n}$", "x_max x_(i,j) n^(log n)"),
        (r"$10^{10^{10}}$", "10^(10¹⁰)"),
        (r"$\frac{1}{2}$, $\frac{a+b}{c}$", "1/2, (a+b)/c"),
        (r"$90^\circ$, $x^*$, $a \le b$, $a\cdot b$", "90°, x*, a ≤ b, a · b"),
        (r"$\operatorname{Tr}(A)$, $\dim V$, ${\cal N}=4$", "Tr(A), dim V, N=4"),
        (r"$1{,}000$ and \(x^2\) and \[y_1\] and $$z$$", "1,000 and x² and y₁ and z"),
        (r"Herv\'e J\'egou, G\"{o}del, {\'e}, \'{\i}", "Hervé Jégou, Gödel, é, í"),
        (r"\v{S}ar\=a Erd\H{o}s S{\o}ren S\o ren {\L}uk", "Šarā Erdős Søren Søren Łuk"),
        (r"\emph{x}, \textbf{a \textit{b}}, {\em so}", "x, a b, so"),
        (r"\emph{the $k$-th \% of it}", "the k-th % of it"),
        (r"\url{https://a.b/c_d} \href{http://a.b}{here}", "https://a.b/c_d here (http://a.b)"),
        (r"as in \cite{foo}, 1.5\times, et al.\ (2020)", "as in [foo], 1.5×, et al. (2020)"),
        (r"\$5 \& a\_b \#1 \{x\}", "$5 & a_b #1 {x}"),
        ("``objects'' and ``compile''", "“objects” and “compile”"),
        (r"\textfrac and $\textfrac$ and $10%$", r"\textfrac and $\textfrac$ and 10%"),
    ],
)
def test_latex_is_shown_as_people_read_it(latex: str, shown: str) -> None:
    assert readable(latex) == shown


@pytest.mark.parametrize(
    "text",
    [
        "costs $5 and $10",
        "US$5 and HK$10, or $5M to $10M, $5-$10",
        "costs $5 or 3$ more",
        "$5 {x} and $10",
        "$PATH:$HOME, $foo and $bar",
        r"C:\temp and D:\new\table is",
        r"\\server\share",
        "50% of a_b, #1 & ~ {x}",
        "MDETR -- Modulated Detection --- again",
        r"it\'s, don\'t, he said \"a word\" and \"an apple\"",
        r"the regex \d a \s+ \w*",
        r"$\unknown{x}$ and $\frac{1}{2$",
        r"\emph{never closed",
        "a ` b `` c",
        "\ue000 private \ue002 $k$",
    ],
)
def test_prose_and_what_cannot_be_read_stay_as_they_came(text: str) -> None:
    assert readable(text) == text


def test_a_dollar_of_money_does_not_hide_the_formula_behind_it() -> None:
    assert readable("costs $5 and $k$-means is free") == "costs $5 and k-means is free"


HOSTILE = {
    "backslashes": "\\" * 100_000,
    "dollars": "$" * 100_000,
    "open braces": "{" * 100_000,
    "open macros": "\\emph{" * 5_000,
    "macros with much in them": ("\\emph{" + "a" * 240 + " ") * 400,
    "accents": "\\'" * 50_000,
    "quotes": "``a" * 33_000,
    "links": "\\href{a}" * 4_000,
    "citations": "\\cite{" * 5_000,
    "deep scripts": "$" + "x^{" * 190 + "}" * 190 + "$",
    "deep macros": "$" + "\\sqrt" * 110 + "$",
    "formulas": " ".join(f"$\\alpha_{{{n}}}$" for n in range(4_000)),
    "a path": "C:\\" + "\\a" * 49_000,
    "too long": "$k$ " * 100_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_costs_little_time(text: str) -> None:
    start = time.process_time()
    readable(text)
    assert time.process_time() - start < 2


PIECES = [
    *"\\${}^_'\"`%&#~[]()-ab2",
    *("\\\\", "\n", "\\frac", "\\sqrt", "\\emph", "\\text", "\\left", "\\right", "\\begin"),
    *("\\end", "\\href", "\\mathbb", "\\over", "\\not", "\\substack", "\\hat", "\\verb"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_no_heap_of_latex_raises(text: str) -> None:
    readable(text)
    readable(f"${text}$")


@given(st.text(st.characters(exclude_characters="\\$`")))
def test_text_without_signs_of_latex_is_never_changed(text: str) -> None:
    assert readable(text) == text


@given(st.lists(st.sampled_from([r"$10\%$ ", "$k$-means ", "10$^{-6}$ ", r"\'e ", "$5 and "])))
def test_reading_what_is_readable_changes_nothing(pieces: list[str]) -> None:
    once = readable("".join(pieces))
    assert readable(once) == once
