"""What the tests of installing share: a browser, and a bot that every workspace may install."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from pydantic import SecretStr

from bot.demo import LocalSlack, Message, Person, Team
from bot.models import Subscriber
from bot.parts import Parts
from bot.running import Running, running
from bot.settings import Settings
from bot.slack import INSTALL_PATH
from bot.slack.install import REDIRECT_PATH
from bot.store.installations import Installations
from bot.store.keys import Keys
from tests.clock import Clock

# Made once for the tests, by `paperwire new-key`.
KEY = "Qm9yaW5nIGtleXMgYXJlIGdvb2Qga2V5cywgYnV0IG4="
NEWER_KEY = "QW5vdGhlciBib3Jpbmcga2V5LCB3aGljaCBpcyBuZXc="
HIDDEN = re.compile(r"<input type='hidden' name='(\w+)' value='([^']*)'>")


@dataclass(frozen=True)
class Page:
    """What a browser shows, and where it is by then."""

    status: int
    text: str
    url: str
    headers: dict[str, str] = field(repr=False)


class Browser:
    """Somebody's browser: it follows where it is sent, and keeps cookies."""

    def __init__(self) -> None:
        # Cookies for HTTPS alone are kept on loopback, too, as browsers do.
        policy = DefaultCookiePolicy(secure_protocols=("https", "http"))
        self.cookies = CookieJar(policy)
        self._opener = build_opener(HTTPCookieProcessor(self.cookies))

    def opens(self, url: str, form: dict[str, str] | None = None) -> Page:
        """The page at an address, or what comes of a form."""
        body = urlencode(form).encode() if form is not None else None
        try:
            with self._opener.open(Request(url, body), timeout=10) as answer:
                return Page(answer.status, answer.read().decode(), answer.url, dict(answer.headers))
        except HTTPError as error:
            with error:
                return Page(error.code, error.read().decode(), error.url, dict(error.headers))

    def sends(self, url: str, body: str, headers: dict[str, str]) -> int:
        """Posts something of one's own; the status."""
        try:
            with self._opener.open(Request(url, body.encode(), headers), timeout=10) as answer:
                return int(answer.status)
        except HTTPError as error:
            with error:
                return error.code

    def decides(self, page: Page, place: str, agrees: bool = True) -> Page:
        """Presses Allow or Cancel on Slack's page."""
        fields = {name: unescape(value) for name, value in HIDDEN.findall(page.text)}
        form = fields | {"place": place, "agrees": "yes" if agrees else "no"}
        return self.opens(page.url.split("?")[0], form)


@dataclass
class Many:
    """A bot for many workspaces, and the Slack in which they are."""

    slack: LocalSlack
    bot: Running
    settings: Settings
    clock: Clock

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.bot.port}"

    @property
    def parts(self) -> Parts:
        return self.bot.parts

    def team(self, name: str, **other: str) -> Team:
        """A workspace that has not installed the app."""
        team = self.slack.add_workspace(name, installed=False, enterprise_id=other.get("of"))
        self.slack.connect(team, f"{self.url}/slack/events", self.bot.under_way)
        return team

    def installs(self, place: str, browser: Browser | None = None) -> Page:
        """Somebody installs the app in a workspace, or in an enterprise; the page at the end."""
        browser = browser or Browser()
        return browser.decides(browser.opens(self.url + INSTALL_PATH), place)

    def installed(self, name: str, **other: str) -> tuple[Team, Person]:
        """A workspace with the app, and somebody in it."""
        team = self.team(name, **other)
        ada = team.add_person("Ada")
        assert self.installs(team.id).status == 200
        return team, ada

    def installations(self) -> Installations:
        """What is installed, as somebody with the key reads it."""
        keys = Keys(str(self.settings.secret_key and self.settings.secret_key.get_secret_value()))
        return Installations(str(self.settings.client_id), keys)

    def token_of(self, workspace: str) -> str:
        """The token by which the bot reaches a workspace."""
        return str(self.parts.clients(workspace).token)

    def digests(self, team: Team, person: Person) -> list[Message]:
        """The digests that stand in somebody's direct messages with the bot."""
        return [m for m in team.direct_messages(person) if m.metadata]

    def follows(self, person: Person, words: str = "watermark") -> None:
        """Somebody follows words, and wants digests of them at nine every day."""
        assert "Following" in person.types(f"/papers interests add {words}")[-1].text
        assert "9" in person.types("/papers subscribe daily 09:00")[-1].text


def who(team: Team, person: Person) -> Subscriber:
    return Subscriber(team.id, person.id)


def settings_of(slack: LocalSlack, database: str, **other: object) -> Settings:
    """Settings for a bot that serves many workspaces; `other` ones may be named."""
    settings = Settings(
        _env_file=None,
        bot_token=None,
        app_token=None,
        client_id=slack.grants.client_id,
        client_secret=SecretStr(slack.grants.client_secret),
        signing_secret=SecretStr(slack.signing_secret),
        secret_key=SecretStr(KEY),
        api_url=slack.url,
        database_url=database,
        host="127.0.0.1",
        port=0,
    )
    return settings.model_copy(update=other)


@contextmanager
def serving_many(slack: LocalSlack, database: str, **other: object) -> Iterator[Many]:
    """A bot for many workspaces on that Slack and that database."""
    settings, clock = settings_of(slack, database, **other), Clock()
    with running(settings, clock) as bot:
        many = Many(slack, bot, settings, clock)
        slack.grants.redirect_url = many.url + REDIRECT_PATH
        yield many


def bytes_of(database: str) -> bytes:
    """All that lies in the files of a SQLite database."""
    path = Path(database.removeprefix("sqlite:///"))
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))
