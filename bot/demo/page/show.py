"""Puts the page together: the stage, its opening, and the server."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from bot.demo.manifest import read_manifest
from bot.demo.page.completions import Tables, completions
from bot.demo.page.opening import move_to, open_stage, opening_clock
from bot.demo.page.server import PageServer, Site
from bot.demo.page.session import Session
from bot.demo.stage import Start, staged


class PortTaken(Exception):
    """The page cannot listen on its port."""


@contextmanager
def shown(start: Start, tables: Tables, port: int) -> Iterator[str]:
    """The bot on a page, to the end of the block; the page's address.

    Port 0 takes any free one. Raises `PortTaken`.
    """
    manifest = read_manifest()
    with staged(start, opening_clock()) as stage:
        ada = open_stage(stage)
        session = Session(stage.slack, stage.team, manifest, partial(move_to, stage))
        # What she typed herself she has seen; the digest waits for whoever opens the page.
        session.read[ada.id, ada.direct.id] = ada.sees(ada.direct)[-2].ts
        bot = stage.team.bot.real_name
        with serving(Site(completions(manifest, bot, tables), session), port) as address:
            yield address


@contextmanager
def serving(site: Site, port: int = 0) -> Iterator[str]:
    """The site's address, while it is served."""
    try:
        server = PageServer(site, port)
    except (OSError, OverflowError) as error:
        raise PortTaken(f"Cannot listen on 127.0.0.1:{port} ({error}): choose a --port.") from None
    server.start()
    try:
        yield server.address
    finally:
        server.close()
