"""Words of texts, ids and names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import Paper, paper_id, title_key, written_id
from recommender.names import fold_area, same_area, same_author
from recommender.text import (
    bare,
    fold,
    fold_words,
    paper_tokens,
    phrase,
    raw_words,
    spellings,
    tokens,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Défossez, Jégou & Łukasz Øster", ["defossez", "jegou", "lukasz", "oster"]),
        ("STRASSE straße", ["strass", "strass"]),
        ("wav2letter++", ["wav2letter", "wav2letter++"]),
        ("C++ and C#", ["c++", "c#"]),
        ("xLSTM M4T wav2vec 2.0", ["xlstm", "m4t", "wav2vec", "2.0"]),
        ("self-supervised", ["selfsupervis", "self", "supervis"]),
        ("selfsupervised", ["selfsupervis"]),
        ("speech-to-speech", ["speechtospeech", "speech", "speech"]),
        ("Kullback–Leibler", ["kullbackleibl", "kullback", "leibler"]),
        ("GPT-4 GPT4", ["gpt4", "gpt", "4", "gpt4"]),
        ("pages 3-5", ["page", "3", "5"]),
        ("the model's models’ don't", ["model", "model", "dont"]),
        ("quantised quantizing", ["quantiz", "quantiz"]),
        ("transformers2", ["transformers2"]),
        ("e.g. a_b", ["e", "g", "b"]),
        ("机器学习 BERT模型", ["机", "器", "学", "习", "bert", "模", "型"]),
        ("한국어 שלום мир", ["한국어", "שלום", "мир"]),
        ("ﬁne x² 𝐱", ["fine", "x2", "x"]),
        ("\x00 😀 --- ++ #", []),
        ("", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    """Names and numbers stay, words are folded and stemmed, compounds come whole and in parts."""
    assert tokens(text) == expected


def test_soft_hyphens_and_typographic_apostrophes_do_not_split_words() -> None:
    assert tokens("super\u00advised model\u2019s") == tokens("supervised model's")


def test_positions_of_a_phrase_leave_room_for_stop_words_and_parts() -> None:
    held = phrase(words("reinforcement learning for self-supervised code"))
    assert held.terms == ("reinforc", "learn", "self", "supervis", "code")
    assert held.offsets == (0, 1, 3, 4, 5)


def test_a_phrase_of_stop_words_is_empty() -> None:
    assert phrase(words("of the")).terms == ()


def test_a_title_counts_as_often_as_its_weight() -> None:
    paper = Paper("a", "Vector search", "Search engines")
    assert paper_tokens(paper) == ["vector", "search"] * 3 + ["search", "engin"]


def test_names_are_folded_but_neither_stemmed_nor_stopped() -> None:
    assert fold_words("Pierre-Emmanuel O’Neill of Running") == [
        *("pierre", "emmanuel", "oneill", "of", "running")
    ]


def test_spellings_are_those_of_the_paper() -> None:
    wanted = frozenset(["selfsupervis", "supervis", "studi", "jegou", "wav2letter", "absent"])
    text = "Self-Supervised models: a Study\nby Jégou’s team with wav2letter++ models"
    assert spellings(text, wanted) == {
        "selfsupervis": "Self-Supervised",
        "supervis": "Supervised",
        "studi": "Study",
        "jegou": "Jégou",
        "wav2letter": "wav2letter++",
    }


@settings(deadline=None)
@given(st.text())
def test_any_text_has_words(text: str) -> None:
    """No text breaks the tokeniser, folding is final, and spellings are asked for safely."""
    found = tokens(text)
    assert fold(fold(text)) == fold(text) or not text.isascii()
    assert all(found)
    assert len(words(text)) == len(raw_words(text))
    assert set(spellings(text, frozenset(found))) <= set(found)
    assert title_key(text) == title_key(text.strip())


@settings(deadline=None)
@given(st.lists(st.sampled_from(["the", "speech", "self-supervised", "C++", "2.0", "Jégou"])))
def test_words_do_not_depend_on_their_neighbours(several: list[str]) -> None:
    assert tokens(" ".join(several)) == [term for word in several for term in tokens(word)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2401.08281", "arxiv:2401.08281"),
        ("arXiv:2401.08281v2", "arxiv:2401.08281"),
        ("https://arxiv.org/abs/2401.08281v1", "arxiv:2401.08281"),
        ("http://www.arxiv.org/pdf/2401.08281.pdf", "arxiv:2401.08281"),
        ("hep-th/9901001", "arxiv:hep-th/9901001"),
        ("math.GT/0309136v1", "arxiv:math/0309136"),
        ("10.48550/arXiv.2401.08281", "arxiv:2401.08281"),
        ("https://doi.org/10.1145/ABC.Def", "doi:10.1145/abc.def"),
        ("doi:10.1145/3292500", "doi:10.1145/3292500"),
        ("title:0123456789ABCDEF", "title:0123456789abcdef"),
        ("title:short", None),
        ("vector", None),
        ("3.14", None),
        ("and/or", None),
        ("", None),
    ],
)
def test_written_ids(written: str, expected: str | None) -> None:
    """Ids are known in all the ways in which people paste them."""
    assert written_id(written) == expected


def test_a_paper_is_known_by_its_best_id() -> None:
    assert paper_id("T", "2401.08281v3", "10.1145/1") == "arxiv:2401.08281"
    assert paper_id("T", None, "10.1145/1") == "doi:10.1145/1"
    assert paper_id("T", "nonsense", None) == paper_id(" t ")
    assert paper_id("Self-Supervised Jégou") == paper_id("self supervised JEGOU")
    assert paper_id("!!!") != paper_id("???")
    assert paper_id("C++").startswith("title:")


@pytest.mark.parametrize(
    ("typed", "name", "expected"),
    [
        ("jegou", "herve jegou", True),
        ("h jegou", "herve jegou", True),
        ("jegou herve", "h jegou", True),
        ("j smith", "j j smith", True),
        ("j j smith", "j smith", False),
        ("j j smith", "jane smith", False),
        ("j k", "jane kim", False),
        ("x", "e x", True),
        ("herve jegou", "hans jegou", False),
        ("", "herve jegou", False),
    ],
)
def test_authors(typed: str, name: str, expected: bool) -> None:
    """Words of a name in any order; initials stand for names if one word agrees in full."""
    assert same_author(typed.split(), name.split()) is expected


@pytest.mark.parametrize(
    ("typed", "area", "expected"),
    [
        ("CL", "cs.CL", True),
        ("cl", "CL", True),
        ("cs", "cs.CL", True),
        ("cs.CL", "CL", True),
        ("cs.CL", "cs.LG", False),
        ("stat.CL", "cs.CL", False),
        ("c", "cs.CL", False),
    ],
)
def test_areas(typed: str, area: str, expected: bool) -> None:
    """An area is known by its archive, its subject, or both."""
    assert same_area(fold_area(typed), fold_area(area)) is expected


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        *(("search?", "search"), ("library},", "library"), ("«S2ST»", "S2ST"), ("C++,", "C++")),
        *(
            ("self-supervised!", "self-supervised"),
            ("F#.", "F#"),
            ("हिन्दी?", "हिन्दी"),
            ("?!", "?!"),
        ),
    ],
)
def test_words_are_shown_without_punctuation_around_them(typed: str, shown: str) -> None:
    assert bare(typed) == shown
