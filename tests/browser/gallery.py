"""Every kind of block and element that Slack knows, once, as an app would send it."""

from typing import Any

from tests.demo_lab import button, options, plain

JSON = dict[str, Any]


def marked(text: str, **other: Any) -> JSON:
    return {"type": "mrkdwn", "text": text} | other


def element(kind: str, **other: Any) -> JSON:
    return {"type": kind, "action_id": kind} | other


def field(block_id: str, label: str, inside: JSON, **other: Any) -> JSON:
    named = {"type": "input", "block_id": block_id, "label": plain(label), "element": inside}
    return named | other


CONFIRM = {
    "title": plain("Really?"),
    "text": plain("It is gone for good."),
    "confirm": plain("Delete it"),
    "deny": plain("Keep it"),
    "style": "danger",
}
DAYS = options("monday", "wednesday", "friday")
GROUPS = [{"label": plain("Weekend"), "options": options("saturday", "sunday")}]
SCRIPT = (
    "*bold* _italic_ ~struck~ `code` <https://a.example|a link> :tada:\n• one\n• two\n&gt; said"
)
RICH: list[JSON] = [
    {
        "type": "rich_text_section",
        "elements": [
            {"type": "text", "text": "Rich ", "style": {"bold": True}},
            {"type": "link", "url": "https://a.example", "text": "link"},
            {"type": "emoji", "name": "wave", "unicode": "1f44b"},
        ],
    },
    {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
    },
    {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a = 1"}]},
    {"type": "rich_text_quote", "elements": [{"type": "text", "text": "a quote"}]},
]
PICTURE = {"type": "image", "image_url": "https://a.example/b.png", "alt_text": "A portrait"}

TEXTS: list[JSON] = [
    {"type": "header", "text": plain("A heading")},
    {"type": "section", "text": marked(SCRIPT)},
    {"type": "section", "fields": [marked("*Next*\nMonday"), marked("*Papers*\n5")]},
    {"type": "context", "elements": [marked("small"), plain("print"), PICTURE]},
    {"type": "section", "text": plain("With a picture beside it"), "accessory": PICTURE},
    {"type": "divider"},
    {"type": "image", "image_url": "https://a.example/a.png", "alt_text": "A curve going up"},
    {"type": "rich_text", "elements": RICH},
]
ACTIONS: list[JSON] = [
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            button("save", style="primary"),
            button("drop", style="danger", confirm=CONFIRM),
            element("overflow", options=options("why", "hide")),
            element("static_select", options=DAYS, placeholder=plain("A day")),
            element("datepicker", initial_date="2026-03-02"),
            element("timepicker", initial_time="09:00"),
            element("radio_buttons", options=options("daily", "weekly")),
            element("checkboxes", options=options("quiet", "short")),
        ],
    },
    {
        "type": "section",
        "block_id": "aside",
        "text": marked("Something with a choice beside it"),
        "accessory": element("multi_static_select", options=DAYS, placeholder=plain("Days")),
    },
]
FIELDS: list[JSON] = [
    field(
        "words",
        "Words",
        element("plain_text_input", max_length=20, placeholder=plain("speech translation")),
        hint=plain("One interest a line"),
    ),
    field("notes", "Notes", element("plain_text_input", multiline=True), optional=True),
    field("day", "Day", element("static_select", option_groups=GROUPS), optional=True),
    field("days", "Days", element("multi_static_select", options=DAYS), optional=True),
    field("paper", "Paper", element("external_select", min_query_length=2), optional=True),
    field("papers", "Papers", element("multi_external_select"), optional=True),
    field("who", "Who", element("users_select"), optional=True),
    field("where", "Where", element("conversations_select"), optional=True),
    field("time", "Time", element("timepicker", initial_time="09:00"), optional=True),
    field("moment", "Moment", element("datetimepicker"), optional=True),
    field(
        "count", "Papers at most", element("number_input", is_decimal_allowed=False), optional=True
    ),
    field("mail", "Mail", element("email_text_input"), optional=True),
    field("often", "How often", element("radio_buttons", options=DAYS), optional=True),
    field("also", "Also", element("checkboxes", options=options("code", "talks")), optional=True),
]
