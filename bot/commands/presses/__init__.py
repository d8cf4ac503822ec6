"""What the controls under papers do. Every id that comes back is looked up again."""

from bot.commands.presses.choices import menu, more, retired, show
from bot.commands.presses.judging import dislike, like, undislike, unlike
from bot.commands.presses.keeping import hide, save, unhide, unsave
from bot.commands.presses.press import Press, Reply
from bot.commands.presses.sharing import share_again, take_back

__all__ = [
    "Press",
    "Reply",
    "dislike",
    "hide",
    "like",
    "menu",
    "more",
    "retired",
    "save",
    "share_again",
    "show",
    "take_back",
    "undislike",
    "unhide",
    "unlike",
    "unsave",
]
