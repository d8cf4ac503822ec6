"""Lists of people as sources write them."""

import re

_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|phd|md)\.?", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)")
_AND = re.compile(r"\s*(?:,|;|\band\b|&)\s*")
_TEAM = re.compile(r"\A(?P<team>[^,:]{2,80}\b(?:collaboration|consortium|team)\b)\s*:\s*", re.I)


def names_in(written: str) -> tuple[str, ...]:
    """The names of a list in one text: "A. Uthor (1), B. Uthor, Jr. and C. Uthor ((1) Inst)"."""
    text = " ".join(written.split())
    for _ in range(4):
        text = _BRACKETS.sub(" ", text)
    text = text.replace("(", " ").replace(")", " ")
    team = _TEAM.match(text)
    parts = [team["team"]] if team else []
    for part in _AND.split(text[team.end() :] if team else text):
        name = " ".join(part.split())
        if name and parts and _SUFFIX.fullmatch(name):
            parts[-1] += f" {name}"
        elif name:
            parts.append(name)
    return tuple(parts)


def turned(written: str) -> str:
    """ "Uthor, Anne, Jr." as people read it: "Anne Uthor Jr."."""
    family, _, rest = written.partition(",")
    given, _, suffix = rest.partition(",")
    return " ".join(f"{given} {family} {suffix}".split())
