"""The pages of a grading: what they say, that nothing secret is in what goes back, and how they work in a browser."""

import re
import shutil
import time
from pathlib import Path

import pytest

from autograder.course.other_ways import OtherWay
from autograder.gradebook.records import (
    AssignmentResult,
    CheckResult,
    Counterexample,
    Evidence,
    Figure,
    GraderInfo,
    Origin,
    Person,
    Result,
    Told,
)
from autograder.gradebook.store import Gradebook
from autograder.report import changes, findings
from autograder.report.pages import write_pages
from autograder.text import Text

TITLES = {"02_corr2d": Text("Image convolution", "图像卷积")}
CODE = (
    'def corr2d(X, K):\n    """</pre><script>alert(2)</script>"""\n    return X\n\n\n'
    "def conv2d(X, K):\n    return corr2d(X, K)\n"
)
EXAMPLE = Counterexample(
    "corr2d(torch.tensor([[1., 2.]]), torch.tensor([[3.]]))",
    {"X": [[1.0, 2.0]], "K": [[3.0]]},
    [[3.0, 4.0]],
    [[3.0, 6.0]],
    [0, 1],
    Text("The simplest input that shows it: …", "能看出问题的最简输入：…"),
)
SECRETS = (
    "CANARY_SEED",
    "987654321",
    "CANARY_TIER",
    "CANARY_CALL",
    "CANARY_ANSWER",
    "check_secret",
    "CANARY_NOTE",
    "CANARY_PLACE",
)


def check(name, exercise, earned, most, hidden=False, status=None, **rest):
    return CheckResult(
        name,
        Text(f"{exercise} is right", f"{exercise} 正确"),
        exercise,
        hidden,
        float(earned),
        float(most),
        status or ("passed" if earned == most else "failed"),
        **rest,
    )


def result(who, good=False, **person):
    first = check(
        "check_public",
        "corr2d",
        1 if good else 0,
        1,
        message=Text() if good else Text("`corr2d` is off\n    corr2d.py, line 3: return X", "`corr2d` 不对"),
        hint=Text() if good else Text("Look at the window", "看看窗口"),
        mistake="" if good else "returns_the_image",
        mistake_title=Text() if good else Text("returns the image", "返回了图像"),
    )
    if not good:
        first.counterexample = EXAMPLE
    checks = [
        first,
        check(
            "check_secret", "corr2d", 2 if good else 0, 2, True, message=Text("" if good else "Not yet: it is right.")
        ),
        check("check_flip", "conv2d", 0, 1, message=Text("`conv2d` is off", "`conv2d` 不对")),
    ]
    a = AssignmentResult(
        "02_corr2d",
        sum(c.score for c in checks),
        4.0,
        checks,
        "corr2d.py",
        {"corr2d": Text("A lesson", "一课")} if good else {},
    )
    made = Result(
        who, who, a.score, 4.0, "graded", 987654321, "cpu", 1.0, "2026-11-26", {"tier": "CANARY_TIER"},
        GraderInfo("1", "CANARY_SEED"), [a], notes=[Text("CANARY_NOTE")], person=Person(**person),
        origin=Origin("CANARY_PLACE", who), attempt_seed=987654321,
    )  # fmt: skip
    told = {"check_secret": Told("CANARY_CALL", "CANARY_ANSWER", "d1"), "check_flip": Told("conv2d(…)", "1", "d2")}
    made.evidence = Evidence({"02_corr2d": [("corr2d.py", CODE)]}, {"02_corr2d": told})
    return made


PEOPLE = [
    result("ann", good=True, name="Ann Lee", id="001", section="A"),
    result("李雷"),
    result("<script>alert(1)</script>", name="<script>alert(1)</script>"),
    result("bob#1 %41?"),
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    out = tmp_path_factory.mktemp("graded")
    with Gradebook(out) as book:
        for person in PEOPLE:
            book.add(person)
        write_pages(book, TITLES)
    return out


def returned(out):
    return sorted((out / "return").iterdir())


def test_nothing_secret_goes_back(pages):
    """Neither seed, tier, note, place nor hidden evidence, and nobody else's name: a canary stands in each field."""
    assert len(returned(pages)) == len(PEOPLE)
    for file in returned(pages):
        text = file.read_text("utf-8")
        assert [secret for secret in SECRETS if secret in text] == []
        mine = [
            p
            for p in PEOPLE
            if pages and (p.person.name or p.submission) in text.replace("&lt;", "<").replace("&gt;", ">")
        ]
        assert len(mine) == 1, file


def test_what_staff_see_has_the_evidence_behind_its_own_heading(pages):
    text = next((pages / "report/people").glob("ann*")).read_text("utf-8")
    before, _, after = text.partition("For staff alone")
    assert all(secret in after and secret not in before for secret in ("CANARY_CALL", "CANARY_TIER", "CANARY_NOTE"))


def test_everything_of_a_students_is_escaped_and_the_policy_names_all_there_is(pages):
    for file in (pages / "report").rglob("*.html"), returned(pages):
        for page in file:
            text = page.read_text("utf-8")
            assert "<script>alert" not in text
            policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
            assert policy.startswith("default-src &#39;none&#39;") and "unsafe" not in policy and "http" not in policy
            assert not re.search(r"\son\w+=|\sstyle=|src=|@import|url\(", text)
            assert len(re.findall("<script>", text)) == (page.name == "index.html")


def test_a_students_page_tells_what_matters_first(pages):
    page = next(file for file in returned(pages) if "李雷" in file.name).read_text("utf-8")
    for words in ("Image convolution", "图像卷积", "returns the image", "Look at the window", "看看窗口", "0 / 4"):
        assert words in page
    assert page.index("Look at the window") < page.index("all checks")
    assert (
        '<td class="wrong">4' in page and '<td class="used">2' in page
    )  # more than colour: underlined, a cross for readers
    assert re.search(r'class="meant"><span class="no">3►', page)
    ann = (pages / "return/ann.html").read_text("utf-8")
    assert "✓ " in ann and "A lesson" in ann and "一课" in ann and "Ann Lee" in ann


def test_the_class_page_names_misconceptions_groups_and_doubtful_checks(pages):
    page = (pages / "report/index.html").read_text("utf-8")
    assert '4 <span lang="en">people' in page and "returns the image" in page
    shared = page.partition('id="misconceptions"')[2].partition('id="groups"')[0]
    assert "one example" in shared and "def corr2d(X, K):" in shared and '<td class="wrong">4' in shared
    group = page.partition('id="groups"')[2].partition('id="checks"')[0]
    assert "4 <span" in group and "@mistake(" in group and "caught_by=&#34;check_flip&#34;" in group
    assert "people/bob%231%20%2541%3F.html" in page or "bob" in page


def test_a_check_that_the_better_half_fails_is_doubtful():
    people = [result(f"p{k}", good=k % 2 == 0) for k in range(12)]
    for k, person in enumerate(people):
        flip = person.assignments[0].checks[2]
        flip.score, flip.status = (0.0, "failed") if k % 2 == 0 else (1.0, "passed")
        person.score = sum(c.score for c in person.assignments[0].checks)
    facts = {f.name: f for f in findings.check_facts(people)}
    assert facts["check_flip"].is_doubtful and facts["check_flip"].discrimination < -0.9
    assert not facts["check_public"].is_doubtful and facts["check_public"].rate == 0.5
    assert findings.check_facts(people[:4])[0].discrimination is None  # too few to say


def test_groups_are_answers_that_did_the_same():
    people = [result("a"), result("b"), result("c")]
    evidence = {p.submission: p.evidence for p in people}
    evidence["c"] = Evidence({}, {"02_corr2d": {"check_flip": Told("", "", "other")}})
    groups = findings.answer_groups(people, evidence)
    assert [g.people for g in groups] == [["a", "b"], ["c"]] and groups[0].exercise == "conv2d"


def test_what_moved_is_named_per_check_with_its_cause(tmp_path):
    before, after = (
        [result("ann"), result("bob"), result("eve")],
        [result("ann", good=True), result("bob"), result("new")],
    )
    after[0].sha256 = "other"
    found = {c.submission: c for c in changes.between(before, after)}
    assert set(found) == {"ann", "eve", "new"} and found["ann"].by == 3
    assert [m.name for m in found["ann"].checks] == ["check_public", "check_secret"]
    said = changes.sentence(found["ann"])
    assert said.en == "ann: 02 0 → 3 (another submission): corr2d +1 (corr2d is right); corr2d +2 (corr2d is right)"
    assert "提交内容不同" in said.zh and found["eve"].cause.en == "no longer there" and found["new"].before is None
    with Gradebook(tmp_path) as book:
        book.add(before[0])
        second = result("ann", good=True)
        second.attempt, second.sha256 = 2, "second"
        book.add(second)
        assert [c.by for c in changes.since_earlier(book, list(book.results()))] == [3]
        write_pages(book, TITLES)
    assert "another submission" in (tmp_path / "report/index.html").read_text("utf-8")


def test_figures_are_drawn_from_numbers(tmp_path):
    """A matrix as a table with a number in each cell, curves and maps as shapes; all survive the gradebook."""
    person = result("ann", good=True)
    names = [Text("bag", "包"), Text("shirt", "衬衫")]
    person.evidence.figures["02_corr2d"] = [
        Figure("matrix", Text("taken for", "误认"), names, [[9.0, 1.0], [0.0, 10.0]]),
        Figure("curves", Text("training", "训练"), names, [[2.0, 1.0, 0.5], [0.5]]),
        Figure("maps", Text("maps", "响应"), names, [[0.0, 1.0, 1.0, 1.0], [0.5]]),
    ]
    with Gradebook(tmp_path) as book:
        book.add(person)
        assert book.evidence("ann").figures["02_corr2d"][0].values == [[9.0, 1.0], [0.0, 10.0]]
        write_pages(book, TITLES)
    page = (tmp_path / "return/ann.html").read_text("utf-8")
    assert '<td class="s9 right">9</td>' in page and '<td class="s1">1</td>' in page and "误认" in page
    assert 'points="0,5 150,78 300,115"' in page and "2 → 0.5" in page
    assert '<rect class="g9" x="1" y="0" width="1" height="1">' in page
    assert '<rect class="g9" x="0" y="1" width="2" height="1">' in page


def test_other_ways_are_shown_to_those_who_passed_and_to_nobody_else(tmp_path):
    """Until every point of the exercise is there, nothing of it is in the page, not even hidden."""
    way = OtherWay(Text("By unfold", "用 unfold"), "def corr2d(X, K):\n    return CANARY_WAY")
    ways = {("02_corr2d", "corr2d"): [way]}
    with Gradebook(tmp_path) as book:
        for person in PEOPLE[:2]:
            book.add(person)
        write_pages(book, TITLES, ways=ways)
    passed, failed = ((tmp_path / "return" / f"{who}.html").read_text("utf-8") for who in ("ann", "李雷"))
    assert "CANARY_WAY" in passed and "By unfold" in passed and "用 unfold" in passed
    assert "CANARY_WAY" not in failed and "By unfold" not in failed


def test_pages_of_people_who_are_gone_go(pages, tmp_path):
    shutil.copytree(pages, tmp_path / "out")
    with Gradebook(tmp_path / "out") as book:
        book.set_current("ann", -1)
        write_pages(book, TITLES)
    assert not (tmp_path / "out/return/ann.html").exists() and len(returned(tmp_path / "out")) == len(PEOPLE) - 1


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("Chromium is not installed (apt-get install chromium): the pages were not opened in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


class Opened:
    """A page that must log nothing and fetch nothing but itself."""

    def __init__(self, browser, file: Path, **options):
        self.context = browser.new_context(**options)
        self.page, self.trouble = self.context.new_page(), []
        self.page.on("console", lambda message: self.trouble.append(message.text))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", lambda asked: None if asked.url.startswith("file:") else self.trouble.append(asked.url))
        self.page.on("dialog", lambda dialog: (self.trouble.append(dialog.message), dialog.dismiss()))
        self.page.goto(file.resolve().as_uri())

    def __enter__(self):
        return self.page

    def __exit__(self, *error):
        assert self.trouble == []
        self.context.close()


def names(page):
    return page.locator("#people tbody tr:visible th").all_inner_texts()


def test_the_class_sorts_filters_and_opens_a_student(pages, browser):
    with Opened(browser, pages / "report/index.html") as page:
        assert names(page)[0] == "ann 001"
        page.get_by_role("button", name="score").click()
        assert page.locator("#people th[aria-sort]").get_attribute("aria-sort") == "descending"
        page.get_by_role("button", name="score").click()
        assert names(page)[-1] == "ann 001" and "sorted by" in page.locator("#said").inner_text()
        page.keyboard.press("/")
        page.keyboard.type("李")
        assert names(page) == ["李雷"]
        page.keyboard.press("Escape")
        assert len(names(page)) == 4
        page.get_by_role("link", name="bob#1 %41?").first.click()
        assert page.locator("h1").inner_text() == "bob#1 %41?"
        page.get_by_text("← the class").click()
        assert "The class" in page.locator("h1").inner_text()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
@pytest.mark.parametrize("width", [375, 1280])
def test_language_and_theme_switch_without_a_server(pages, browser, width, script):
    file = next(file for file in returned(pages) if "李雷" in file.name)
    with Opened(browser, file, viewport={"width": width, "height": 800}, java_script_enabled=script) as page:
        assert page.get_by_text("Look at the window").is_visible() and not page.get_by_text("看看窗口").is_visible()
        page.check("#lang-zh")
        assert page.get_by_text("看看窗口").is_visible() and not page.get_by_text("Look at the window").is_visible()
        if script:
            light = page.evaluate("getComputedStyle(document.body).backgroundColor")
            page.check("#theme-dark")
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")  # nothing hangs over


@pytest.mark.parametrize("theme", ["#theme-light", "#theme-dark"])
@pytest.mark.parametrize(
    "where", ["report/index.html", "return/ann.html", "return/李雷.html", "report/people/李雷.html"]
)
def test_axe_finds_nothing_serious(pages, browser, where, theme):
    from axe_playwright_python.sync_playwright import Axe

    with Opened(browser, pages / where) as page:
        page.check(theme)
        found = Axe().run(page).response["violations"]
        assert [
            (v["id"], [n["html"] for n in v["nodes"]][:3]) for v in found if v["impact"] in ("serious", "critical")
        ] == []


def test_a_class_of_a_thousand(tmp_path, browser):
    """Renders in under a minute, stays below 3 MB, paints within a second, sorts while nobody waits."""
    with Gradebook(tmp_path) as book:
        with book.base:  # one transaction for all: what is measured is the pages
            for k in range(1000):
                book.add(
                    result(f"person_{k:04}", good=k % 3 == 0, name=f"Person {k}", id=f"{k:05}", section="AB"[k % 2])
                )
        started = time.perf_counter()
        index = write_pages(book, TITLES)
        assert time.perf_counter() - started < 60
    assert index.stat().st_size < 3_000_000 and len(returned(tmp_path)) == 1000
    with Opened(browser, index) as page:
        assert page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0") < 1000
        seconds = page.evaluate(
            """() => { const b = document.querySelectorAll('#people th button'), t = [];
            for (const k of [0, 2, 0]) { const s = performance.now(); b[k].click(); document.body.offsetHeight;
            t.push(performance.now() - s); } return t.sort((a, b) => a - b)[1]; }"""
        )
        assert seconds < 300, f"a sort takes {seconds:.0f} ms"  # 84 ms on an idle machine of two cores
