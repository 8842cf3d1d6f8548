"""The audit page in a headless Chromium, opened from a file."""

import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from selenium import webdriver
from tests.services.usage_papers import COUNTED, DATASET, mention_of, passage

from datafootprint.papers.paper_records import Mentions, Paper
from datafootprint.tables import frame_of, read_table, records_of, write_table
from datafootprint.usage.audit.audit_page import render_audit_page
from datafootprint.usage.audit.sample import draw_sample
from datafootprint.usage.labels import Classifier, Label
from datafootprint.usage.names import Dataset
from datafootprint.usage.observed import USAGE_FIELDS
from datafootprint.usage.usage_records import Quote, Usage
from datafootprint.usage.usage_tables import AuditSample

EVIL = (
    "</script><script>document.title = 'owned'</script>"
    "<img src=x onerror=\"document.title='owned'\">"
    "\u2028 We train on ImageNet from random weights here. {{ 7 * 7 }} 𝒳"
)
QUOTE = "We train on ImageNet from random weights here."


def papers(number: int, year: int = 2023, text: str = EVIL) -> tuple[list[Usage], list[Mentions]]:
    records, mentions = [], []
    for n in range(number):
        label = Label.TRAINED if n % 2 else Label.CITED
        record = Usage(
            paper_id=f"-p{n}" if n == 0 else f"p{n}",
            year=year,
            title=f'=cmd "{n}", <b>bold</b>',
            label=label,
            variant="unspecified",
            needs_review=False,
            review_reasons=[],
            quotes=[Quote(label=label, text=QUOTE, page=3, start=0, verified=True)],
            classifier=Classifier.RULES,
            confidence=None,
            reason="cues: <i>from scratch</i>",
        )
        shown = passage(f"𝒳 {n} {text}", page=3), passage("[1] ImageNet.", page=9)
        records.append(record)
        mentions.append(mention_of(record.paper_id, *shown, year=year))
    return records, mentions


def page_of(records: list[Usage], mentions: list[Mentions], size: int) -> tuple[str, list[dict]]:
    sample = draw_sample(frame_of(records, USAGE_FIELDS), COUNTED, size, 1)
    dataset = Dataset.from_config(DATASET, COUNTED)
    listed = [
        Paper(paper_id=r.paper_id, title="", year=r.year, pdf_url=f"/x/{n}.pdf", source="folder")
        for n, r in enumerate(records)
    ]
    page = render_audit_page(sample, records, iter(mentions), listed, dataset)
    return page, records_of(sample)


def data_of(page: str) -> dict:
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])


def test_page_is_self_contained_and_inert() -> None:
    page, _ = page_of(*papers(3), 3)
    assert page.count("<script") == 2
    assert "onerror=" not in page.replace("\\u003cimg src=x onerror=", "")
    assert not re.search(r"(?:src|href)=[\"']", page)
    assert "default-src 'none'" in page
    assert not set("<>&") & set(re.search(r'id="data">(.*?)</script>', page, re.S)[1])
    data = data_of(page)
    assert len(data["papers"]) == 3
    assert [name for name, _ in data["labels"]] == list(Label)
    assert all(f"<dt>{words}</dt>" in page for _, words in data["labels"])


def test_an_id_may_mean_another_paper_each_year() -> None:
    (one, first), (two, second) = papers(1), papers(1, 2024, "Another paper on ImageNet.")
    page, _ = page_of([*one, *two], [*first, *second], 2)
    texts = {paper["year"]: paper["passages"][0]["text"] for paper in data_of(page)["papers"]}
    assert texts == {2023: f"𝒳 0 {EVIL}", 2024: "𝒳 0 Another paper on ImageNet."}


@pytest.fixture
def browser(tmp_path: Path) -> Iterator:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.skip("chromium and chromedriver (Debian: chromium-driver) are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--window-size=1200,900",
    ):
        options.add_argument(argument)
    options.add_experimental_option(
        "prefs", {"download.default_directory": str(tmp_path / "downloads")}
    )
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(executable_path=driver)
    found = webdriver.Chrome(options=options, service=service)
    found.set_page_load_timeout(60)
    yield found
    found.quit()


def exported(browser, folder: Path) -> Path:
    target = folder / "downloads" / "audited.csv"
    target.unlink(missing_ok=True)
    browser.find_element("id", "export").click()
    end = time.monotonic() + 20
    while not (target.exists() and target.stat().st_size) and time.monotonic() < end:
        time.sleep(0.1)
    return target


def test_a_person_labels_saves_reloads_and_exports(browser, tmp_path: Path) -> None:
    page, sample = page_of(*papers(5), 5)
    file = tmp_path / "audit.html"
    file.write_text(page, encoding="utf-8")
    browser.get(file.as_uri())
    body = browser.find_element("tag name", "body")

    def text(name: str) -> str:
        return browser.find_element("id", name).text

    assert text("progress") == "0 of 5 labelled"
    assert text("title") == sample[0]["title"]
    marked = [m.get_property("textContent") for m in browser.find_elements("tag name", "mark")]
    assert "".join(marked) == QUOTE
    assert "ImageNet" in [s.text for s in browser.find_elements("css selector", "strong.name")]
    assert "</script><script>" in text("passages")
    assert "classifier:" not in text("about")

    body.send_keys("1")  # a training asks for its variant, and refuses one that nobody knows
    assert text("place") == "Paper 1 of 5"
    assert "On what did they train?" in text("message")
    variant = browser.find_element("id", "variant")
    variant.send_keys("ImageNet1K", "\n")
    assert "No variant is called ImageNet1K" in text("message")
    assert text("progress") == "0 of 5 labelled"
    variant.clear()
    variant.send_keys("ImageNet-1K", "\n")
    assert text("place") == "Paper 2 of 5"
    assert browser.find_element("id", "pdf").get_attribute("href").startswith("file:///x/")
    browser.find_element("css selector", "[data-label=cited_only]").click()  # by mouse
    assert text("place") == "Paper 2 of 5"
    body.send_keys("n")
    body.send_keys("222")
    assert text("place") == "Paper 5 of 5"
    body.send_keys("0k0k0")  # cleared again
    assert text("place") == "Paper 3 of 5"
    browser.find_element("id", "variant").send_keys("Tiny-ImageNet")
    browser.find_element("id", "comment").send_keys('=1+1, "said" 3')
    assert text("progress") == "2 of 5 labelled"

    time.sleep(2)  # a browser takes a moment to store what was set
    browser.refresh()  # it is still there
    assert text("progress") == "2 of 5 labelled"
    browser.find_element("css selector", "#reveal").click()
    assert "classifier:" in text("about")

    csv_file = exported(browser, tmp_path)
    rows = records_of(read_table(csv_file, AuditSample, of_spreadsheet=True))
    assert [row["human_label"] for row in rows] == [
        "trained_from_scratch",
        "cited_only",
        None,
        None,
        None,
    ]
    assert rows[0]["human_variant"] == "ImageNet-1K"
    assert rows[2]["human_variant"] == "Tiny-ImageNet"
    assert rows[2]["comment"] == '=1+1, "said" 3'
    columns = ("paper_id", "title", "stratum", "label", "year", "position", "variant")
    for row, drawn in zip(rows, sample, strict=True):
        assert {name: row[name] for name in columns} == {name: drawn[name] for name in columns}
    for line in csv_file.read_text().splitlines():
        assert not re.search(r'(^|,)"?[=+@-]', line)

    # A CSV from elsewhere (a spreadsheet) is taken in.
    rows[4]["human_label"] = "evaluated"
    write_table(pd.DataFrame(rows), tmp_path / "sheet.csv", AuditSample, for_spreadsheet=True)
    browser.execute_script("localStorage.clear()")
    time.sleep(2)
    browser.refresh()
    assert text("progress") == "0 of 5 labelled"
    browser.find_element("id", "load").send_keys(str(tmp_path / "sheet.csv"))
    end = time.monotonic() + 10
    while text("progress") != "3 of 5 labelled" and time.monotonic() < end:
        time.sleep(0.1)
    assert text("progress") == "3 of 5 labelled"
    path = exported(browser, tmp_path)
    assert records_of(read_table(path, AuditSample, of_spreadsheet=True)) == rows

    assert browser.title.startswith("Audit")  # no script of a paper ran
    # Nor did the policy have to stop anything of the page's own.
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    browser.save_screenshot(str(tmp_path / "page.png"))
