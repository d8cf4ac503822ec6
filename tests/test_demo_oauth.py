"""The local Slack as one that installs apps: codes, tokens that end, and enterprises."""

from collections.abc import Callable, Iterator

import pytest
from slack_sdk import WebClient

from bot.demo import LocalSlack
from tests.demo_lab import NEW_YEAR, error_of
from tests.install_lab import Browser, Page

BACK = "http://127.0.0.1:9/back"


class Office:
    """An app that asks to be installed, and Slack's clock."""

    def __init__(self) -> None:
        self.now = NEW_YEAR
        self.slack = LocalSlack(lambda: self.now)
        self.slack.grants.redirect_url = BACK
        self.team = self.slack.add_workspace("Lab", installed=False, enterprise_id="E1")
        self.ada = self.team.add_person("Ada")
        self.client = WebClient(base_url=self.slack.url, retry_handlers=[])

    def page(self, **other: str) -> Page:
        query = {"client_id": self.slack.grants.client_id, "scope": "chat:write,im:write"} | other
        text = "&".join(f"{name}={value}" for name, value in query.items())
        return Browser().opens(f"{self.slack.server.base}/oauth/v2/authorize?{text}")

    def code(self, place: str = "") -> str:
        """What the app gets when somebody agrees."""
        form = {"client_id": self.slack.grants.client_id, "scope": "chat:write", "agrees": "yes"}
        reply = self.slack.api.decide(form | {"place": place or self.team.id, "state": "s"})
        location = reply.headers["Location"]
        assert location.startswith(f"{BACK}?code=")
        assert location.endswith("&state=s")
        return location.split("code=")[1].split("&")[0]

    def exchange(self, **given: str) -> dict[str, object]:
        grants = self.slack.grants
        known = {"client_id": grants.client_id, "client_secret": grants.client_secret}
        answer = self.client.oauth_v2_access(**(known | given))
        assert isinstance(answer.data, dict)
        return answer.data

    def renew(self, renewer: str) -> dict[str, object]:
        return self.exchange(grant_type="refresh_token", refresh_token=renewer)

    def as_bot(self, token: object) -> WebClient:
        return WebClient(str(token), self.slack.url, retry_handlers=[])


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    with made.slack:
        yield made


def test_the_page_says_what_is_asked_for_as_text(office: Office) -> None:
    """Scopes and places, and nothing of the address as markup."""
    page = office.page(state="%3Cscript%3E")
    assert (page.status, "chat:write, im:write" in page.text) == (200, True)
    assert f"<option value='{office.team.id}'>Lab</option>" in page.text
    assert "<option value='E1'>" in page.text
    assert "<script" not in page.text


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"client_id": "9.9"}, "invalid_client_id"), ({"scope": ""}, "invalid_scope")],
)
def test_an_app_that_slack_does_not_know_gets_no_page(
    office: Office, wrong: dict[str, str], code: str
) -> None:
    """Slack says so on its own page, and sends nobody anywhere."""
    page = office.page(**wrong)
    assert (page.status, code in page.text) == (400, True)


def test_a_code_is_good_for_one_token(office: Office) -> None:
    """The token works with what was agreed to; the code does not a second time."""
    code = office.code()
    told = office.exchange(code=code)
    assert (told["scope"], told["token_type"]) == ("chat:write", "bot")
    assert office.as_bot(told["access_token"]).auth_test()["team_id"] == office.team.id
    assert error_of(lambda: office.exchange(code=code)) == "invalid_code"


def test_what_proves_the_app_is_checked(office: Office) -> None:
    """Its id, its secret, and how old the code is."""
    wrong: dict[str, Callable[[], object]] = {
        "invalid_client_id": lambda: office.exchange(client_id="9.9", code=office.code()),
        "bad_client_secret": lambda: office.exchange(client_secret="x", code=office.code()),
        "bad_redirect_uri": lambda: office.exchange(code=office.code(), redirect_uri="http://x"),
    }
    assert {code: error_of(act) for code, act in wrong.items()} == {code: code for code in wrong}
    late = office.code()
    office.now += 601
    assert error_of(lambda: office.exchange(code=late)) == "code_expired"


def test_no_secret_is_in_the_records(office: Office) -> None:
    """Tests and the demonstration show calls; these hold neither codes nor secrets."""
    office.exchange(code=office.code())
    (call,) = office.slack.calls_of("oauth.v2.access")
    assert dict(call.arguments) == {"client_id": office.slack.grants.client_id}


def test_a_token_ends_and_is_renewed_once(office: Office) -> None:
    """The old one lives until its end; what renewed it renews nothing more."""
    office.slack.grants.token_seconds = 60
    told = office.exchange(code=office.code())
    assert (str(told["access_token"]).startswith("xoxe.xoxb-"), told["expires_in"]) == (True, 60)
    renewer = str(told["refresh_token"])
    office.now += 30
    newer = office.renew(renewer)
    assert office.as_bot(told["access_token"]).auth_test()["ok"]
    office.now += 31
    assert error_of(office.as_bot(told["access_token"]).auth_test) == "token_expired"
    assert office.as_bot(newer["access_token"]).auth_test()["ok"]
    assert error_of(lambda: office.renew(renewer)) == "invalid_refresh_token"


def test_a_token_of_an_enterprise_reaches_each_workspace(office: Office) -> None:
    """By who or what is named; auth.test says that it is the enterprise's."""
    firm = office.slack.add_workspace("Firm", installed=False, enterprise_id="E1")
    eve = firm.add_person("Eve")
    told = office.exchange(code=office.code("E1"))
    assert (told["team"], told["is_enterprise_install"]) == (None, True)
    client = office.as_bot(told["access_token"])
    assert (client.auth_test()["team_id"], client.auth_test()["is_enterprise_install"]) == (
        "E1",
        True,
    )
    for team, person in ((office.team, office.ada), (firm, eve)):
        client.chat_postMessage(channel=person.id, text="hello")
        assert [m.text for m in team.direct_messages(person)] == ["hello"]


def test_an_app_that_is_taken_out_has_no_token_left(office: Office) -> None:
    """Nor can one be renewed."""
    office.slack.grants.token_seconds = 60
    told = office.exchange(code=office.code())
    office.team.uninstalls()
    assert error_of(office.as_bot(told["access_token"]).auth_test) == "account_inactive"
    renewer = str(told["refresh_token"])
    assert error_of(lambda: office.renew(renewer)) == "invalid_refresh_token"
    assert [d.payload["event"]["type"] for d in office.slack.deliveries] == [
        "tokens_revoked",
        "app_uninstalled",
    ]
