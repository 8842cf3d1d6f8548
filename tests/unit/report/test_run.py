"""What a configuration changes."""

from datetime import date

import yaml
from tests.conftest import ROOT

from datafootprint.report.run import differing_keys


def test_only_what_changes_results_is_named():
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    assert differing_keys(config, ROOT / "config.yaml") == {}
    config["papers"] |= {"cache_dir": "/somewhere", "shards": 4, "venue": "NeurIPS"}
    config["usage"]["counts"][2026] = None
    # As YAML reads a day that is not quoted.
    config["hub"]["retrieved"] = date(2025, 12, 1)
    config["uncertainty"]["priors"]["sampling"] = ["fixed", "m\u00eame"]
    assert differing_keys(config, ROOT / "config.yaml") == {
        "hub.retrieved": '"2025-12-01"',
        "papers.venue": '"NeurIPS"',
        "uncertainty.priors.sampling": '["fixed", "m\u00eame"]',
        "usage.counts.2026": "null",
    }
