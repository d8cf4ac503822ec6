"""What the environment says, and what it must not say."""

import os
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, read_settings

KEY = "Qm9yaW5nIGtleXMgYXJlIGdvb2Qga2V5cywgYnV0IG4="
SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-1-botsecret",
    "SLACK_APP_TOKEN": "xapp-1-appsecret",
    "SLACK_SIGNING_SECRET": "signsecret",
    "SLACK_CLIENT_SECRET": "clientsecret",
    "PAPERWIRE_SECRET_KEY": f"{KEY},{KEY}",
    "PAPERWIRE_DATABASE_URL": "postgresql://ada:dbsecret@db/papers",
}


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of ours, and a folder without a .env."""
    for name in os.environ:
        if name.startswith(("SLACK_", "PAPERWIRE_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_defaults() -> None:
    """Nothing has to be set for what needs no Slack."""
    settings = read_settings()
    assert settings.api_url == "https://slack.com/api/"
    assert settings.database_url == "sqlite:///paperwire.db"
    assert (settings.host, settings.port, settings.log_level) == ("127.0.0.1", 3000, "INFO")
    assert settings.bot_token is settings.app_token is settings.signing_secret is None
    assert settings.client_secret is settings.secret_key is None
    assert settings.client_id is None


def test_every_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the names that other programs rely on."""
    others = {
        "SLACK_API_URL": "http://127.0.0.1:9000/api",
        "SLACK_CLIENT_ID": "12.34",
        "PAPERWIRE_HOST": "::",
        "PAPERWIRE_PORT": "8080",
        "PAPERWIRE_LOG_LEVEL": "debug",
    }
    set_all(monkeypatch, SECRETS | others)
    settings = read_settings()
    assert secrets_in(settings) == list(SECRETS.values())[:5]
    assert settings.client_id == "12.34"
    assert settings.database_url == SECRETS["PAPERWIRE_DATABASE_URL"]
    assert settings.api_url == "http://127.0.0.1:9000/api/"
    assert (settings.host, settings.port, settings.log_level) == ("::", 8080, "DEBUG")


def test_a_file_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A `.env` counts, with a byte order mark and other programs' lines too."""
    text = "\ufeffPAPERWIRE_PORT=4000\nPAPERWIRE_HOST='::1'\nOTHER=1\n# a remark\n"
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    monkeypatch.setenv("PAPERWIRE_HOST", "localhost")
    assert (read_settings().port, read_settings().host) == (4000, "localhost")


@pytest.mark.parametrize("name", [f.alias for f in Settings.model_fields.values()])
def test_an_empty_value_is_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """`NAME=` in a file or a compose template counts as not set."""
    expected = read_settings()
    monkeypatch.setenv(name, "")
    assert read_settings() == expected


def test_space_around_a_value_is_no_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets come out of files with a line end."""
    set_all(monkeypatch, {name: f" {value}\n" for name, value in SECRETS.items()})
    monkeypatch.setenv("PAPERWIRE_LOG_LEVEL", " warning ")
    settings = read_settings()
    assert secrets_in(settings) == list(SECRETS.values())[:5]
    assert (settings.database_url, settings.log_level) == (
        SECRETS["PAPERWIRE_DATABASE_URL"],
        "WARNING",
    )


WRONG = [
    ("SLACK_BOT_TOKEN", "xapp-1-2", "must begin with xoxb-"),
    ("SLACK_BOT_TOKEN", "xoxb-1 2", "must begin with xoxb-"),
    ("SLACK_BOT_TOKEN", "xoxb-1\n2", "must begin with xoxb-"),
    ("SLACK_BOT_TOKEN", "xoxb-ä", "must begin with xoxb-"),
    ("SLACK_APP_TOKEN", "xoxb-1-2", "must begin with xapp-"),
    ("PAPERWIRE_SECRET_KEY", "short", "must be a key from `paperwire new-key`"),
    ("PAPERWIRE_SECRET_KEY", f"{KEY},", "must be a key from"),
    ("PAPERWIRE_SECRET_KEY", f"{KEY}{KEY}", "must be a key from"),
    ("PAPERWIRE_SECRET_KEY", f"ä{KEY[1:]}", "must be a key from"),
    ("SLACK_API_URL", "slack.com/api/", "must be a web address"),
    ("SLACK_API_URL", "ftp://slack.com/api/", "must be a web address"),
    ("SLACK_API_URL", "https://", "must be a web address"),
    ("SLACK_API_URL", "https://[::1", "must be a web address"),
    ("SLACK_API_URL", "https://slack.com:99999/", "must be a web address"),
    ("SLACK_API_URL", "https://slack..com/", "must be a web address"),
    ("PAPERWIRE_DATABASE_URL", " ", "at least 1 character"),
    ("PAPERWIRE_HOST", " ", "at least 1 character"),
    ("PAPERWIRE_PORT", "http", "valid integer"),
    ("PAPERWIRE_PORT", "-1", "greater than or equal to 0"),
    ("PAPERWIRE_PORT", "65536", "less than or equal to 65535"),
    ("PAPERWIRE_LOG_LEVEL", "loud", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
]


@pytest.mark.parametrize(("name", "value", "says"), WRONG)
def test_a_wrong_value_is_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    """The line names the setting and says what is expected."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=says) as refused:
        read_settings()
    line = str(refused.value)
    assert line.startswith(f"{name} is wrong: ")
    assert "\n" not in line


def test_secrets_never_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in a repr, not in a str, and not in the error about another value."""
    set_all(monkeypatch, SECRETS)
    settings = read_settings()
    shown = f"{settings!r} {settings} {settings.bot_token!r}"
    for name in ("signing_secret", "client_secret", "secret_key"):
        shown = shown.replace(name, "")
    assert "secret" not in shown
    assert KEY not in shown
    monkeypatch.setenv("SLACK_BOT_TOKEN", "botsecret")
    monkeypatch.setenv("PAPERWIRE_SECRET_KEY", "keysecret")
    monkeypatch.setenv("PAPERWIRE_PORT", "x")
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert "secret" not in f"{refused.value!r} {refused.value.__cause__!r}"


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    """A `.env` in another encoding is one line, not a traceback."""
    (tmp_path / ".env").write_bytes("PAPERWIRE_HOST=ä".encode("utf-16"))
    with pytest.raises(SettingsError, match=r"\.env cannot be read: it is not UTF-8"):
        read_settings()


# Which way the bot is to serve


ONE = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
ONE_BY_HTTP = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}
SHOWN_BY_SLACK = {
    "SLACK_CLIENT_ID": "12.34",
    "SLACK_CLIENT_SECRET": "c",
    "SLACK_SIGNING_SECRET": "s",
}
MANY = SHOWN_BY_SLACK | {"PAPERWIRE_SECRET_KEY": KEY}


@pytest.mark.parametrize(
    ("given", "serves_many"),
    [
        (ONE, False),
        (ONE_BY_HTTP, False),
        (ONE | SHOWN_BY_SLACK, False),
        (ONE | {"PAPERWIRE_SECRET_KEY": KEY}, False),
        (MANY, True),
    ],
)
def test_what_is_set_says_whom_the_bot_serves(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], serves_many: bool
) -> None:
    """A bot token means one workspace, though all that Slack shows of an app is set as well."""
    set_all(monkeypatch, given)
    settings = read_settings()
    settings.check_door()
    settings.check_posting()
    assert settings.serves_many is serves_many


@pytest.mark.parametrize("name", MANY)
def test_what_many_workspaces_lack_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Each of the four values, by its name."""
    set_all(monkeypatch, {known: value for known, value in MANY.items() if known != name})
    with pytest.raises(SettingsError, match=f"Not set: {name}[ .]"):
        read_settings().check_door()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Not set: SLACK_BOT_TOKEN and SLACK_APP_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "Not set: SLACK_BOT_TOKEN"),
        (SHOWN_BY_SLACK | {"SLACK_APP_TOKEN": "xapp-1"}, "Not set: SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "Not set: SLACK_APP_TOKEN .* or SLACK_SIGNING_SECRET"),
        ({"SLACK_CLIENT_ID": "12.34"}, "Not set: SLACK_CLIENT_SECRET and PAPERWIRE_SECRET_KEY"),
        (MANY | {"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_BOT_TOKEN is for one workspace"),
        (MANY | {"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_APP_TOKEN is for one workspace"),
    ],
)
def test_a_wrong_combination_is_one_line(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], says: str
) -> None:
    """It names what is missing, or which of two that contradict each other to unset."""
    set_all(monkeypatch, given)
    with pytest.raises(SettingsError, match=says) as refused:
        read_settings().check_door()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("api", "page"),
    [
        ("https://slack.com/api/", "https://slack.com/oauth/v2/authorize"),
        ("https://slack-gov.com/api", "https://slack-gov.com/oauth/v2/authorize"),
        ("http://127.0.0.1:9000/api/", "http://127.0.0.1:9000/oauth/v2/authorize"),
    ],
)
def test_the_page_for_installing_stands_beside_the_api(
    monkeypatch: pytest.MonkeyPatch, api: str, page: str
) -> None:
    """Whoever sends the bot to another Slack sends people there, too."""
    monkeypatch.setenv("SLACK_API_URL", api)
    assert read_settings().authorize_url == page


def secrets_in(settings: Settings) -> list[str]:
    """Every secret that is set, in the order of SECRETS."""
    known = [settings.bot_token, settings.app_token, settings.signing_secret]
    known += [settings.client_secret, settings.secret_key]
    return [secret.get_secret_value() for secret in known if secret]


def set_all(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
