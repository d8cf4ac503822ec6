"""The page outlives the demonstration that it belongs to."""

from playwright.sync_api import Browser, expect

from bot.demo.page.server import Site
from bot.demo.page.session import Session
from bot.demo.page.show import serving
from tests.browser.conftest import MANIFEST
from tests.demo_lab import connected_lab


def test_a_page_left_open_goes_on_with_the_next_start(browser: Browser) -> None:
    """While nothing answers it says so; the next start at the same address is shown by itself."""
    with connected_lab() as lab:
        session = Session(lab.slack, lab.team, MANIFEST, lambda _: None)
        page = browser.new_page()
        with serving(Site([], session)) as url:
            page.goto(url)
            expect(
                page.get_by_role("heading", name="Nothing here yet, Ada Lovelace.")
            ).to_be_visible()
        expect(page.get_by_role("status")).to_contain_text("The demonstration has stopped.")
        lab.bot.client.chat_postMessage(channel=lab.ada.id, text="Good morning")
        with serving(Site([], session), int(url.rpartition(":")[2])):
            expect(page.locator("#messages article")).to_contain_text("Good morning")
            page.close()
