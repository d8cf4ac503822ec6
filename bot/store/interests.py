"""What each subscriber follows."""

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from bot.models import Subscriber
from bot.store import rows
from bot.store.tables import interests
from recommender import Interest, InterestKind, Profile, title_key


def profile(connection: Connection, of: Subscriber) -> Profile:
    """The subscriber's interests, muted ones too, in the order in which they were added."""
    rows = connection.execute(select(interests).where(_of(of)).order_by(interests.c.id))
    return Profile(Interest(r.text, r.weight, r.muted, InterestKind(r.kind)) for r in rows)


def put(connection: Connection, of: Subscriber, interest: Interest) -> bool:
    """Adds an interest, or changes the one of the same kind and words; whether it is new."""
    values = {"weight": interest.weight, "muted": interest.muted}
    changed = connection.execute(update(interests).where(_same(of, interest)).values(values))
    if changed.rowcount:
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
    return bool(connection.execute(delete(interests).where(_same(of, interest))).rowcount)


def clear(connection: Connection, of: Subscriber) -> None:
    """Takes all of a subscriber's interests out."""
    connection.execute(delete(interests).where(_of(of)))


def key(interest: Interest) -> str:
    """Equal for what people would call the same interest."""
    if interest.kind is InterestKind.PAPER:
        return interest.text
    return title_key(interest.text) or interest.text


def fingerprint(known: Iterable[Interest]) -> str:
    """Differs where interests differ, whatever their order: what a form was opened on."""
    lines = sorted(f"{i.kind} {key(i)} {i.text} {i.weight:g} {i.muted}" for i in known)
    return sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _of(subscriber: Subscriber) -> ColumnElement[bool]:
    return and_(
        interests.c.workspace == subscriber.workspace, interests.c.subscriber == subscriber.id
    )


def _same(of: Subscriber, interest: Interest) -> ColumnElement[bool]:
    return and_(_of(of), interests.c.kind == interest.kind.value, interests.c.key == key(interest))
