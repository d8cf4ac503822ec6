"""Slack's markup as HTML: what people see, and that no text can be more than text."""

from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.page.markup import VOID, tag
from bot.demo.page.mrkdwn import mrkdwn
from bot.demo.page.reader import Reader, is_web
from bot.demo.page.rich_text import rich_text

NOON = 1_772_449_200.0
"""Monday 2 March 2026, 12:00 in Paris."""

ADA = Reader(ZoneInfo("Europe/Paris"), NOON, {"U1": "Ada"}, {"C1": "general"})
TAGS = {"a", "blockquote", "br", "button", "code", "div", "em", "pre", "s", "span", "strong"}
ATTRIBUTES = {"href", "target", "rel", "class", "type", "data-place"}
SIGNS = """
    * _ ~ ` ``` < > | &gt; &lt; &amp; " ' • @U1 #C1 !date^1^ {date} a é 👍 <script> </div> onerror=
    javascript:alert(1) https://a.example/ <https://a.example| \ue000 \ue001 \ue0000\ue001
    """
PIECES = st.sampled_from(SIGNS.split())
HOSTILE = st.lists(st.one_of(PIECES, st.sampled_from(" \n"), st.text(max_size=8)), max_size=40).map(
    "".join
)


def link(url: str, words: str) -> str:
    return f'<a href="{url}" target="_blank" rel="noopener noreferrer">{words}</a>'


def mention(words: str) -> str:
    return f'<span class="mention">{words}</span>'


def item(words: str) -> str:
    return f'<div class="item"><span>•</span><div>{words}</div></div>'


class Seen(HTMLParser):
    """What a browser would make of some HTML: its words, and every element with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("*bold* _italic_ ~struck~", "<strong>bold</strong> <em>italic</em> <s>struck</s>"),
        ("*all _three ~of~ them_*", "<strong>all <em>three <s>of</s> them</em></strong>"),
        ("_*inside out*_", "<em><strong>inside out</strong></em>"),
        ("2*3*4 snake_case_name a~b~c", "2*3*4 snake_case_name a~b~c"),
        ("* not bold * and *no\nend*", "* not bold * and *no<br>end*"),
        ("`*code* &amp; <b>`", "<code>*code* &amp; &lt;b&gt;</code>"),
        ("a\n```\nx = *1*\n```\nb", "a<pre>x = *1*</pre>b"),
        ("&gt; one\n&gt; *two*\nend", "<blockquote>one<br><strong>two</strong></blockquote>end"),
        ("• one\n• two", item("one") + item("two")),
        ("1. one\n2. two", "1. one<br>2. two"),
        ("R&amp;D &lt;b&gt; &quot;", "R&amp;D &lt;b&gt; &amp;quot;"),
        ("<https://a.example/?a&amp;b|Title>", link("https://a.example/?a&amp;b", "Title")),
        (
            "*<https://a.example|A*-search>*",
            "<strong>" + link("https://a.example", "A*-search") + "</strong>",
        ),
        ("<https://a.example>", link("https://a.example", "https://a.example")),
        ("<mailto:a@b.example|a@b.example>", link("mailto:a@b.example", "a@b.example")),
        (
            "see https://a.example/x.",
            "see " + link("https://a.example/x", "https://a.example/x") + ".",
        ),
        ("<@U1> and <@U9|Zoe>", mention("@Ada") + " and " + mention("@Zoe")),
        ("<#C1>", '<button type="button" class="mention" data-place="C1">#general</button>'),
        ("<#C9|other>", mention("#other")),
        ("<!here> <!channel|everyone>", mention("@here") + " " + mention("everyone")),
        ("<!date^1772449200^{date_short} at {time}|x>", "2 Mar 2026 at 12:00"),
        (
            "<!date^1772535600^{date_pretty}^https://a.example|x>",
            link("https://a.example", "Tomorrow"),
        ),
        ("<!date^1772445600^{ago}|x>", "1 hour ago"),
        ("<!date^soon^{date}|some day>", mention("some day")),
        ("<javascript:alert(1)|click>", "click"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        (":tada: :unknown: 10:30:00", "🎉 :unknown: 10:30:00"),
    ],
)
def test_markup_is_shown_as_slack_shows_it(markup: str, html: str) -> None:
    """Every piece of Slack's markup, and what only looks like one."""
    assert mrkdwn(markup, ADA) == html


def test_bare_addresses_stay_words_where_the_app_wants_them_so() -> None:
    """`verbatim` text links nothing by itself."""
    assert mrkdwn("https://a.example", ADA, verbatim=True) == "https://a.example"


@given(HOSTILE)
def test_no_text_is_more_than_text(markup: str) -> None:
    """Whatever it holds: only our elements, with our attributes, closed in order, to the web."""
    seen = Seen(mrkdwn(markup, ADA))
    assert seen.open == []
    for name, attributes in seen.elements:
        assert name in TAGS
        assert set(attributes) <= ATTRIBUTES
        assert name != "a" or is_web(str(attributes["href"]))


@given(st.text(alphabet=st.characters(exclude_characters="<>&*_~`:\n•◦▪\ue000\ue001\r\0")))
def test_plain_words_come_through_unchanged(words: str) -> None:
    """A text without markup is shown letter by letter."""
    shown = "".join(Seen(mrkdwn(words, ADA)).words)
    assert shown == words


@given(st.text(), st.text())
def test_an_attribute_holds_what_it_was_given(value: str, words: str) -> None:
    """Quotes, brackets and entities do not end an attribute or an element."""
    value, words = (text.replace("\r", "").replace("\0", "") for text in (value, words))
    seen = Seen(tag("b", words, title=value))
    assert seen.elements == [("b", {"title": value})]
    assert "".join(seen.words) == words


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:alert(1)", "JaVaScRiPt:x", "java\nscript:x", " javascript:x", "vbscript:x"),
        *(
            "data:text/html,x",
            "//a.example",
            "file:///etc/passwd",
            "",
            "https://[",
            "\x01https://a",
        ),
    ],
)
def test_only_addresses_of_the_web_are_linked(url: str) -> None:
    """A browser is sent to the web, to mail, to a telephone, and nowhere else."""
    assert not is_web(url)


def test_long_hostile_texts_take_no_time() -> None:
    """Signs that begin a thousand things and end none are read in a moment."""
    for sign in ("*a ", "_a ", "`", "<", "&gt;", "```", "• ", "*_~", "https://"):
        assert len(mrkdwn(sign * (3_000 // len(sign)), ADA)) >= 1_000


def test_rich_text_is_shown_with_its_styles() -> None:
    """Sections, lists, quotes, code, mentions and emoji."""
    pieces = [
        {"type": "text", "text": "a<b\n", "style": {"bold": True, "code": True, "evil": True}},
        {"type": "link", "url": "javascript:x", "text": "no"},
        {"type": "user", "user_id": "U1"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "emoji", "name": "wave", "unicode": "1f44b"},
        {"type": "emoji", "name": "tada"},
        {"type": "broadcast", "range": "here"},
        {"type": "date", "timestamp": NOON, "format": "{date_num}", "fallback": "x"},
    ]
    section = {"type": "rich_text_section", "elements": pieces}
    listed = {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [section]}
    inside = (
        "<code><strong>a&lt;b<br></strong></code>no"
        '<span class="mention">@Ada</span>'
        '<button type="button" class="mention" data-place="C1">#general</button>'
        '👋🎉<span class="mention">@here</span>2026-03-02'
    )
    shown = rich_text({"type": "rich_text", "elements": [section, listed]}, ADA)
    assert shown == (f'<div>{inside}</div><ol class="indent-1"><li><div>{inside}</div></li></ol>')
