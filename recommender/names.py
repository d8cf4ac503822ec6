"""Whether a name means another: of people, of areas, of organisations and venues."""

from collections.abc import Sequence

from recommender.text import fold_words


def same_author(typed: Sequence[str], name: Sequence[str]) -> bool:
    """Whether each typed word is one of the name's words, in any order; both folded.

    An initial stands for any word that it begins, on either side, if at least one word agrees
    in full: "h jegou" and "herve jegou" mean "herve jegou" and "h jegou".
    """
    left = list(name)
    in_full = False
    for word in sorted(typed, key=len, reverse=True):
        if word in left:
            left.remove(word)
            in_full |= len(word) > 1
            continue
        close = [other for other in left if _abbreviates(word, other)]
        if not close:
            return False
        left.remove(close[0])
    return in_full or (bool(typed) and all(word in name for word in typed))


def _abbreviates(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    return len(short) == 1 and long.startswith(short)


def same_area(typed: str, area: str) -> bool:
    """Whether `area` is the typed one or one of its parts; both folded by `fold_area`.

    "cl" means "cs.cl" and "cl"; "cs" means every "cs.…"; "cs.cl" means "cs.cl" and, where a
    source gives no more, "cl".
    """
    if typed == area or typed in area.split("."):
        return True
    return "." in typed and typed.rpartition(".")[2] == area


def fold_area(area: str) -> str:
    """An area without case and surrounding space."""
    return area.strip().casefold()


def fold_name(name: str) -> str:
    """The folded words of a name with a space between."""
    return " ".join(fold_words(name))
