"""What was learned lately, so that it is not learned again for every ranking."""

from collections import OrderedDict
from threading import Lock

from recommender.corpus import Corpus
from recommender.learning import Judged, Learned, learn

MOST_REMEMBERED = 32
"""Profiles; each takes eight bytes a paper."""


class Memory:
    """The latest profiles' lessons in one corpus; another corpus makes it forget them all.

    Threads may share it. Two that ask for the same at once may both work it out, with the same
    result.
    """

    def __init__(self) -> None:
        self._changing = Lock()
        self._corpus: Corpus | None = None
        self._known: OrderedDict[Judged, Learned] = OrderedDict()

    def learned(self, corpus: Corpus, judged: Judged) -> Learned:
        """What the judged papers teach in that corpus."""
        with self._changing:
            if self._corpus is corpus and (known := self._known.get(judged)):
                self._known.move_to_end(judged)
                return known
        found = learn(corpus, judged)
        with self._changing:
            if self._corpus is not corpus:
                self._corpus = corpus
                self._known.clear()
            self._known[judged] = found
            while len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return found
