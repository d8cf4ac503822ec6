"""Pictures of the demonstration's main screens: `python -m tests.browser.screenshots FOLDER`."""

import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from bot.commands import INNER, TABLE
from bot.demo.page.show import shown
from bot.running import running
from tests.browser.conftest import CHROMIUM, LEFT_OUT

WIDE, PHONE = (1280, 800), (390, 844)


def main(folder: Path) -> None:
    """Takes every picture, each from a demonstration of its own start."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        with shown(running, {"": TABLE, **INNER}, 0) as url:
            for name, size, scheme in (
                ("page", WIDE, "light"),
                ("page-dark", WIDE, "dark"),
                ("page-phone", PHONE, "light"),
                ("page-phone-dark", PHONE, "dark"),
            ):
                take(opened(browser, url, size, scheme), folder / f"{name}.png")
            more(browser, url, folder)
        browser.close()


def more(browser: Browser, url: str, folder: Path) -> None:
    """What comes after the first screen: completion, a search, the clock, Home, a modal."""
    page = opened(browser, url, WIDE, "light")
    page.get_by_role("button", name="reading-group").click()
    composer = page.get_by_role("combobox", name="Message #reading-group")
    composer.fill("/papers interests ")
    page.get_by_role("option").first.wait_for()
    take(page, folder / "completion.png")
    composer.fill("/papers speech translation since:2024")
    composer.press("Enter")
    page.get_by_text("Only visible to you").wait_for()
    page.get_by_label("More actions").first.click()
    take(page, folder / "search.png")
    page.get_by_role("button", name="Ben").click()
    page.get_by_role("heading", name="#reading-group is empty.").wait_for()
    page.get_by_label("The clock").click()
    take(page, folder / "clock.png")
    page.get_by_role("button", name="Ada").click()
    page.get_by_role("button", name="Paperwire").click()
    page.get_by_role("tab", name="Home").click()
    page.get_by_role("button", name="Edit").wait_for()
    take(page, folder / "page-home.png")
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("dialog", name="Your interests").wait_for()
    take(page, folder / "modal.png")


def opened(browser: Browser, url: str, size: tuple[int, int], scheme: str) -> Page:
    """The page as somebody sees it who comes for the first time."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(url)
    page.locator("#messages article").first.wait_for()
    return page


def take(page: Page, path: Path) -> None:
    """A picture of what is on the screen, in few colours and bytes."""
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path, animations="disabled")
    Image.open(path).convert("RGB").quantize(255, dither=Image.Dither.NONE).save(
        path, optimize=True
    )


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit(LEFT_OUT)
    main(Path(sys.argv[1]))
