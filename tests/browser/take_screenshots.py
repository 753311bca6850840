"""Take the pictures of the review page in the documentation: ``python -m tests.browser.take_screenshots``."""

from __future__ import annotations

import shutil
import struct
import tempfile
import zlib
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.browser.review_server import ReviewServer, make_repository, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

IMAGES = Path(__file__).parents[2] / "docs" / "images"
NAME = "yaml_safe_load"
_ORDERS = dedent("""\
    import yaml


    def read_orders(path):
        with open(path) as file:
            return yaml.load(file)


    def read_order(text):
        return yaml.load(text, Loader=yaml.Loader)
    """)
_SETTINGS = dedent("""\
    import yaml

    DEFAULTS = "colour: blue"


    def read_settings(text):
        found = yaml.load(text or DEFAULTS)
        return {**found, "is_read": True}
    """)


def write_files() -> dict[str, str | bytes]:
    """Make a shop that reads YAML in several ways."""
    files: dict[str, str | bytes] = {"shop/settings.py": _SETTINGS}
    for name in ("archive", "basket", "delivery", "invoices", "till"):
        files[f"shop/orders/{name}.py"] = _ORDERS
    return files


def show_reason(page: Page) -> None:
    """Open a file, and point at a hunk, so that the method that made it is lit."""
    page.locator(".shape > .row-head .opener").last.click()
    page.locator(".link.method").last.click()
    page.locator(".file .opener").last.click()
    page.wait_for_selector(".hunk")
    page.locator(".hunk").last.hover()


def show_red_case(page: Page) -> None:
    """Break the script by hand, refuse what it does then, and show hunks side by side."""
    page.locator(".link.method").first.click()
    page.keyboard.press("Control+f")
    page.keyboard.type('"safe_load"')
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.insert_text('"save_load"')
    page.wait_for_selector(".case.red")
    page.wait_for_selector(".state[data-phase=done]")
    page.locator(".layout").click()
    page.locator(".shape .verdict.no").first.click()
    page.locator(".case.red button").first.focus()


def take(browser: Browser, server: ReviewServer, *, scheme: str) -> bytes:
    """Open the page in one scheme, bring it into its state, and take the picture."""
    page = browser.new_page(
        viewport={"width": 1200, "height": 700},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page.set_default_timeout(60_000)
    page.goto(server.address)
    page.wait_for_selector(".state[data-phase=done]")
    page.wait_for_selector(".case")
    (show_red_case if scheme == "dark" else show_reason)(page)
    page.wait_for_timeout(500)
    taken = page.screenshot()
    page.close()
    return taken


def pack(picture: bytes) -> bytes:
    """Give the same picture in fewer bytes: browsers compress in haste."""
    chunks = [*_read_chunks(picture)]
    pixels = zlib.decompress(b"".join(content for kind, content in chunks if kind == b"IDAT"))
    header = next(content for kind, content in chunks if kind == b"IHDR")
    written = [(b"IHDR", header), (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")]
    return picture[:8] + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in written
    )


def _read_chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(picture):
        (length,) = struct.unpack_from(">I", picture, at)
        yield picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        at += 12 + length


def main() -> None:
    """Write one picture for each scheme."""
    executable = shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        repo = make_repository(Path(folder) / "shop", write_files())
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        with serving(repo, NAME) as server:
            for scheme in ("light", "dark"):
                (IMAGES / f"review-page-{scheme}.png").write_bytes(pack(take(browser, server, scheme=scheme)))
        browser.close()


if __name__ == "__main__":
    main()
