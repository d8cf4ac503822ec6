"""Blocks as JSON: the same as slack_sdk writes, with the same refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    ImageElement,
    InputBlock,
    MarkdownTextObject,
    Option,
    OptionGroup,
    OverflowMenuElement,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)

from bot.blocks.papers import Listing, listing
from bot.blocks.unfurl import unfurled
from bot.blocks.views import View, ViewKind
from bot.blocks.written import as_json
from recommender import Match, Paper, Reason

CONFIRM = ConfirmObject(title="Sure?", text=MarkdownTextObject(text="*Yes*"))
GROUP = OptionGroup(label="Days", options=[Option(value="m", text="Monday")])
EVERY: list[Block] = [
    HeaderBlock(text=PlainTextObject(text="Title", emoji=False)),
    DividerBlock(block_id="line"),
    SectionBlock(text="x", fields=["a", MarkdownTextObject(text="b", verbatim=True)]),
    SectionBlock(text="x", accessory=ImageElement(image_url="https://x.org/i.png", alt_text="i")),
    ContextBlock(elements=[MarkdownTextObject(text="small", verbatim=False)]),
    ActionsBlock(
        elements=[
            ButtonElement(text="Go", action_id="go", value="7", style="primary", confirm=CONFIRM),
            OverflowMenuElement(
                action_id="more",
                options=[
                    Option(value="a", label="A"),
                    Option(value="b", text="B", description="Of B"),
                    Option(value="c", label="C", url="https://x.org"),
                    Option(value="d", text=PlainTextObject(text="D", emoji=False)),
                ],
            ),
            StaticSelectElement(action_id="day", placeholder="Day", option_groups=[GROUP]),
        ]
    ),
    InputBlock(
        label="Words",
        hint=PlainTextObject(text="Any"),
        optional=False,
        element=PlainTextInputElement(action_id="words", multiline=True, min_length=0),
    ),
]


@pytest.mark.parametrize("block", EVERY, ids=lambda block: type(block).__name__)
def test_every_kind_of_block_is_written_alike(block: Block) -> None:
    """Whatever stands in it, and however its options are made."""
    assert as_json([block]) == [block.to_dict()]


@given(st.lists(st.text(max_size=300), min_size=1, max_size=5), st.booleans())
def test_pages_of_papers_are_written_alike(titles: list[str], has_reasons: bool) -> None:
    """Of whatever papers."""
    reasons = (Reason("bm25", ("bm25",), 1.0),) if has_reasons else ()
    papers = [Paper(f"id:{n}", title, title * 3) for n, title in enumerate(titles)]
    matches = [Match(paper, 1.0, reasons) for paper in papers]
    page = listing(Listing("Papers", matches, View(ViewKind.SEARCH, "key")))
    for blocks in (page.blocks, unfurled(papers[0])):
        assert as_json(blocks) == [block.to_dict() for block in blocks]


@pytest.mark.parametrize(
    "block",
    [
        HeaderBlock(text="x" * 151),
        ActionsBlock(elements=[ButtonElement(text="x" * 76, action_id="go")]),
        ActionsBlock(elements=[ButtonElement(text="x", action_id="y" * 256)]),
        ActionsBlock(
            elements=[
                OverflowMenuElement(action_id="m", options=[Option(value="v", label="x" * 76)])
            ]
        ),
    ],
)
def test_what_slack_would_refuse_is_refused(block: Block) -> None:
    """By the same checks, at every depth."""
    for write in (lambda: block.to_dict(), lambda: as_json([block])):
        with pytest.raises(SlackObjectFormationError):
            write()
