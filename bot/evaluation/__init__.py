"""How good a ranking is: test collections, the rankings compared on them, table and picture.

All but `collection` needs the extra `evaluate`; what the command line must know without it is here.
"""

from dataclasses import dataclass, field
from typing import Any

PEER_NAMES = ("naive", "stemmed", "words")
"""The rankings of others that `--compare` knows; see `rankers.PEERS`."""


@dataclass(frozen=True, slots=True)
class Option:
    """An option of ours that can be switched off: the values of `recommender.Parameters` for that.

    It matters to queries, to profiles, or to both.
    """

    off: dict[str, Any] = field(default_factory=dict)
    queries: bool = True
    profiles: bool = True


_NEVER = 10**9

OPTIONS = {
    "no-title-weight": Option({"title_weight": 1}),
    "no-pairs": Option({"pair": 0, "pair_papers": _NEVER}),
    "no-stop-list": Option({"function_words": True}, profiles=False),
    "no-saturation": Option({"k3": _NEVER}, profiles=False),
    "no-acronyms": Option({"acronym": 0}, profiles=False),
    "no-document": Option({"document_size": 0}, profiles=False),
    "no-feedback": Option({"feedback": 0}, profiles=False),
    "no-self-training": Option({"likely": 0}, queries=False),
    "no-neighbours": Option({"neighbours": 0}, queries=False),
    "no-fit": Option({"fit": 0}, queries=False),
    "no-mean": Option({"mean_papers": _NEVER}, queries=False),
}
"""Ours but for one option, by the name under which `--compare` knows it."""

ABLATION = "ablation"
"""For `--compare`: every option that matters, switched off one at a time."""

ENDINGS = (".png", ".svg")
"""How the name of a picture may end."""
