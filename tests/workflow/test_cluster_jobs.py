"""Which rules a cluster gets as jobs."""

import re
from pathlib import Path

HEAVY = {
    *("download_papers", "find_mentions", "classify_usage", "submit_batch"),
    *("measure_energy", "measure_gpu", "bias"),
}


def test_every_rule_is_local_or_heavy(checkout: Path) -> None:
    """A rule that is added runs beside Snakemake unless it is meant to be a job."""
    with_script, local = set(), set()
    for path in [*checkout.glob("rules/*.smk"), checkout / "workflow/lab/Snakefile"]:
        text = path.read_text(encoding="utf-8")
        rules = re.split(r"(?m)^ *rule (?=\w+:)", text)[1:]
        with_script |= {rule.partition(":")[0] for rule in rules if "script:" in rule}
        for names in re.findall(r"(?m)^ *localrules:\n((?: +\w+,\n)+)", text):
            local |= set(re.findall(r"\w+", names))
    assert with_script - local == HEAVY
    assert local <= with_script | {"draw_charts", "draw_scenarios"}
