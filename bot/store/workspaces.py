"""Workspaces as a whole: to which enterprise each belongs, and how one is forgotten."""

from sqlalchemy import Connection, delete, func, select, update

from bot.store import rows
from bot.store.tables import metadata, workspaces


def meet(connection: Connection, workspace: str, enterprise: str) -> None:
    """Remembers to which enterprise a workspace belongs; several may do so at once."""
    values = {"id": workspace, "name": workspace, "enterprise": enterprise}
    rows.add(connection, workspaces, values)
    connection.execute(
        update(workspaces).where(workspaces.c.id == workspace).values(enterprise=enterprise)
    )


def enterprise_of(connection: Connection, workspace: str) -> str | None:
    """The enterprise to which a workspace belongs, as far as is known."""
    query = select(workspaces.c.enterprise).where(workspaces.c.id == workspace)
    return connection.execute(query).scalar_one_or_none()


def of_enterprise(connection: Connection, enterprise: str) -> list[str]:
    """The workspaces known of an enterprise, by id."""
    query = select(workspaces.c.id).where(workspaces.c.enterprise == enterprise)
    return list(connection.execute(query.order_by(workspaces.c.id)).scalars())


def count(connection: Connection) -> int:
    """How many workspaces are known."""
    return connection.execute(select(func.count()).select_from(workspaces)).scalar_one()


def switch_on(connection: Connection, enterprise: str) -> None:
    """Lets digests of an enterprise's workspaces come (again)."""
    connection.execute(
        update(workspaces).where(workspaces.c.enterprise == enterprise).values(off_reason=None)
    )


def forget(connection: Connection, workspace: str) -> None:
    """Deletes every row of a workspace and of its people and channels.

    What is installed there is not among it: that is the app's (see `installations`).
    """
    # Those that refer to others first. The papers of digests go with the digests.
    for table in reversed(metadata.sorted_tables):
        if "workspace" in table.c:
            connection.execute(delete(table).where(table.c.workspace == workspace))
    connection.execute(delete(workspaces).where(workspaces.c.id == workspace))
