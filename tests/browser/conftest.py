"""A real Chromium in front of the page: with the real bot, or with a tiny app of the test's own."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.commands import INNER, TABLE
from bot.demo.manifest import Manifest, Shortcut, SlashCommand
from bot.demo.page.completions import completions
from bot.demo.page.server import Site
from bot.demo.page.session import Session
from bot.demo.page.show import serving, shown
from bot.running import running
from tests.demo_lab import SCOPES, Lab, connected_lab

HERE = Path(__file__).parent
LEFT_OUT = (
    "The browser tests were left out: no Chromium on this machine (apt-get install chromium)."
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
WAIT = 20_000
"""Milliseconds after which something is not going to happen any more, on a slow machine too."""

MANIFEST = Manifest(
    commands=(SlashCommand(command="/papers", description="Find papers"),),
    shortcuts=(Shortcut(name="Find related papers", type="message", callback_id="related"),),
    has_home=True,
    scopes=SCOPES,
    events=("app_home_opened",),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of this folder, and leaves them out where there is no browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason=LEFT_OUT))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says that they were left out, where nobody asked for the reasons."""
    if any(
        LEFT_OUT in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])
    ):
        terminalreporter.write_line(LEFT_OUT)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this folder."""
    expect.set_options(timeout=WAIT)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM)
        yield launched
        launched.close()


Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Opens an address in a browser of its own; at the end, nothing may have gone wrong in it."""
    wrong: list[str] = []
    contexts = []

    def at(url: str, width: int = 1280, height: int = 800, **other: str) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **other)  # type: ignore[arg-type]
        context.set_default_timeout(WAIT)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.extend([said.text] * (said.type == "error")))
        page.on("request", lambda sent: wrong.extend([sent.url] * (not sent.url.startswith(url))))
        page.goto(url)
        return page

    yield at
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def site() -> Iterator[str]:
    """Where the demonstration is, as people start it: with the real bot."""
    with shown(running, {"": TABLE, **INNER}, 0) as url:
        yield url


@pytest.fixture
def demo(site: str, opened: Opened) -> Page:
    """The demonstration in the browser."""
    return opened(site)


@dataclass
class Stand:
    """A tiny app behind the page."""

    lab: Lab
    url: str
    session: Session


@pytest.fixture
def stand() -> Iterator[Stand]:
    """Ada and Bob at New Year, with an app whose behaviour the test sets."""
    with connected_lab() as lab:

        def move_to(moment: datetime) -> None:
            lab.now[0] = moment.astimezone(UTC).timestamp()

        session = Session(lab.slack, lab.team, MANIFEST, move_to)
        with serving(Site(completions(MANIFEST, "Paperwire", {}), session)) as url:
            yield Stand(lab, url, session)
