"""The table of faults: each test names its row, the campaign ends with all of them.

A row is `@pytest.mark.fault(fault, stage, said)`. `said` is the sentence that the stage ends with,
`…` standing for what differs from run to run, or what becomes of the results. Tests with the same
row share it. The table is shown where the long tests, marked `faults`, ran along.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.faults.runs import run


@pytest.fixture
def sentence(request: pytest.FixtureRequest) -> re.Pattern[str]:
    """What the test's row says, to be matched with a whole sentence."""
    said = request.node.get_closest_marker("fault").args[2]
    return re.compile(".*".join(map(re.escape, said.split("…"))))


@pytest.fixture
def project(checkout: Path, tmp_path: Path) -> Path:
    """A copy of the project in which nothing has run."""
    return Path(shutil.copytree(checkout, tmp_path / "project"))


@pytest.fixture(scope="session")
def built(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project after an undisturbed run of the demonstration."""
    folder = Path(shutil.copytree(checkout, tmp_path_factory.mktemp("built") / "project"))
    done = run(folder, "--configfile", "config/demo.yaml")
    assert done.code == 0, done.output
    return folder


@pytest.fixture
def finished(built: Path, tmp_path: Path) -> Path:
    """A copy of the project after an undisturbed run; times and Snakemake's notes come along."""
    return Path(shutil.copytree(built, tmp_path / "project"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    report = yield
    mark = item.get_closest_marker("fault")
    if mark is not None:
        report.fault = mark.args
        report.long = item.get_closest_marker("faults") is not None
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [
        report
        for reports in terminalreporter.stats.values()
        for report in reports
        if hasattr(report, "fault")
    ]
    if not any(report.long for report in reports):
        return
    rows: dict[tuple[str, str, str], list[Any]] = {}
    for report in reports:
        if report.when == "call" or not report.passed:
            rows.setdefault(tuple(report.fault), []).append(report)
    terminalreporter.section("faults")
    terminalreporter.write_line("| fault | stage | what is said | outcome |\n|---|---|---|---|")
    outcomes = []
    for row, cases in rows.items():
        outcomes.append(_outcome(cases))
        cells = [*row, f"{outcomes[-1]} ({len(cases)})" if len(cases) > 1 else outcomes[-1]]
        terminalreporter.write_line(f"| {' | '.join(cells)} |")
    kills = sum(
        number
        for cases in rows.values()
        for case in cases
        for name, number in case.user_properties
        if name == "kills" and case.passed
    )
    terminalreporter.write_line(
        f"\n{outcomes.count('survived')} of {len(outcomes)} faults survived, in "
        f"{sum(map(len, rows.values()))} cases, and {kills} kills."
    )


def _outcome(cases: list[Any]) -> str:
    found = {case.outcome for case in cases}
    return "FAILED" if "failed" in found else "skipped" if "skipped" in found else "survived"
