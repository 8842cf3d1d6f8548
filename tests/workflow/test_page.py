"""The report in a headless Chromium, opened from a file, held against real runs."""

import csv
import importlib.util
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from selenium import webdriver
from selenium.webdriver.common.by import By
from tests.conftest import ROOT

from datafootprint.report.wording import GASES, energy, rounded, subscript

DESKTOP, PHONE = (1280, 720), (390, 844)
STATES = [
    "country=FRA&year=2023",
    "epochs=90",
    "country=World&year=each",
    "country=IND&year=each&copies=3",
    "country=FRA&year=each&method=as_observed",
    "energy=Swin-T%7Cfull",
    "energy=own&kwh=0.25&pue=1.1",
    "intensity=33&gas=co2e&epochs=200.5",
    "pue=1.25&copies=0.5&method=year_aligned",
    "country=FRA&year=2023&epochs=90&energy=ResNet-34%7Cpruned_25&method=as_published",
    "intensity=0",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, snakemake) -> Path:
    """A folder in which the default run has finished."""
    place = tmp_path_factory.mktemp("run")
    done = snakemake(place, "-s", str(ROOT / "Snakefile"))
    assert done.returncode == 0, done.stderr
    assert "6,077 t CO2" in done.stderr and "12 of 12 steps" in done.stderr
    assert "    input: " not in done.stderr
    return place


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    if shutil.which("chromedriver") is None:
        pytest.skip("needs chromium and chromedriver")
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    yield found
    found.quit()


@pytest.fixture
def page(browser, folder):
    """Open the report in a state, on a screen of some size and scheme."""

    def open_page(state="", size=DESKTOP, scheme="light"):
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        browser.get("about:blank")
        browser.get(f"file://{folder}/results/report.html" + (f"#what_if?{state}" if state else ""))
        return browser

    yield open_page
    assert browser.get_log("browser") == []


def text(browser, name):
    return browser.find_element(By.ID, name).get_attribute("textContent")


def row(folder, table, method):
    with (folder / "results" / f"{table}.csv").open(newline="") as stream:
        return next(found for found in csv.DictReader(stream) if found["method"] == method)


@pytest.mark.parametrize("state", STATES)
def test_the_page_computes_what_a_run_with_its_configuration_does(
    page, folder, tmp_path, snakemake, state
):
    browser = page(state)
    shown = {
        name: text(browser, f"out-{name}") for name in ("t", "kwh", "people", "runs", "storage")
    }
    overlay = text(browser, "yaml")
    method = yaml.safe_load(overlay).get("methods", {}).get("headline", "as_described")
    (tmp_path / "mine.yaml").write_text(overlay)
    arguments = ("-s", str(ROOT / "Snakefile"), "footprint", "--configfile", "mine.yaml")
    done = snakemake(tmp_path, *arguments)
    assert done.returncode == 0, done.stderr
    training = row(tmp_path, "training_emissions", method)
    storage = row(tmp_path, "storage_emissions", method)
    gas = subscript(GASES[training["gas_basis"]])
    assert shown == {
        "t": f"{rounded(float(training['emissions_t']))} t {gas}",
        "kwh": energy(float(training["energy_kwh"])),
        "people": f"{rounded(float(training['person_equivalents']))} people",
        "runs": rounded(float(training["runs"])),
        "storage": f"{rounded(float(storage['emissions_t']))} t {gas}",
    }


def test_a_state_is_chosen_kept_in_the_address_copied_and_reset(page):
    browser = page()
    before = text(browser, "out-t")
    form = browser.find_element(By.ID, "settings")
    form.find_element(By.CSS_SELECTOR, "[value=country]").click()
    form.find_element(By.CSS_SELECTOR, "option[value=FRA]").click()
    form.find_element(By.CSS_SELECTOR, "[name=year] option[value='2023']").click()
    epochs = form.find_element(By.NAME, "epochs")
    epochs.clear()
    assert "Epochs must be a number above 0" in text(browser, "problem")
    epochs.send_keys("90")
    assert text(browser, "problem") == ""
    assert yaml.safe_load(text(browser, "yaml")) == {
        "carbon": {"country": "FRA", "year": 2023},
        "training": {"epochs": 90},
    }
    chosen, address = text(browser, "out-t"), browser.current_url
    assert chosen != before and address.endswith("#what_if?country=FRA&year=2023&epochs=90")
    rights = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    browser.execute_cdp_cmd("Browser.grantPermissions", rights)
    browser.find_element(By.CSS_SELECTOR, "[data-copy=yaml]").click()
    copied = browser.execute_async_script(
        "const done = arguments[0];"
        "setTimeout(() => navigator.clipboard.readText().then(done, (e) => done(`${e}`)), 200)"
    )
    assert copied == text(browser, "yaml")
    form.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
    assert text(browser, "out-t") == before
    browser.get("about:blank")
    browser.get(address)
    assert text(browser, "out-t") == chosen


def test_what_an_address_does_not_mean_is_named(page):
    browser = page("epochs=-3&country=XXX&year=2023&pue=1.2")
    assert "epochs=-3" in text(browser, "problem") and "country=XXX" in text(browser, "problem")
    assert yaml.safe_load(text(browser, "yaml")) == {"training": {"pue_target": 1.2}}


def test_countries_of_which_the_source_knows_too_little_are_in_no_order(page):
    note = text(page("country=FRA&year=2015"), "rank-note")
    assert "Left out: Central African Republic, for which the source has 0 g" in note
    assert note.startswith("Each bar is a country, from ") and ": 0 t" not in note


@pytest.mark.parametrize("size", [(320, 700), PHONE, (768, 1024), DESKTOP, (1920, 1080)])
def test_nothing_is_wider_than_the_screen(page, size):
    browser = page("country=VCT&year=2022&epochs=1000000", size)
    browser.execute_script("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= size[0]


def test_the_first_screen_holds_the_answer(page):
    browser = page()
    facts = browser.find_element(By.CSS_SELECTOR, ".facts").rect
    assert facts["y"] + facts["height"] <= DESKTOP[1]
    said = [browser.find_element(By.CSS_SELECTOR, name).text for name in (".answer", ".context")]
    assert "tonnes of CO₂" in said[0] and "445 g CO₂/kWh" in said[1]


def test_it_can_be_read_without_script(browser, folder, page):
    page()
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(f"file://{folder}/results/report.html")
        assert not browser.find_element(By.ID, "settings").is_displayed()
        assert browser.find_element(By.ID, "out-t").text == "6,077 t CO₂"
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_links_and_names_within_the_page_are_sound(page, folder):
    browser = page()
    names = [e.get_attribute("id") for e in browser.find_elements(By.CSS_SELECTOR, "[id]")]
    assert len(names) == len(set(names))
    for link in browser.find_elements(By.CSS_SELECTOR, "a[href]"):
        target = link.get_dom_attribute("href")
        if target.startswith("#"):
            assert target[1:] in names, target
        elif not target.startswith("https:"):
            assert (folder / "results" / target).is_file(), target


def test_a_print_opens_what_is_folded(page):
    browser = page()
    browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    assert browser.find_elements(By.CSS_SELECTOR, "main details:not([open])") == []
    browser.execute_script("dispatchEvent(new Event('afterprint'))")
    assert browser.find_elements(By.CSS_SELECTOR, "main details[open]") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_axe_finds_no_violation(page, scheme, size):
    """Needs axe-core, as in `pip install --no-deps axe-playwright-python`."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None:
        pytest.skip("needs axe-playwright-python")
    browser = page("country=FRA&year=2023", size, scheme)
    browser.execute_script("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    browser.execute_script(Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8"))
    browser.set_script_timeout(120)
    violations = browser.execute_async_script(
        "const done = arguments[0]; axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a',"
        " 'wcag21aa', 'wcag22aa', 'best-practice']}).then((r) => done(JSON.stringify(r.violations"
        ".map((v) => [v.id, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 150)),"
        " v.nodes.length]))))"
    )
    assert json.loads(violations) == []
