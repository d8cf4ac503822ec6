"""The seed documents and their two formats: what is read, and what is said about the rest."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bot
from bot.errors import SourceError
from bot.sources.byline import UnclearByline, read
from bot.sources.collaborators import parse_collaborators
from bot.sources.links import is_code, links_in
from bot.sources.listing import parse_listing
from bot.sources.names import is_clean
from bot.sources.pages import Parsed, lines_of
from bot.sources.records import Problem
from bot.sources.seeds import YEAR_TAKEN, parse, read_seeds, seed_records, seeds_folder
from bot.sources.vocabulary import Vocabulary
from recommender import Paper

SEEDS = {path.name: path.read_text(encoding="utf-8") for path in seeds_folder().glob("*.txt")}
PARSED = {parsed.source.removeprefix("seeds:"): parsed for parsed in read_seeds()}
ENTRIES = [paper for parsed in PARSED.values() for paper in parsed.entries]
LISTED = [paper for paper in ENTRIES if paper.venue is None]
HERVE = "004_e24d3090b5e28072.txt"


def titled(beginning: str) -> Paper:
    return next(paper for paper in LISTED if paper.title.startswith(beginning))


# The five documents


def test_the_seeds_are_127_entries_and_118_papers_without_a_problem() -> None:
    assert [len(parsed.entries) for parsed in PARSED.values()] == [15, 50, 38, 14, 10]
    assert len({paper.id for paper in ENTRIES}) == 118
    assert list(PARSED) == sorted(SEEDS)
    assert [problem for parsed in PARSED.values() for problem in parsed.problems] == []
    assert list(seed_records()) == ENTRIES


def test_every_line_of_the_seeds_is_part_of_an_entry_or_of_the_heading() -> None:
    for name, text in SEEDS.items():
        assert {line.number for line in lines_of(text)} <= PARSED[name].accounted_lines()


@pytest.mark.parametrize("paper", ENTRIES, ids=lambda paper: paper.title[:40])
def test_every_entry_is_whole(paper: Paper) -> None:
    assert paper.title == paper.title.strip() != ""
    assert len(paper.abstract) > 200
    assert "$" not in paper.title + paper.abstract
    assert all(map(is_clean, paper.authors))
    assert len(paper.authors) == (1 if paper.venue else 3)
    assert paper.sources[0].startswith("seeds:00")
    assert paper.id.startswith("title:")


def test_every_listed_entry_has_a_subject_and_a_date_up_to_the_year_taken() -> None:
    assert {paper.area for paper in LISTED} == {
        *("AI", "AS", "CL", "CR", "CV", "IR", "LG", "ML", "PL", "RO", "SD", "SE")
    }
    dates = [paper.published for paper in LISTED if paper.published]
    assert len(dates) == 117
    assert (min(dates), max(dates)) == (date(2017, 8, 7), date(2026, 5, 27))
    assert sum(day.year == YEAR_TAKEN for day in dates) == 11
    assert sum(not paper.more_authors for paper in LISTED) == 8


REAL = [
    ("Improving Wikipedia Verifiability with AI", "Fabio Petroni"),
    ("Toward Training Superintelligent Software Agents through Self-Play SWE-RL", "Yuxiang Wei"),
    (
        "SWE-RL: Advancing LLM Reasoning via Reinforcement Learning on Open Software Evolution",
        "Yuxiang Wei",
    ),
    ("Effective Distillation to Hybrid xLSTM Architectures", "Lukas Hauzenberger"),
    (
        "CWM: An Open-Weights LLM for Research on Code Generation with World Models",
        "FAIR CodeGen team",
    ),
    (
        "SeamlessM4T: Massively Multilingual & Multimodal Machine Translation",
        "Seamless Communication",
    ),
    ("Distilling System 2 into System 1", "Ping Yu"),
    ("The Faiss library", "Matthijs Douze"),
    ("Inference-time sparse attention with asymmetric indexing", "Pierre-Emmanuel Mazaré"),
    ("Learning from Dialogue after Deployment: Feed Yourself, Chatbot!", "Braden Hancock"),
    (
        "Augmentation Invariant Discrete Representation for Generative Spoken Language Modeling",
        "Itai Gat",
    ),
    ("From Discrete Tokens to High-Fidelity Audio Using Multi-Band Diffusion", "Robin San Roman"),
    ("Spirit LM: Interleaved Spoken and Written Language Model", "Tu Anh Nguyen"),
    (
        "Extrapolative Weight Averaging Reveals Correctness-Efficiency Frontiers in Code RL",
        "Kunhao Zheng",
    ),
    ("ProgramBench: Can Language Models Rebuild Programs From Scratch?", "John Yang"),
    (
        "MDETR -- Modulated Detection for End-to-End Multi-Modal Understanding",
        "Aishwarya Kamath",
    ),
    ("wav2letter++: The Fastest Open-source Speech Recognition System", "Vineel Pratap"),
    (
        "BigO(Bench) -- Can LLMs Generate Code with Controlled Time and Space Complexity?",
        "Pierre Chambon",
    ),
    (
        "Don't Transform the Code, Code the Transforms: Towards Precise Code Rewriting using LLMs",
        "Chris Cummins",
    ),
    (
        "What I cannot execute, I do not understand: Training and Evaluating LLMs on Program "
        "Execution Traces",
        "Jordi Armengol-Estapé",
    ),
    ("Post-training an LLM for RAG? Train on Self-Generated Demonstrations", "Matthew Finlayson"),
    ("Bridging Offline and Online Reinforcement Learning for LLMs", "Jack Lanchantin"),
    ("Hybrid Reinforcement: When Reward Is Sparse, It's Better to Be Dense", "Leitian Tao"),
    ("STARDATA: A StarCraft AI Research Dataset", "Zeming Lin"),
    ("FlashRNN: I/O-Aware Optimization of Traditional RNNs on modern hardware", "Korbinian Pöppel"),
    (
        "Addressing Parameter Choice Issues in Unsupervised Domain Adaptation by Aggregation",
        "Marius-Constantin Dinu",
    ),
]


@pytest.mark.parametrize(("title", "first"), REAL)
def test_real_titles_end_where_their_authors_begin(title: str, first: str) -> None:
    found = [paper for paper in LISTED if paper.title == title]
    assert found
    assert {paper.authors[0] for paper in found} == {first}


def test_what_the_seeds_say_beside_titles() -> None:
    assert titled("OptimalThinkingBench").organisations == ("cmu", "meta-ai")
    assert titled("Self-Pruned").published == date(2026, 5, 13)
    assert titled("Automatic Textbook").has_code is True
    assert titled("Automatic Textbook").published == date(2026, 4, 3)
    assert titled("DINOv2").has_code is None
    assert titled("AudioGen").urls == ("https://felixkreuk.github.io/audiogen",)
    assert titled("FlashRNN").urls == ("https://github.com/NX-AI/flashrnn",)
    assert titled("PointMapPolicy").urls == ("https://point-map.github.io/Point-Map/",)
    assert titled("Flashlight").urls == ("https://github.com/flashlight/flashlight",)
    assert "factor of 3 to 10×, longer" in titled("Self-Pruned").abstract
    assert "“compile” (distill)" in titled("Distilling System 2").abstract


def test_the_person_of_a_collaborators_page_is_an_author_of_each_of_its_papers() -> None:
    papers = PARSED[HERVE].entries
    assert {paper.authors for paper in papers} == {("Hervé Jégou",)}
    assert all(paper.more_authors and paper.published is None for paper in papers)
    assert {paper.venue for paper in papers} == {
        "arXiv.org Artificial Intelligence",
        "arXiv.org Machine Learning",
    }
    assert [paper.title for paper in papers if paper.has_code] == [
        "Moshi: a speech-text foundation model for real-time dialogue",
        "Automatic Data Curation for Self-Supervised Learning: A Clustering-Based Approach",
    ]
    stable = next(paper for paper in papers if "Stable Signature" in paper.title)
    assert "10% of the content, with 90+% accuracy at a false positive rate below 10⁻⁶." in (
        stable.abstract
    )


# New pages of the same formats

INVENTED = [
    ("Scaling Laws, Revisited", ["Maria van der Berg", "Tom Lee", "Xi Chen"]),
    ("Do Transformers Count?", ["Jean-Baptiste O'Connor", "L. Zhao"]),
    ("Attention Is Not Enough!", ["D. J. McMilin"]),
    ("A Study of 3D", ["Yann LeCun", "Ann DeVries", "Bo Li"]),
    ("Towards Faster C++", ["Élodie Durand", "Óscar Peña"]),
    ("Reasoning in GPT-4", ["Sébastien Bubeck", "Varun Chandrasekaran", "Ronen Eldan"]),
    ("Compiling with LLVM", ["Ada Lovelace"]),
    ("Learning to Rank with BM25", ["Stephen Robertson", "Hugo Zaragoza"]),
    ("What is “Understanding”?", ["Emily M. Bender", "Alexander Koller"]),
    ("Models (and Their Limits)", ["Wei-Lun Chao", "Kai-Wei Chang", "Li Wu"]),
    ("Faster Models", ["van der Maaten Laurens", "Geoffrey Hinton"]),
    ("Small Models", ["de Freitas Nando", "Li Wu"]),
    ("Better Models", ["NLLB Team", "Marta R. Costa-jussà", "James Cross"]),
    ("Reinforcement Learning", ["DeepSeek-AI", "Daya Guo", "Dejian Yang"]),
    ("Open Language Models", ["Gemma Team", "Morgane Riviere", "Shreya Pathak"]),
    ("Search for Quarks", ["The ATLAS Collaboration"]),
    ("Graph Networks for AI", ["Le Song", "El Mahdi El-Mhamdi", "Gael Le Lan"]),
    ("Cats, Dogs, and Language", ["Ana Paz", "Bo Li", "Carl Jung"]),
    ("Learning, Fast and Slow", ["Ana Paz"]),
    ("Benchmarks for GitHub", ["John Smith", "Jane Doe"]),
    ("A Library for PyTorch", ["Adam Paszke", "Sam Gross"]),
    ("Typesetting in LaTeX", ["Leslie Lamport"]),
    ("Part II", ["Daniel Litt", "Aaron Landesman"]),
    ("Modeling with RNNs", ["Sepp Hochreiter"]),
    ("Vision at 10%", ["Ömer Çelik", "Ángel Muñoz"]),
    ("Clustering with $k$-means", ["J. MacQueen"]),
    ("Bounds of $O(n^2)$", ["R. E. Tarjan"]),
    ("Agents in the Wild", ["Robert J. Marks II", "Les E. Atlas"]),
    ("Speech · Text · Vision", ["Ana Paz", "Bo Li"]),
    ("Don't Stop", ["Antony D'Avirro", "Nelly d'Aspremont"]),
    ("Proofs in Lean 4", ["Leonardo de Moura", "Sebastian Ullrich"]),
    ("Faster Inference", ["JongHae Keum", "DongSeon Hwang"]),
]
PROSE = (
    "We study models, learning and language in the wild. Our agents use PyTorch and LaTeX, and "
    "are on GitHub. Inference with RNNs is a form of modeling; reinforcement helps."
)


def an_entry(title: str, authors: list[str], more: str = "", date_line: str = "CLMay 3") -> str:
    return f"{date_line}\n{title}{', '.join(authors)}{more}\n{PROSE}\n"


@pytest.mark.parametrize(("title", "authors"), INVENTED)
@pytest.mark.parametrize("organisations", [(), ("eth-zurich", "Google DeepMind")])
def test_new_entries_are_split_alone_and_among_others(
    title: str, authors: list[str], organisations: tuple[str, ...]
) -> None:
    et_al = " et al." if len(authors) == 3 else ""
    end = et_al + (" · " + ", ".join(organisations) if organisations else "")
    others = "".join(an_entry(*other) for other in INVENTED if other[0] != title)
    for text in (an_entry(title, authors, end), others + an_entry(title, authors, end)):
        parsed = parse(text, "page", 2026)
        assert parsed.problems == ()
        paper = parsed.entries[-1]
        assert paper.title == title.replace("$k$", "k").replace("$O(n^2)$", "O(n²)")
        assert paper.authors == tuple(authors)
        assert paper.more_authors is bool(et_al)
        assert paper.organisations == organisations


@pytest.mark.parametrize(
    ("line", "area", "published", "has_code"),
    [
        ("SESep 30, 2025", "SE", date(2025, 9, 30), None),
        ("LGMay 13", "LG", date(2028, 5, 13), None),
        ("CLDec 17, 2019Code", "CL", date(2019, 12, 17), True),
        ("AIApr 3Code", "AI", date(2028, 4, 3), True),
        ("CLFeb 29", "CL", date(2028, 2, 29), None),
        ("cs.CLJan 1, 2024", "cs.CL", date(2024, 1, 1), None),
        ("stat.MLMar 31", "stat.ML", date(2028, 3, 31), None),
        ("physics.comp-phJul 4, 1999Code", "physics.comp-ph", date(1999, 7, 4), True),
        ("cond-mat.stat-mechOct 9", "cond-mat.stat-mech", date(2028, 10, 9), None),
    ],
)
def test_date_lines(line: str, area: str, published: date, has_code: bool | None) -> None:
    """A date without a year is of the year in which the page was taken."""
    (paper,) = parse_listing(an_entry("Small Models", ["Ana Paz"], "", line), "page", 2028).entries
    assert (paper.area, paper.published, paper.has_code) == (area, published, has_code)


@pytest.mark.parametrize(
    "line",
    [
        "SEFeb 30, 2025",
        "CLFeb 29",
        "LGMay 0",
        "LGMay 99",
        "SESep 30, 2027",
        "SESep 30, 1066",
        "SESpe 30, 2025",
        "SESep 3x, 2025",
        "Sep 30, 2025",
        "SESep 30 2025",
    ],
)
def test_dates_that_are_none_are_problems_and_lose_only_their_entry(line: str) -> None:
    bad = an_entry("Small Models", ["Ana Paz", "Li Wu"], " et al.", line)
    text = an_entry("Big Models", ["Bo Li"]) + bad + an_entry("Old Models", ["Ada Fox"])
    parsed = parse_listing(text, "page", 2026)
    assert [paper.title for paper in parsed.entries] == ["Big Models", "Old Models"]
    assert [(problem.line, problem.lines) for problem in parsed.problems] == [(4, 3)]
    assert line in parsed.problems[0].text or "no date line" in parsed.problems[0].text


def test_line_ends_spaces_blank_lines_and_wrapped_abstracts_do_not_matter() -> None:
    plain = "".join(an_entry(*entry) for entry in INVENTED)
    wrapped = plain.replace(PROSE, PROSE.replace(". ", ".\n"))
    ragged = "\ufeff\n" + wrapped.replace("\n", "  \r\n").replace("CLMay", "\r\n\r\n  CLMay")
    assert parse_listing(ragged, "page", 2026).entries == parse_listing(plain, "page", 2026).entries


def test_an_entry_may_have_no_abstract() -> None:
    text = "CLMay 3\nBig ModelsBo Li\n\nLGMay 4\nSmall NetsAna Paz, Li Wu\n"
    parsed = parse(text, "page", 2026)
    assert [(paper.title, paper.abstract) for paper in parsed.entries] == [
        ("Big Models", ""),
        ("Small Nets", ""),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "A title without any author",
        "A title with authors Jane Doe, John Smith et al.",
        "We train models. Our code is public.",
        "大规模语言模型张三, 李四",
        "x" * 5_000,
        "Learning in PyTorch",
    ],
)
def test_what_cannot_be_split_is_said_and_not_invented(line: str) -> None:
    vocabulary = Vocabulary.of([PROSE], [])
    with pytest.raises(UnclearByline):
        read(line, vocabulary)


def test_a_toss_of_a_coin_names_both_readings() -> None:
    """Is it "VI" and "KM Aggarwal", or "V" and "IKM Aggarwal"?"""
    parsed = parse(
        "CLMay 3\nTransitions in Ti VIKM Aggarwal, FP Keenan\nWe measure.\n", "page", 2026
    )
    assert parsed.entries == ()
    (problem,) = parsed.problems
    assert (problem.line, problem.lines) == (1, 3)
    assert "the first author may be “" in problem.text


# Links


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Code: github.com/a/b.", ["https://github.com/a/b"]),
        ("(see https://github.com/a/b).", ["https://github.com/a/b"]),
        ("at https://a.github.io/x .", ["https://a.github.io/x"]),
        (
            "at a.github.io/x, and https://b.org/c_d/",
            ["https://a.github.io/x", "https://b.org/c_d/"],
        ),
        ("arXiv:2401.08281", ["https://arxiv.org/abs/2401.08281"]),
        ("arXiv 2401.08281v2.", ["https://arxiv.org/abs/2401.08281"]),
        ("(https://arxiv.org/pdf/2401.08281v3.pdf)", ["https://arxiv.org/abs/2401.08281"]),
        ("arXiv:hep-th/9901001", ["https://arxiv.org/abs/hep-th/9901001"]),
        ("https://en.wikipedia.org/wiki/A_(b)", ["https://en.wikipedia.org/wiki/A_(b)"]),
        ("github.com/a/b and https://github.com/a/b", ["https://github.com/a/b"]),
        ("https://a.org/b,https://c.org/d", ["https://a.org/b", "https://c.org/d"]),
        ("https:// and http://[x and mail@github.com", []),
        ("on GitHub and arXiv since 2401", []),
    ],
)
def test_links_of_an_abstract(text: str, links: list[str]) -> None:
    assert links_in(text) == tuple(links)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/a/b", True),
        ("https://www.github.com/a/b/tree/main", True),
        ("https://gitlab.inria.fr/a/b", True),
        ("https://bitbucket.org/a/b", True),
        ("https://codeberg.org/a/b", True),
        ("https://huggingface.co/datasets/a/b", True),
        ("https://huggingface.co/papers/2401.08281", False),
        ("https://github.com/a", False),
        ("https://a.github.io/b/c", False),
        ("https://notgithub.com/a/b", False),
    ],
)
def test_links_to_repositories(url: str, expected: bool) -> None:
    assert is_code(url) is expected


def test_a_link_to_a_repository_tells_of_code_and_its_absence_of_nothing() -> None:
    text = an_entry("Big Models", ["Bo Li"]).replace("PyTorch", "https://github.com/a/b")
    assert parse(text, "page", 2026).entries[0].has_code is True
    assert parse(an_entry("Big Models", ["Bo Li"]), "page", 2026).entries[0].has_code is None


# Pages of collaborators

PAGE = """Goto

Collaborating Authors

 van der Berg, Ana María


Small Models, Big Hopes

Neural Information Processing Systems

We hope.

We hope more.


A Model

AAAI Conferences

We model at github.com/a/b.


Another Model

AAAI Conferences
"""


def test_a_new_collaborators_page() -> None:
    parsed = parse(PAGE.replace("\n", "\r\n"), "page", 2026)
    assert parsed.problems == ()
    assert [(p.title, p.venue, p.abstract, p.has_code) for p in parsed.entries] == [
        (
            "Small Models, Big Hopes",
            "Neural Information Processing Systems",
            "We hope. We hope more.",
            None,
        ),
        ("A Model", "AAAI Conferences", "We model at github.com/a/b.", True),
        ("Another Model", "AAAI Conferences", "", None),
    ]
    assert {paper.authors for paper in parsed.entries} == {("Ana María van der Berg",)}


@pytest.mark.parametrize("gone", ["Goto", "Collaborating Authors"])
def test_one_line_of_the_heading_may_be_missing(gone: str) -> None:
    assert parse(PAGE.replace(gone, ""), "page", 2026).entries == parse(PAGE, "page", 2026).entries


def test_without_its_person_a_page_still_gives_its_papers() -> None:
    parsed = parse(PAGE.replace(" van der Berg, Ana María", ""), "page", 2026)
    whole = parse(PAGE, "page", 2026)
    assert parsed.entries == tuple(replace(paper, authors=()) for paper in whole.entries)
    assert "names no person" in parsed.problems[0].text


@pytest.mark.parametrize(
    ("gone", "line", "left"),
    [
        ("Neural Information Processing Systems", 8, ["A Model", "Another Model"]),
        ("\nA Model\n", 19, ["Small Models, Big Hopes", "Another Model"]),
        ("Small Models, Big Hopes", 10, ["A Model", "Another Model"]),
    ],
)
def test_an_entry_without_title_or_venue_is_a_problem(
    gone: str, line: int, left: list[str]
) -> None:
    text = PAGE.replace(gone, "\n" * gone.count("\n"))
    parsed = parse(text, "page", 2026)
    assert [paper.title for paper in parsed.entries] == left
    assert [problem.line for problem in parsed.problems] == [line]
    assert {found.number for found in lines_of(text)} <= parsed.accounted_lines()


# Damaged documents


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        (" \n\t\r\n\ufeff", "empty"),
        ("\0\1\2 binary\nCLMay 3\n\xff", "neither a listing"),
        ("Dear all,\nplease find the papers attached.\n", "neither a listing"),
        ('{"title": "A Model"}', "neither a listing"),
        ("<html><body>404</body></html>", "neither a listing"),
    ],
)
def test_what_is_no_page_is_one_problem(text: str, said: str) -> None:
    parsed = parse(text, "page", 2026)
    assert parsed.entries == ()
    assert [problem.line for problem in parsed.problems] == [1]
    assert said in parsed.problems[0].text


def test_a_repeated_line_is_said_and_changes_nothing() -> None:
    text = SEEDS["003_4f48b4cf0cd7b963.txt"]
    twice = "\n".join(line for line in text.split("\n") for _ in range(2))
    parsed, whole = parse(twice, "page", YEAR_TAKEN), parse(text, "page", YEAR_TAKEN)
    assert parsed.entries == whole.entries
    assert [problem.line for problem in parsed.problems] == list(range(2, 85, 2))


@pytest.mark.parametrize("at", range(6))
def test_a_missing_line_costs_its_own_entry_at_most(at: int) -> None:
    text = SEEDS["003_4f48b4cf0cd7b963.txt"]
    lines = text.split("\n")
    parsed = parse("\n".join(lines[:at] + lines[at + 1 :]), "page", YEAR_TAKEN)
    whole = parse(text, "page", YEAR_TAKEN)
    kept = [paper for paper in whole.entries if paper in parsed.entries]
    assert len(kept) >= len(whole.entries) - 1
    is_abstract = at % 3 == 2
    assert len(parsed.problems) == (0 if is_abstract else 1)


def test_text_before_the_first_entry_is_a_problem() -> None:
    parsed = parse("Papers of Ana\n\n" + an_entry("Big Models", ["Bo Li"]), "page", 2026)
    assert len(parsed.entries) == 1
    assert str(parsed.problems[0]).startswith("page, line 1: ")


SHORT = {
    "listing": "\n".join(SEEDS["003_4f48b4cf0cd7b963.txt"].split("\n")[:12]),
    "collaborators": PAGE,
}


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A page with some lines deleted, doubled, moved, cut or overwritten."""
    lines = SHORT[draw(st.sampled_from(sorted(SHORT)))].split("\n")
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        cut = draw(st.integers(0, 60))
        junk = draw(st.text(max_size=12))
        lines[at : at + 1] = draw(
            st.sampled_from(
                [
                    [],
                    [lines[at], lines[at]],
                    [lines[at], "", ""],
                    [lines[at][cut:]],
                    [lines[at][:cut]],
                    [junk],
                    [lines[at][:cut] + junk + lines[at][cut:]],
                    [lines[at], lines[cut % len(lines)]],
                ]
            )
        )
        lines = lines or [""]
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


def accounts_for_all(parsed: Parsed, text: str) -> bool:
    return {line.number for line in lines_of(text)} <= parsed.accounted_lines()


@settings(max_examples=150, deadline=None)
@given(damaged())
def test_a_damaged_page_loses_no_line_silently(text: str) -> None:
    for parsed in (
        parse(text, "page", YEAR_TAKEN),
        parse_listing(text, "page", YEAR_TAKEN),
        parse_collaborators(text, "page"),
    ):
        assert accounts_for_all(parsed, text)
        assert all(paper.title and paper.id for paper in parsed.entries)
        assert all(problem.text and problem.line > 0 for problem in parsed.problems)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_no_text_at_all_raises(text: str) -> None:
    assert accounts_for_all(parse(text, "page", 2026), text)


# Where the documents are


def test_documents_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"\xef\xbb\xbf" + an_entry("Big Models", ["Bo Li"]).encode())
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe\x00junk")
    (tmp_path / "README.md").write_text("no page")
    first, second = read_seeds(tmp_path)
    assert [problem.source for problem in first.problems] == ["seeds:a.txt"]
    assert [paper.sources for paper in second.entries] == [("seeds:b.txt",)]
    assert isinstance(next(first.records), Problem)


def test_a_folder_without_documents_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no seed documents"):
        next(read_seeds(tmp_path))


def test_an_installed_package_carries_its_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages" / "bot"
    (package / "seeds").mkdir(parents=True)
    monkeypatch.setattr(bot, "__file__", str(package / "__init__.py"))
    with pytest.raises(SourceError, match="install paperwire anew"):
        seeds_folder()
    (package / "seeds" / "a.txt").write_text("")
    assert seeds_folder() == package / "seeds"
