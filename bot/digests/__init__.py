"""Digests: composed into the outbox when they are due, and delivered from there."""

from bot.digests.compose import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    Shelf,
    Wish,
    compose_due,
    compose_now,
    draft,
    due_drafts,
    preview,
    shelf_of,
    wish_of,
)
from bot.digests.deliver import deliver
from bot.digests.page import digest_page, preview_page, titles_of, zone_of

__all__ = [
    "DEFAULT_LIMIT",
    "MAX_LIMIT",
    "Shelf",
    "Wish",
    "compose_due",
    "compose_now",
    "deliver",
    "digest_page",
    "draft",
    "due_drafts",
    "preview",
    "preview_page",
    "shelf_of",
    "titles_of",
    "wish_of",
    "zone_of",
]
