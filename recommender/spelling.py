"""One spelling for words that English spells in two ways, before they are stemmed.

Only what Snowball's stemmer leaves apart: "modelling" and "modeling" it joins by itself. A rule
that changes a word which has but one spelling ("promise") changes it in papers and queries alike.
"""

import re

_RULES = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        # quantise, quantised, quantisation; not noise, raise, pairwise, precise, supervise, rise.
        ("(?<=[a-z]{3})(?<![aouwvc])is(?=(?:e[ds]?|ers?|ing|ations?|able)$)", "iz"),
        ("(?<=[a-z]l)ys(?=(?:e[ds]?|ers?|ing)$)", "yz"),
        ("^(arm|behavi|col|fav|flav|harb|hon|hum|lab|neighb|od|rig|rum|tum|vap|vig)our", r"\1or"),
        ("^(calib|cent|fib|(?:[a-z]{4,})?(?:met|lit)|theat)re(?=s?$)", r"\1er"),
        ("^centred$", "centered"),
        ("^(anal|catal|dial|monol)ogue", r"\1og"),
        ("^(def|off|lic|pret)ence(?=[ds]?$)", r"\1ense"),
        ("^(an|h|isch|leuk)aem", r"\1em"),
        ("^paedi", "pedi"),
        ("^foet", "fet"),
        ("^oes(?=troge|ophag)", "es"),
        ("^artefact", "artifact"),
        ("^sulph", "sulf"),
        ("^(ag|judg|acknowledg)e(?=(?:ing|ments?)$)", r"\1"),
        ("^programme(?=s?$)", "program"),
        ("^aluminium", "aluminum"),
        ("^grey", "gray"),
        ("^mould", "mold"),
        # The stemmer takes no "s" from a word without another vowel: LLMs, CNNs; GPUs, PDEs.
        ("^([bcdfghjklmnpqrtvwxz]{3,})s$", r"\1"),
        ("^([cgtn]pu|[bh]ci|[ps]de)s$", r"\1"),
    )
)

# Most words are none of these, and told so at once.
_ANY = re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in _RULES))


def usual(word: str) -> str:
    """The lower-case word in the American spelling, and acronyms in the singular."""
    if not _ANY.search(word):
        return word
    for pattern, instead in _RULES:
        word = pattern.sub(instead, word)
    return word
