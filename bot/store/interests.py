"""What each subscriber follows."""

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import Connection, and_, bindparam, delete, select, update

from bot.models import Subscriber
from bot.store import rows
from bot.store.tables import interests
from recommender import Interest, InterestKind, Profile, title_key

_theirs = rows.of_them(interests, "subscriber")
_same = and_(
    _theirs, interests.c.kind == bindparam("of_kind"), interests.c.key == bindparam("of_key")
)
_PROFILE = select(interests).where(_theirs).order_by(interests.c.id)
_CHANGE = (
    update(interests).where(_same).values(weight=bindparam("weight"), muted=bindparam("muted"))
)
_REMOVE = delete(interests).where(_same)
_CLEAR = delete(interests).where(_theirs)


def profile(connection: Connection, of: Subscriber) -> Profile:
    """The subscriber's interests, muted ones too, in the order in which they were added."""
    found = connection.execute(_PROFILE, rows.whose(of))
    return Profile(Interest(r.text, r.weight, r.muted, InterestKind(r.kind)) for r in found)


def hold(connection: Connection, of: Subscriber) -> None:
    """Keeps others that change several interests of theirs waiting until the end.

    Who changes several, or counts or compares them first, holds them: else two would write both,
    or wait for each other.
    """
    rows.hold(connection, "interests", of)


def put(connection: Connection, of: Subscriber, interest: Interest) -> bool:
    """Adds an interest, or changes the one of the same kind and words; whether it is new."""
    values = {"weight": interest.weight, "muted": interest.muted}
    if connection.execute(_CHANGE, _named(of, interest) | values).rowcount:
        return False
    row = {
        "workspace": of.workspace,
        "subscriber": of.id,
        "kind": interest.kind.value,
        "key": key(interest),
        "text": interest.text,
        **values,
    }
    rows.put(connection, interests, row, ("workspace", "subscriber", "kind", "key"))
    return True


def remove(connection: Connection, of: Subscriber, interest: Interest) -> bool:
    """Takes an interest out; whether it was there."""
    return bool(connection.execute(_REMOVE, _named(of, interest)).rowcount)


def clear(connection: Connection, of: Subscriber) -> None:
    """Takes all of a subscriber's interests out."""
    connection.execute(_CLEAR, rows.whose(of))


def key(interest: Interest) -> str:
    """Equal for what people would call the same interest."""
    if interest.kind is InterestKind.PAPER:
        return interest.text
    return title_key(interest.text) or interest.text


def fingerprint(known: Iterable[Interest]) -> str:
    """Differs where interests differ, whatever their order: what a form was opened on."""
    lines = sorted(f"{i.kind} {key(i)} {i.text} {i.weight:g} {i.muted}" for i in known)
    return sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _named(of: Subscriber, interest: Interest) -> dict[str, str]:
    return rows.whose(of) | {"of_kind": interest.kind.value, "of_key": key(interest)}
