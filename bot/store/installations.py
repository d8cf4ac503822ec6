"""Where the app is installed, and with which tokens: Slack's own tables, with secrets sealed."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Table,
    Text,
    TypeDecorator,
    and_,
    delete,
    or_,
    select,
    update,
)

from bot.store.database import Store
from bot.store.keys import Keys
from bot.store.tables import metadata, workspaces

SECRETS = (
    "bot_token",
    "bot_refresh_token",
    "user_token",
    "user_refresh_token",
    "incoming_webhook_url",
)
"""The columns of Slack's tables that lie sealed in the database."""


def _roomy(table: Table) -> Table:
    """Slack's table, with room for what is longer when it is sealed."""
    for name in SECRETS:
        if name in table.c:
            table.c[name].type = Text()
    return table


installations = _roomy(
    SQLAlchemyInstallationStore.build_installations_table(
        metadata, SQLAlchemyInstallationStore.default_installations_table_name
    )
)
bots = _roomy(
    SQLAlchemyInstallationStore.build_bots_table(
        metadata, SQLAlchemyInstallationStore.default_bots_table_name
    )
)
oauth_states = SQLAlchemyOAuthStateStore.build_oauth_states_table(
    metadata, SQLAlchemyOAuthStateStore.default_table_name
)


class Sealed(TypeDecorator[str]):
    """A text that lies sealed in the database."""

    impl = Text
    cache_ok = True

    def __init__(self, keys: Keys) -> None:
        super().__init__()
        self.keys = keys

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seals what goes into the database."""
        return None if value is None else self.keys.seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Opens what comes out of it."""
        return None if value is None else self.keys.open(value)


@dataclass(frozen=True, slots=True)
class _Transactions:
    """What Slack's stores need of an engine, so that they work in transactions of ours."""

    begin: Callable[[], AbstractContextManager[Connection]]
    connect: Callable[[], AbstractContextManager[Connection]]


class _SlackStore(SQLAlchemyInstallationStore):
    def __init__(self, client_id: str, transactions: _Transactions, keys: Keys) -> None:
        super().__init__(client_id, cast(Engine, transactions))
        for table in (self.bots, self.installations):
            for name in SECRETS:
                if name in table.c:
                    table.c[name].type = Sealed(keys)


class Installations:
    """The installations of one app: of a workspace each, or of a whole enterprise.

    Those of an enterprise have no `team_id` and count for each of its workspaces. Everything
    raises SettingsError where the keys do not open what is stored.
    """

    def __init__(self, client_id: str, keys: Keys) -> None:
        self._client_id, self._keys = client_id, keys
        self._table = self._slack_store(None).installations

    def slack_store(self, store: Store) -> SQLAlchemyInstallationStore:
        """The same as Slack's SDK sees it, each call a transaction."""
        return _SlackStore(self._client_id, _Transactions(store.writing, store.reading), self._keys)

    def put(self, connection: Connection, installation: Installation) -> None:
        """Remembers a new installation in place of the earlier ones of the same."""
        self.remove(connection, installation.team_id, installation.enterprise_id)
        self._slack_store(connection).save(installation)

    def renew(self, connection: Connection, installation: Installation) -> None:
        """Remembers the new tokens of an installation that is known."""
        self._slack_store(connection).save(installation)

    def find(
        self,
        connection: Connection,
        workspace: str | None,
        enterprise: str | None = None,
        hold: bool = False,
    ) -> Installation | None:
        """The newest installation that counts for a workspace, or for an enterprise.

        To `hold` it keeps others from it until the end of the transaction.
        """
        query = select(self._table).where(self._counts_for(workspace, enterprise))
        query = query.order_by(self._table.c.installed_at.desc(), self._table.c.id.desc()).limit(1)
        row = connection.execute(query.with_for_update() if hold else query).mappings().first()
        return _SlackStore.build_installation_entity(row) if row else None

    def every(self, connection: Connection, ending: datetime | None = None) -> list[Installation]:
        """All of them; or those that can be renewed and end before an instant."""
        query = select(self._table).where(self._table.c.client_id == self._client_id)
        if ending is not None:
            query = query.where(
                self._table.c.bot_refresh_token.is_not(None),
                self._table.c.bot_token_expires_at < ending.astimezone(UTC).replace(tzinfo=None),
            )
        rows = connection.execute(query.order_by(self._table.c.id)).mappings()
        return [_SlackStore.build_installation_entity(row) for row in rows]

    def remove(self, connection: Connection, workspace: str | None, enterprise: str | None) -> None:
        """Forgets what is installed in a workspace; without one, for the enterprise as a whole."""
        for table in (installations, bots):
            of = table.c.team_id == workspace
            if workspace is None:
                of = and_(table.c.team_id.is_(None), table.c.enterprise_id == enterprise)
            connection.execute(delete(table).where(table.c.client_id == self._client_id, of))

    def seal_anew(self, connection: Connection) -> int:
        """Seals with the newest key what an older one has sealed; how many secrets that were."""
        count = 0
        for table in (installations, bots):
            for row in connection.execute(select(table)).mappings():
                sealed = {n: row[n] for n in SECRETS if row.get(n) is not None}
                opened = {name: self._keys.open(text) for name, text in sealed.items()}
                old = [name for name, text in sealed.items() if not self._keys.is_newest(text)]
                if old:
                    anew = {name: self._keys.seal(opened[name]) for name in old}
                    connection.execute(update(table).where(table.c.id == row["id"]).values(anew))
                count += len(old)
        return count

    def _slack_store(self, connection: Connection | None) -> SQLAlchemyInstallationStore:
        """Slack's store inside a transaction that goes on."""

        def joined() -> AbstractContextManager[Connection]:
            return nullcontext(cast(Connection, connection))

        return _SlackStore(self._client_id, _Transactions(joined, joined), self._keys)

    def _counts_for(self, workspace: str | None, enterprise: str | None) -> ColumnElement[bool]:
        c = self._table.c
        known = select(workspaces.c.enterprise).where(workspaces.c.id == workspace)
        of_enterprise = and_(
            c.team_id.is_(None),
            or_(c.enterprise_id == enterprise, c.enterprise_id == known.scalar_subquery()),
        )
        counts = or_(c.team_id == workspace, of_enterprise) if workspace else of_enterprise
        return and_(c.client_id == self._client_id, c.bot_token.is_not(None), counts)


class States(SQLAlchemyOAuthStateStore):
    """The installations that somebody has begun in a browser; each can be finished once."""

    def __init__(self, store: Store, expiration_seconds: int) -> None:
        transactions = _Transactions(store.writing, store.reading)
        super().__init__(expiration_seconds, cast(Engine, transactions))
        self._store = store

    def issue(self, *args: object, **kwargs: object) -> str:
        """A new one. Those that nobody finished in time go."""
        with self._store.writing() as connection:
            self._drop_ended(connection)
        return str(super().issue(*args, **kwargs))

    def consume(self, state: str) -> bool:
        """Whether it was begun here and not long ago; it cannot be finished a second time.

        Slack's own looks and then deletes, which lets two at once through.
        """
        mine = self.oauth_states.c.state == state
        with self._store.writing() as connection:
            self._drop_ended(connection)
            found = connection.execute(delete(self.oauth_states).where(mine))
        return found.rowcount == 1

    def _drop_ended(self, connection: Connection) -> None:
        now = datetime.now(UTC).replace(tzinfo=None)
        connection.execute(delete(self.oauth_states).where(self.oauth_states.c.expire_at <= now))
