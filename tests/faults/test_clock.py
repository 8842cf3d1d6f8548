"""A clock that was set back: files come from the future, snapshots too."""

import os
import re
import shutil
import time
from pathlib import Path

import pytest
import yaml
from tests.faults.runs import command, ended, run, tables
from tests.services.loopback import OpenAlex

DAY_S = 86_400
DEMO = ("--configfile", "config/demo.yaml")
COUNTS = {year: 10_000 + 1_000 * (year - 2017) for year in range(2017, 2027)}


def set_times(folder: Path, days: float) -> None:
    """Give every file a time so many days from now."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            os.utime(path, (time.time() + days * DAY_S,) * 2)


@pytest.mark.faults
@pytest.mark.fault(
    "a clock set back by a day",
    "all",
    "Output … has older modification time (…) than input … (…). This could indicate a clock skew …",
)
def test_results_from_the_future(sentence: re.Pattern[str], finished: Path) -> None:
    expected = tables(finished)
    set_times(finished, 1)
    # Snakemake itself finds it, before anything comes of it.
    run(finished, *DEMO, "--forcerun", "count_usage").told(sentence)
    assert tables(finished).items() <= expected.items()
    set_times(finished, -1)
    done = run(finished, *DEMO)
    assert done.code == 0, done.output
    assert tables(finished) == expected


@pytest.mark.faults
@pytest.mark.fault("a clock set back by ten days", "literature", "the newest snapshot is used")
def test_a_snapshot_from_the_future(project: Path) -> None:
    faketime = shutil.which("faketime")
    if faketime is None:
        pytest.skip("faketime (Debian: faketime) is not installed")
    with OpenAlex(COUNTS) as server:
        source = {"source": "openalex", "openalex": {"base_url": server.url}}
        (project / "mine.yaml").write_text(yaml.safe_dump({"literature": source}))
        wanted = ("literature", "--configfile", "mine.yaml")
        done = run(project, *wanted)
        assert done.code == 0, done.output
        expected, asked = tables(project), len(server.requests)
        shutil.rmtree(project / "results")
        set_times(project, -30)
        done = ended(project, [faketime, "--exclude-monotonic", "-f", "-10d", *command(*wanted)])
        assert done.code == 0, done.output
        assert tables(project) == expected
        assert len(server.requests) == asked
