"""The Web API as a table: a method's name, the scopes that allow it, and what it does."""

from bot.demo.methods.chat import CHAT
from bot.demo.methods.conversations import CONVERSATIONS
from bot.demo.methods.oauth import OAUTH
from bot.demo.methods.table import Method
from bot.demo.methods.unfurls import UNFURLS
from bot.demo.methods.users import USERS
from bot.demo.methods.views import VIEWS

METHODS: dict[str, Method] = {
    m.name: m for m in (*CHAT, *CONVERSATIONS, *OAUTH, *UNFURLS, *USERS, *VIEWS)
}

__all__ = ["METHODS", "Method"]
