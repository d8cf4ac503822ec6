"""Block Kit's controls in a real browser, with a tiny app that answers as each test wants."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from slack_bolt import Ack
from slack_sdk import WebClient

from tests.browser.conftest import Opened, Stand
from tests.browser.gallery import ACTIONS, FIELDS, TEXTS, field
from tests.demo_lab import button, modal, options, plain

JSON = dict[str, Any]
HOSTILE = (
    "<script>document.title='pwned'</script>",
    "<img src=x onerror=\"document.title='pwned'\">",
    "\"><svg onload=document.title='pwned'>",
    "<javascript:document.title='pwned'|click>",
    "<https://a.example/\" onmouseover=\"document.title='pwned'|x>",
    "</textarea></style></title><b>",
    "<!channel> <@U0> &lt;script&gt;",
)


@pytest.fixture
def page(stand: Stand, opened: Opened) -> Page:
    """Ada in front of the tiny app, in #general."""
    page = opened(stand.url)
    page.get_by_role("button", name="general").click()
    expect(page.get_by_role("heading", name="#general", exact=True)).to_be_visible()
    return page


def posts(stand: Stand, blocks: list[JSON], text: str = "something") -> str:
    """The app posts to #general, a second after whatever it posted before."""
    stand.lab.now[0] += 1
    told = stand.lab.bot.client.chat_postMessage(
        channel=stand.lab.general.id, text=text, blocks=blocks
    )
    return str(told["ts"])


def acts(stand: Stand, kind: str) -> list[JSON]:
    """The payloads of that kind that the app was sent."""
    return [body for body in stand.lab.bot.bodies if body.get("type") == kind]


def test_every_block_is_shown(stand: Stand, page: Page) -> None:
    """Nothing that Slack takes is left out, and pictures from elsewhere are only named."""
    posts(stand, TEXTS + ACTIONS)
    message = page.locator("#messages article").last
    expect(message.get_by_role("heading", name="A heading")).to_be_visible()
    expect(message.get_by_role("img", name="A curve going up")).to_be_visible()
    expect(message.get_by_role("img", name="A portrait")).to_have_count(2)
    expect(page.locator("img")).to_have_count(0)
    expect(message.locator("blockquote").first).to_have_text("said")
    stand.lab.open_modal(blocks=FIELDS)
    expect(page.get_by_role("dialog", name="Edit")).to_be_visible()
    expect(page.locator(".unknown")).to_have_count(0)


def test_a_modal_shows_errors_under_its_fields(stand: Stand, page: Page) -> None:
    """First Slack's own check, then the app's, each under its field; then the modal goes."""

    @stand.lab.app.view("edit")
    def edit(ack: Ack, view: JSON) -> None:
        typed = view["state"]["values"]["words"]["typed"]["value"]
        if typed == "too broad":
            ack(response_action="errors", errors={"words": "Say it more closely."})
        else:
            ack()

    stand.lab.open_modal()
    dialog = page.get_by_role("dialog", name="Edit")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_have_text("Please complete this required field")
    dialog.get_by_label("Words").fill("too broad")
    dialog.get_by_label("Monday").check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_have_text("Say it more closely.")
    expect(dialog.get_by_label("Words")).to_be_focused()
    dialog.get_by_label("Words").fill("speech")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    values = acts(stand, "view_submission")[-1]["view"]["state"]["values"]
    assert values["words"]["typed"]["value"] == "speech"
    assert [o["value"] for o in values["days"]["ticked"]["selected_options"]] == ["monday"]


def test_a_modal_that_loads_keeps_what_was_typed(stand: Stand, page: Page) -> None:
    """An update in place brings new blocks, and leaves words and the focus where they were."""
    view = stand.lab.open_modal()
    dialog = page.get_by_role("dialog", name="Edit")
    dialog.get_by_label("Words").fill("half a th")
    more = [field("more", "More", {"type": "plain_text_input", "action_id": "more"})]
    changed = modal(blocks=[*view.blocks, *more], title="Edited")
    stand.lab.bot.client.views_update(view_id=view.id, view=changed)
    edited = page.get_by_role("dialog", name="Edited")
    expect(edited.get_by_label("More")).to_be_visible()
    expect(edited.get_by_label("Words")).to_have_value("half a th")
    expect(edited.get_by_label("Words")).to_be_focused()


def test_modals_stack_and_escape_goes_back(stand: Stand, page: Page) -> None:
    """Escape closes the one on top; one that clears on close takes the others with it."""
    stand.lab.open_modal(title="First")
    client, lab = stand.lab.bot.client, stand.lab
    client.views_push(trigger_id=lab.trigger(), view=modal(title="Second"))
    second = page.get_by_role("dialog", name="Second")
    expect(second.get_by_text("from First")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="First")).to_be_visible()
    client.views_push(trigger_id=lab.trigger(), view=modal(title="Third", clear_on_close=True))
    page.get_by_role("dialog", name="Third").get_by_role("button", name="Back").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_fields_send_what_was_chosen(stand: Stand, page: Page) -> None:
    """Every kind of field arrives at the app as Slack sends it."""

    @stand.lab.app.view("edit")
    def edit(ack: Ack) -> None:
        ack()

    @stand.lab.app.options(re.compile("external_select"))
    def suggest(ack: Ack, payload: JSON) -> None:
        ack(options=options(f"{payload['value']}-one", f"{payload['value']}-two"))

    stand.lab.open_modal(blocks=FIELDS)
    dialog = page.get_by_role("dialog", name="Edit")
    dialog.get_by_label("Words").fill("speech")
    dialog.get_by_label("Day", exact=True).select_option("sunday")
    dialog.locator(".is-multi-static-select summary").click()
    dialog.get_by_label("Monday").first.check()
    dialog.get_by_label("Friday").first.check()
    expect(dialog.locator(".is-multi-static-select summary")).to_have_text("Monday, Friday")
    dialog.get_by_label("Paper", exact=True).fill("faiss")
    dialog.get_by_role("option", name="Faiss-Two").click()
    dialog.get_by_label("Papers", exact=True).fill("b")
    expect(dialog.get_by_role("option", name="B-One")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    dialog.get_by_label("Who").select_option(label="Bob")
    dialog.get_by_label("Moment").fill("2026-07-01T09:00")
    dialog.get_by_label("Papers at most").fill("7")
    dialog.get_by_label("Talks").check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    state = acts(stand, "view_submission")[-1]["view"]["state"]["values"]
    held = {block: next(iter(actions.values())) for block, actions in state.items()}
    assert held["day"]["selected_option"]["value"] == "sunday"
    assert [o["value"] for o in held["days"]["selected_options"]] == ["monday", "friday"]
    assert held["paper"]["selected_option"]["value"] == "faiss-two"
    assert [o["value"] for o in held["papers"]["selected_options"]] == ["b-one"]
    assert held["who"]["selected_user"] == stand.lab.bob.id
    assert held["time"]["selected_time"] == "09:00"
    # Nine in London's summer is eight o'clock UTC.
    assert held["moment"]["selected_date_time"] == 1_782_892_800
    assert held["count"]["value"] == "7"
    assert [o["value"] for o in held["also"]["selected_options"]] == ["talks"]


def test_controls_of_a_message_tell_the_app_at_once(stand: Stand, page: Page) -> None:
    """Buttons, menus and choices; what asks for confirmation is sent only after it."""

    @stand.lab.app.action(re.compile(""))
    def done(ack: Ack) -> None:
        ack()

    posts(stand, ACTIONS)
    message = page.locator("#messages article").last
    message.get_by_label("A day").select_option("friday")
    message.get_by_role("button", name="drop").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    message.get_by_role("button", name="drop").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete it").click()
    message.get_by_label("More actions").click()
    message.get_by_role("menuitem", name="Hide").click()
    assert stand.lab.slack.wait_for(lambda: len(acts(stand, "block_actions")) == 3)
    told = [body["actions"][0] for body in acts(stand, "block_actions")]
    assert [one["action_id"] for one in told] == ["static_select", "drop", "overflow"]
    assert told[0]["selected_option"]["value"] == "friday"
    assert told[2]["selected_option"]["value"] == "hide"


def test_controls_under_a_link_work(stand: Stand, page: Page) -> None:
    """What the app shows under a link hangs from the message, and can be acted on there."""

    @stand.lab.app.action("save")
    def save(ack: Ack) -> None:
        ack()

    lab, url = stand.lab, "https://a.example/paper"
    lab.slack.listens_for_links("a.example")
    lab.team.grant("links:write")
    (said,) = lab.ada.says(f"Look: {url}", lab.general, wait=0) or lab.ada.sees(lab.general)
    row = {"type": "actions", "elements": [button("save")]}
    lab.bot.client.chat_unfurl(channel=said.channel, ts=said.ts, unfurls={url: {"blocks": [row]}})
    page.get_by_role("button", name="save", exact=True).click()
    assert lab.slack.wait_for(lambda: len(acts(stand, "block_actions")) == 1)
    assert acts(stand, "block_actions")[0]["app_unfurl"]["from_url"] == url


def test_a_press_sends_what_else_is_in_the_modal(stand: Stand, page: Page) -> None:
    """A field that is dispatched is sent with Enter, and the app sees the other fields too."""

    @stand.lab.app.action("find")
    def find(ack: Ack) -> None:
        ack()

    search = field("q", "Query", {"type": "plain_text_input", "action_id": "find"})
    other = field("other", "Other", {"type": "plain_text_input", "action_id": "other"})
    stand.lab.open_modal(blocks=[search | {"dispatch_action": True}, other])
    dialog = page.get_by_role("dialog", name="Edit")
    dialog.get_by_label("Other").fill("kept")
    dialog.get_by_label("Query").fill("loom")
    page.keyboard.press("Enter")
    assert stand.lab.slack.wait_for(lambda: len(acts(stand, "block_actions")) == 1)
    (body,) = acts(stand, "block_actions")
    assert body["actions"][0]["value"] == "loom"
    assert body["view"]["state"]["values"]["other"]["other"]["value"] == "kept"
    expect(dialog).to_be_visible()


def test_a_message_changes_in_place(stand: Stand, page: Page) -> None:
    """An update redraws one message; the others are not touched."""
    posts(stand, [], "before it")
    ts = posts(stand, [{"type": "actions", "elements": [button("save")]}])
    stay = page.get_by_text("before it")
    stay.evaluate("line => { line.id = 'same'; }")
    changed = [{"type": "section", "text": plain("Saved.")}]
    stand.lab.bot.client.chat_update(
        channel=stand.lab.general.id, ts=ts, text="Saved.", blocks=changed
    )
    expect(page.locator("#messages article").last).to_contain_text("Saved.")
    expect(page.locator("#same")).to_have_text("before it")


def test_home_is_opened_and_acted_in(stand: Stand, page: Page) -> None:
    """The Home tab tells the app that it was opened, shows what comes, and its buttons work."""

    @stand.lab.app.event("app_home_opened")
    def opened(event: JSON, client: WebClient) -> None:
        row = [{"type": "actions", "elements": [button("add")]}]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": row})

    @stand.lab.app.action("add")
    def add(ack: Ack, body: JSON, client: WebClient) -> None:
        ack()
        done = [{"type": "header", "text": plain("Added")}]
        client.views_publish(user_id=body["user"]["id"], view={"type": "home", "blocks": done})

    page.get_by_role("button", name="Paperwire").click()
    page.get_by_role("tab", name="Home").click()
    page.get_by_role("button", name="add", exact=True).click()
    expect(page.get_by_role("heading", name="Added")).to_be_visible()
    page.get_by_role("tab", name="Messages").click()
    expect(page.get_by_role("heading", name="Nothing here yet, Ada Lovelace.")).to_be_visible()


def test_threads_open_beside_the_conversation(stand: Stand, page: Page) -> None:
    """A reply goes to the thread, is counted under its message, and Escape closes the panel."""
    posts(stand, [], "Shall we read this?")
    page.get_by_text("Shall we read this?").hover()
    page.get_by_role("button", name="Reply", exact=True).click()
    panel = page.get_by_role("complementary", name="Thread")
    panel.get_by_label("Reply").first.fill("Yes, with @Bob & <all>")
    page.keyboard.press("Enter")
    expect(panel.locator("article").last).to_contain_text("Yes, with @Bob & <all>")
    expect(page.get_by_role("button", name="1 reply")).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    said = stand.lab.ada.sees(stand.lab.general)[-1]
    assert said.text == f"Yes, with <@{stand.lab.bob.id}> &amp; &lt;all&gt;"


def test_a_shortcut_stands_in_the_menu_of_a_message(stand: Stand, page: Page) -> None:
    """The app's shortcut tells it on which message it was used."""

    @stand.lab.app.shortcut("related")
    def related(ack: Ack) -> None:
        ack()

    ts = posts(stand, [], "A paper on looms")
    page.get_by_text("A paper on looms").hover()
    page.get_by_label("Message shortcuts").click()
    page.get_by_role("menuitem", name="Find related papers").click()
    assert stand.lab.slack.wait_for(lambda: bool(acts(stand, "message_action")))
    assert acts(stand, "message_action")[0]["message_ts"] == ts


def test_what_is_not_a_command_is_said_to_be_none(page: Page) -> None:
    """A slash command that nobody has declared goes nowhere."""
    composer = page.get_by_role("combobox", name="Message #general")
    composer.fill("/loom now")
    composer.press("Enter")
    expect(page.get_by_role("status")).to_have_text("/loom is not a command here.")


def test_nothing_in_a_text_is_executed(stand: Stand, page: Page) -> None:
    """Hostile titles are words wherever they stand: in messages, fields, options and dialogues."""
    for text in HOSTILE:
        marked = {"type": "mrkdwn", "text": text}
        chosen = [{"text": plain(text[:70]), "value": text[:70]}]
        menu = {"type": "overflow", "action_id": "o", "options": chosen}
        posts(
            stand,
            [
                {"type": "header", "text": plain(text)},
                {"type": "section", "text": marked, "accessory": menu},
                {"type": "image", "image_url": "https://a.example/x", "alt_text": text},
            ],
            text,
        )
    first = {"type": "plain_text_input", "action_id": "a", "initial_value": HOSTILE[5]}
    stand.lab.open_modal(title="Ok", blocks=[field("a", HOSTILE[0], first)])
    expect(page.get_by_role("dialog", name="Ok").get_by_role("textbox")).to_have_value(HOSTILE[5])
    page.keyboard.press("Escape")
    expect(page.locator("#messages article")).to_have_count(len(HOSTILE))
    assert page.title() == "Paperwire, try it"
    assert page.locator("#messages :is(script, img, svg, style, iframe)").count() == 0
    for link in page.locator("#messages a").all():
        assert (link.get_attribute("href") or "").startswith("https://a.example/")
    handlers = "[...document.querySelectorAll('main *')].flatMap(e => e.getAttributeNames())"
    assert [name for name in page.evaluate(handlers) if name.startswith("on")] == []
