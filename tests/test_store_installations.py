"""What is kept of installations: found by workspace and enterprise, sealed, and forgotten."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.oauth.installation_store import Installation
from sqlalchemy import select

from bot.errors import SettingsError
from bot.store import Store, people, workspaces
from bot.store.installations import SECRETS, Installations, States, bots, installations
from bot.store.keys import Keys, new_key
from bot.store.tables import metadata
from tests.install_lab import KEY, NEWER_KEY
from tests.store_lab import ADA, ADAS_TWIN, BOB, fill, rows, rows_of

TOKENS = {
    "bot_token": f"xoxe.xoxb-1-{'b' * 180}",
    "bot_refresh_token": f"xoxe-1-{'r' * 180}",
    "user_token": "xoxp-user",
    "user_refresh_token": "xoxe-1-user",
    "incoming_webhook_url": "https://hooks.slack.test/services/T1/B1/webhook-secret",
}
OLD = Installations("1.2", Keys(KEY))
BOTH = Installations("1.2", Keys(f"{NEWER_KEY}, {KEY}"))


def an_installation(
    team: str | None = "T1", enterprise: str | None = None, age: float = 0, **other: object
) -> Installation:
    """What Slack tells of an installation, so many seconds ago."""
    known: dict[str, object] = {
        "app_id": "A1",
        "team_id": team,
        "enterprise_id": enterprise,
        "is_enterprise_install": team is None,
        "bot_id": "B1",
        "bot_user_id": "U0",
        "user_id": "U1",
        "installed_at": time.time() - age,
    }
    return Installation(**(known | TOKENS | other))  # type: ignore[arg-type]


def found(
    store: Store,
    team: str | None,
    enterprise: str | None = None,
    installed: Installations = OLD,
) -> str | None:
    """The token that counts for a workspace."""
    with store.reading() as connection:
        known = installed.find(connection, team, enterprise)
    return known.bot_token if known else None


def test_an_installation_comes_back_as_it_was(any_store: Store) -> None:
    """On either kind of server, however long its tokens are."""
    with any_store.writing() as connection:
        OLD.put(connection, an_installation())
        known = OLD.find(connection, "T1")
    assert known is not None
    assert {name: getattr(known, name) for name in SECRETS} == TOKENS
    assert (known.team_id, known.bot_user_id) == ("T1", "U0")


def test_no_secret_lies_open_in_the_database(any_store: Store) -> None:
    """Neither in Slack's table of installations nor in that of bots."""
    with any_store.writing() as connection:
        OLD.put(connection, an_installation())
        raw = repr([connection.execute(select(table)).all() for table in (installations, bots)])
    assert [token for token in TOKENS.values() if token in raw] == []
    assert raw.count("gAAAA") == len(TOKENS) + 2


def test_slacks_own_store_reads_what_ours_wrote(any_store: Store) -> None:
    """It is the same table, in transactions of ours."""
    with any_store.writing() as connection:
        OLD.put(connection, an_installation())
    bot = OLD.slack_store(any_store).find_bot(enterprise_id=None, team_id="T1")
    assert bot is not None
    assert bot.bot_token == TOKENS["bot_token"]


def test_one_installation_takes_the_place_of_another(any_store: Store) -> None:
    """The last one counts, and nothing is kept of that before."""
    with any_store.writing() as connection:
        OLD.put(connection, an_installation(age=9))
        OLD.put(connection, an_installation(bot_token="xoxb-new"))
    assert found(any_store, "T1") == "xoxb-new"
    assert [len(rows(any_store)[t.name]) for t in (installations, bots)] == [1, 1]


def test_an_installation_of_an_enterprise_counts_for_its_workspaces(any_store: Store) -> None:
    """Named by the request, or known from an earlier one; and for nobody else's."""
    with any_store.writing() as connection:
        OLD.put(connection, an_installation(None, "E1"))
        workspaces.meet(connection, "T2", "E1")
        workspaces.meet(connection, "T3", "E2")
    assert found(any_store, "T1", "E1") == found(any_store, None, "E1") == TOKENS["bot_token"]
    assert found(any_store, "T2") == TOKENS["bot_token"]
    assert [found(any_store, "T1"), found(any_store, "T3"), found(any_store, "T1", "E2")] == [
        None
    ] * 3


def test_of_two_that_count_the_newer_does(any_store: Store) -> None:
    """A workspace's own, or its enterprise's."""
    with any_store.writing() as connection:
        OLD.put(connection, an_installation("T1", "E1", age=9, bot_token="xoxb-own"))
        OLD.put(connection, an_installation(None, "E1", bot_token="xoxb-all"))
        OLD.put(connection, an_installation("T2", "E1", age=-9, bot_token="xoxb-other"))
    assert found(any_store, "T1", "E1") == "xoxb-all"
    assert found(any_store, "T2", "E1") == "xoxb-other"


def test_another_app_in_the_same_database_is_apart(any_store: Store) -> None:
    """Neither finds nor removes what the other has."""
    other = Installations("9.9", Keys(KEY))
    with any_store.writing() as connection:
        OLD.put(connection, an_installation())
        assert other.find(connection, "T1") is None
        assert other.every(connection) == []
        other.remove(connection, "T1", None)
    assert found(any_store, "T1") == TOKENS["bot_token"]


def test_only_what_ends_soon_and_can_be_renewed_is_to_be_renewed(any_store: Store) -> None:
    """Not what lasts longer, what never ends, or what Slack does not renew any more."""
    soon, later = int(time.time()) + 600, int(time.time()) + 9_000
    with any_store.writing() as connection:
        OLD.put(connection, an_installation("T1", bot_token_expires_at=soon))
        OLD.put(connection, an_installation("T2", bot_token_expires_at=later))
        OLD.put(connection, an_installation("T3"))
        refused = an_installation("T4", bot_token_expires_at=soon, bot_refresh_token=None)
        OLD.put(connection, refused)
        ending = OLD.every(connection, datetime.now(UTC) + timedelta(hours=1))
        assert [each.team_id for each in ending] == ["T1"]
        assert len(OLD.every(connection)) == 4


# Keys


def test_keys_rotate(any_store: Store) -> None:
    """The old key still opens; sealed anew, the old one is not needed any more."""
    newer = Installations("1.2", Keys(NEWER_KEY))
    with any_store.writing() as connection:
        OLD.put(connection, an_installation())
    assert found(any_store, "T1", installed=BOTH) == TOKENS["bot_token"]
    with any_store.writing() as connection:
        assert BOTH.seal_anew(connection) == len(TOKENS) + 2
        assert BOTH.seal_anew(connection) == newer.seal_anew(connection) == 0
    assert found(any_store, "T1", installed=newer) == TOKENS["bot_token"]
    with pytest.raises(SettingsError, match="does not open"):
        found(any_store, "T1")


def test_a_wrong_key_is_one_sentence_without_secrets(any_store: Store) -> None:
    """When it reads, and when it seals anew; nothing is changed by the attempt."""
    stranger = Installations("1.2", Keys(new_key()))
    with any_store.writing() as connection:
        OLD.put(connection, an_installation())
    before = rows(any_store)
    for act in (stranger.every, stranger.seal_anew, lambda c: stranger.find(c, "T1")):
        with pytest.raises(SettingsError) as refused, any_store.writing() as connection:
            act(connection)
        told = f"{refused.value!r} {refused.value} {refused.value.__cause__!r}"
        assert "PAPERWIRE_SECRET_KEY does not open the tokens in the database" in told
        assert [secret for secret in (*TOKENS.values(), KEY, "gAAAA") if secret in told] == []
    assert rows(any_store) == before


def test_a_new_key_is_new_and_shows_nowhere() -> None:
    """No two are the same, and neither a repr nor a dump of attributes holds one."""
    key = new_key()
    assert len({key, new_key()}) == 2
    assert key not in repr(Keys(key)) + repr(vars(Keys(key)))
    assert Keys(key).open(Keys(key).seal("xoxb-ü")) == "xoxb-ü"


# States


def test_a_state_is_consumed_once_and_in_time(any_store: Store) -> None:
    """Neither twice, nor when it has ended, nor one that nobody issued."""
    states, ended = States(any_store, 60), States(any_store, -1)
    one, late = states.issue(), ended.issue()
    assert [states.consume(state) for state in (one, one, late, "other", "")] == [True] + [
        False
    ] * 4
    assert rows(any_store)["slack_oauth_states"] == []


def test_installations_that_nobody_finishes_do_not_pile_up(any_store: Store) -> None:
    """Whoever opens the page again and again leaves no more than one that has not ended."""
    ended = States(any_store, -1)
    for _ in range(5):
        ended.issue()
    States(any_store, 60).issue()
    assert len(rows(any_store)["slack_oauth_states"]) == 1


# Workspaces


def test_forgetting_a_workspace_leaves_no_row_in_any_table(any_store: Store) -> None:
    """Everything of its people goes, what was installed too; another workspace loses nothing."""
    with any_store.writing() as connection:
        fill(connection, ADAS_TWIN)
        OLD.put(connection, an_installation("T2"))
    before = rows(any_store)
    with any_store.writing() as connection:
        for who in (ADA, BOB):
            fill(connection, who)
        OLD.put(connection, an_installation("T1"))
        filled = rows_of(connection, "T1")
    about_workspaces = {t.name for t in metadata.tables.values() if "workspace" in t.c}
    assert {n for n, kept in filled.items() if kept} >= about_workspaces - {"events"}
    with any_store.writing() as connection:
        for _ in range(2):
            workspaces.forget(connection, "T1")
            OLD.remove(connection, "T1", None)
        assert not any(rows_of(connection, "T1").values())
    assert rows(any_store) == before


def test_a_workspace_is_met_once_and_may_move(any_store: Store) -> None:
    """What is known of it stays, whether digests are off included."""
    with any_store.writing() as connection:
        people.put_workspace(connection, "T1", "Lab")
        people.switch_off(connection, "T1", "revoked")
        for workspace, enterprise in (("T1", "E1"), ("T1", "E1"), ("T1", "E2"), ("T9", "E2")):
            workspaces.meet(connection, workspace, enterprise)
        assert workspaces.of_enterprise(connection, "E2") == ["T1", "T9"]
        assert workspaces.of_enterprise(connection, "E1") == []
        assert workspaces.enterprise_of(connection, "T1") == "E2"
        assert workspaces.enterprise_of(connection, "T0") is None
    assert "revoked" in str(rows(any_store)["workspaces"])
    with any_store.writing() as connection:
        workspaces.switch_on(connection, "E1")
        assert "revoked" in str(rows_of(connection, "T1"))
        workspaces.switch_on(connection, "E2")
        assert "revoked" not in str(rows_of(connection, "T1"))
