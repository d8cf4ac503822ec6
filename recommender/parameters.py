"""Every number that ranking is tuned by, and what was measured for it.

nDCG@10 unless another figure is named: *libraries* and *five* are 44 people's reference
libraries, whole and five papers of each, *authors* 100 or 300 authors' later papers; *queries*
is the mean of cisi, cacm, cranfield, med, npl and lisa. Differences under .005 are within chance.
"""

# The worth of a word.
K1 = 1.2
"""BM25's saturation. Queries .505 (1.0: .500, 1.5: .504); MAP of libraries flat from 1 to 1.5."""

B = 0.5
"""BM25's length correction. Queries .505 (.4: .503, .6: .501, .75: .501); libraries flat."""

TITLE_WEIGHT = 3
"""How often the words of a title count, beside once for those of an abstract.

Queries .505 (once .501); libraries .953 (.947); five .870 (.859); authors .312 (.320)."""

PAIR_PAPERS = 3
"""Neighbouring words are a term of their own where at least so many papers hold them.

In vectors pairs carry authors: .312, without .263; libraries .953, without .945. A pair in one or
two papers is most of all pairs and can hardly join what one likes with what one does not know."""

# Typed queries.
PAIR = 0.2
"""What two neighbouring words weigh beside one word. Queries .505 (0: .500, .3: .502)."""

K3 = 8.0
"""BM25's saturation of a word that the query repeats. Queries .505, without .504."""

FEEDBACK = 0.5
"""What likeness to the best papers is worth at most, beside 1 for the best score.

Queries .505 (0: .496, .3: .499, .7: .505)."""

FEEDBACK_PAPERS = 5
"""How many of the best papers those are. Queries .505 (3: .508, 8: .502)."""

FEEDBACK_WORDS = 4
"""Shorter queries get no feedback: with 1 to 3 words it hurt 31 % and helped 23 % (13 queries)."""

FEEDBACK_REACH = 100
"""How many of the best get it: with 150, 250 and 500 the same to the fourth decimal, and slower."""

# Liked papers.
FIT = 3.0
"""How much less likes that say the same count each: the ridge's weight.

MAP of libraries .745 (0: .727, 1: .743, 10: .746)."""

LIKELY = 40
"""At most so many papers that nobody judged, but that lie nearer than any like does, teach too.

MAP of five .562 (0: .487, 20: .548, 80: .565)."""

LIKELY_WEIGHT = 0.125
"""What one of them weighs beside a like. MAP of five .562 (.06: .556, .25: .564)."""

DISLIKE_AIM = 0.0
"""The score that a disliked paper should have, a like's being 1: no nearer than anything else.

Recall@100 of five with ten dislikes .513 (left out only .508; -1: .457)."""

DISLIKED = 0.5
"""What a disliked paper takes from typed interests of what is like it: so much times the cosine.

nDCG@10 of cranfield, cisi, med, lisa and cacm, queries as keywords, the first two irrelevant
papers disliked: .297 (0: .300, .35: .299, 1: .290). More changes more, and hurts: what is not
wanted and what is lie close together there."""

DISLIKED_REACH = 200
"""How many of the best papers are compared with disliked ones: more than are ever shown.

Among 30,000 papers 1 ms for one dislike, and 3 for a hundred (800: 5 and 30)."""

NEIGHBOURS = 0.25
"""What the nearest likes weigh beside all of them. Libraries .953, MAP .745 (0: .936, .718)."""

NEIGHBOUR_TERMS = 40
"""By how many of its heaviest terms a like is a neighbour. Authors .312 (20: .312, 80: .320)."""

NEIGHBOUR_PAPERS = 800
"""How many of the best are compared with each like. MAP of libraries .745 (400: .741)."""

MEAN_PAPERS = 100
"""The mean paper is taken as if so many empty papers were there too.

With the mean MAP of libraries is .745, without .702; but in a corpus of ten papers the mean is
the papers themselves."""

LIKES = 0.5
"""What likes are worth, in typed keywords, per deviation of their scores over the corpus.

The best papers for likes lie 10 to 20 deviations up, so get 5 to 10; a typed word gets its idf
(4 to 8 in a large corpus) from one mention, a typed phrase more than twice that. So what was typed
outweighs what was learned, and the likes decide among papers that answer it alike."""

# What is worth showing.
FLOOR = 0.25
"""What a paper must score to be shown for keywords, as a fraction of the best one."""

LIKES_FLOOR = 4.2
"""The same for likes, in deviations above the mean: every fifth such paper is relevant.

Precision .71 and .68 of what is above, keeping .95 and .80 of the relevant (libraries, five)."""
