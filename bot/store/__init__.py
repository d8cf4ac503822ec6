"""The only SQL: what the bot remembers, in SQLite or another database of SQLAlchemy's.

`Store` gives transactions; the functions of the modules here take one as their first argument.
"""

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.store.database import Store

__all__ = ["Connection", "OperationalError", "Store"]
