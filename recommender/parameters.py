"""Every number that ranking is tuned by, and what was measured for it.

nDCG@10 unless another figure is named: *libraries* and *five* are 44 people's reference
libraries, whole and five papers of each, *authors* 100 or 300 authors' later papers; *queries*
is the mean of cisi, cacm, cranfield, med, npl and lisa. Differences under .005 are within chance.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameters:
    """What an Index ranks by; other values are for measuring what each is good for."""

    # The worth of a word.
    k1: float = 1.2
    """BM25's saturation. Queries .512 (.9: .505, 1.5: .510); MAP of libraries flat, 1 to 1.5."""

    b: float = 0.5
    """BM25's length correction. Queries .512 (.4: .508, .6: .508); libraries flat."""

    title_weight: int = 3
    """How often the words of a title count, beside once for those of an abstract.

    Queries .512 (once: .505, 2: .511, 4: .510); libraries .957 (once: .950)."""

    pair_papers: int = 3
    """Neighbouring words are a term of their own where at least so many papers hold them.

    In vectors pairs carry authors: .312, without .263; libraries .953, without .945. A pair in one
    or two papers is most of all pairs and can hardly join what one likes with what one does not
    know."""

    # Typed queries.
    function_words: bool = False
    """Whether "how", "about", "between" are asked for. Queries .512, with .503."""

    pair: float = 0.2
    """What two neighbouring words weigh beside one. Queries .512 (0: .502, .1: .508, .3: .510)."""

    acronym: float = 0.5
    """What an acronym counts where it was spelled out, and the other way round.

    Queries .511 with and without, few of which are of a time that uses them; titles as queries for
    libraries .684 (0: .684, 1: .676)."""

    k3: float = 8.0
    """BM25's saturation of a word that the query repeats. Queries .512 (2: .509, 20: .509)."""

    feedback: float = 0.6
    """What likeness to the best papers is worth at most, beside 1 for the best score.

    Queries .512 (0: .497, .4: .510, .8: .513); of titles as queries for the libraries that they
    come from .684 (0: .652, .4: .679, .8: .688); npl .455 (.452, .455, .448)."""

    feedback_papers: int = 5
    """How many of the best papers those are. Queries .512 (3: .512, 8: .504)."""

    feedback_words: int = 4
    """Shorter queries get no feedback: of 12 it helped 5, hurt 5; of 69 of 4 or 5 words 37, 17."""

    feedback_reach: int = 100
    """How many of the best get it: with 250 and 500 the same to the fourth decimal, and slower."""

    document_words: int = 40
    """A query of so many different words is an abstract that somebody pasted."""

    document_size: float = 0.5
    """How far its ranking goes from BM25, 0, to the cosine of the vectors, 1.

    nDCG%20 of csfcube .578 (0: .567, 1: .574); papers similar to one of a library's .714 (.714,
    .705); of the queries cisi has such: .423 (.423, .418)."""

    # Typed interests.
    words_apart: float = 0.5
    """What the words of a phrase are worth apart, beside 1 for a word that was typed alone.

    Interests made of two, three and five words and pairs that a library's papers teach: nDCG@10
    .662, .699, .739 (.25: .663, .706, .729)."""

    words_near: float = 0.25
    """Where they are near each other, so much of what they lack of their reach is made up for.

    Such interests .662, .699, .739 (0: .665, .701, .739; 1: .661, .697, .735): it gains nothing
    there, but who types "object detection" means the detection of objects as well."""

    near_words: int = 8
    """So many words away from each other are near."""

    # Liked papers.
    fit: float = 3.0
    """How much less likes that say the same count each: the ridge's weight.

    MAP of libraries .745 (0: .727, 1: .743, 10: .746)."""

    likely: int = 40
    """At most so many papers that nobody judged, but that lie nearer than any like does, teach too.

    MAP of five .562 (0: .487, 20: .548, 80: .565)."""

    likely_weight: float = 0.125
    """What one of them weighs beside a like. MAP of five .562 (.06: .556, .25: .564)."""

    dislike_aim: float = 0.0
    """The score that a disliked paper should have, a like's being 1: no nearer than anything else.

    Recall@100 of five with ten dislikes .513 (left out only .508; -1: .457)."""

    disliked: float = 0.5
    """What a disliked paper takes from typed interests of what is like it: so much of the cosine.

    nDCG@10 of cranfield, cisi, med, lisa and cacm, queries as keywords, the first two irrelevant
    papers disliked: .297 (0: .300, .35: .299, 1: .290). More changes more, and hurts: what is not
    wanted and what is lie close together there."""

    disliked_reach: int = 200
    """How many of the best papers are compared with disliked ones: more than are ever shown.

    Among 30,000 papers 1 ms for one dislike, and 3 for a hundred (800: 5 and 30)."""

    neighbours: float = 0.25
    """What the nearest likes weigh beside all of them. Libraries .953, MAP .745 (0: .936, .718)."""

    neighbour_terms: int = 40
    """By how many of its heaviest terms a like is a neighbour. Authors .312 (80: .320)."""

    neighbour_papers: int = 800
    """How many of the best are compared with each like. MAP of libraries .745 (400: .741)."""

    mean_papers: int = 100
    """The mean paper is taken as if so many empty papers were there too.

    With the mean MAP of libraries is .745, without .702; but in a corpus of ten papers the mean is
    the papers themselves."""

    likes: float = 0.5
    """What likes are worth, in typed keywords, per deviation of their scores over the corpus.

    The best papers for likes lie 10 to 20 deviations up, so get 5 to 10; a typed word gets its idf
    (4 to 8 in a large corpus) from one mention, a typed phrase more than twice that. So what was
    typed outweighs what was learned, and the likes decide among papers that answer it alike."""

    # What is worth showing.
    floor: float = 0.3
    """What a paper must score for a keyword to be shown, as a fraction of the best for it alone.

    Of what is above it for one word or pair that a library's papers teach .41 is in the other half
    of that library; for two, three and five of them, each by itself, .32, .21 and .11, with all of
    the relevant among the best 200. A floor under their sum had .41, .43 and .49, with .95, .95 and
    .91; but it left nothing of a frequent word beside a rare phrase. Of five papers chosen from
    1,500 for five such words .62 are in the other half (sum: .64); from 300 .33 of 4.9 papers (sum:
    .49 of 3.2), which are no fewer, but the digest is full."""

    likes_floor: float = 3.7
    """The same for likes, in deviations above the mean.

    Of the papers at it .26 are in the other half for one like, .35 for five, .34 for twenty, .23
    for a hundred; precision .46, .58, .61, .78, with .59, .76, .83, .98 of the relevant."""

    @property
    def of_text(self) -> tuple[float, ...]:
        """Those on which it depends what an index works out in advance."""
        return self.k1, self.b, self.title_weight, self.pair_papers, self.mean_papers


DEFAULT = Parameters()
"""The parameters of everything that people see."""
