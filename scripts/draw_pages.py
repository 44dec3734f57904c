"""Draws the pages of a grading as pictures for the documentation, with the system's Chromium.

autograder grade tests/submissions -o graded && autograder report graded
python scripts/draw_pages.py graded docs/pages
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

A4 = {"width": 794, "height": 1123}  # at 96 dots an inch


def main(graded: Path, pictures: Path) -> None:
    """Write `class.png`, a student's page in both languages, on a phone in the dark, and as it prints."""
    pictures.mkdir(parents=True, exist_ok=True)
    student = graded / "return" / "liam_oconnor.html"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        draw(browser, graded / "report" / "index.html", pictures / "class.png", width=1100, height=1000)
        draw(browser, student, pictures / "student.png", width=820, height=1000)
        draw(browser, student, pictures / "student.zh-CN.png", "#lang-zh", width=820, height=1000)
        draw(browser, student, pictures / "student_phone.png", "#theme-dark", width=390, height=844)
        draw(browser, student, pictures / "student_printed.png", media="print", **A4)
        browser.close()


def draw(browser: Browser, page: Path, picture: Path, *switches: str, media: str = "screen", **size: int) -> None:
    opened = browser.new_page(viewport={"width": size["width"], "height": size["height"]})
    opened.goto(page.resolve().as_uri())
    for switch in switches:
        opened.check(switch)
    opened.emulate_media(media="print" if media == "print" else "screen")
    opened.screenshot(path=picture)
    opened.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
