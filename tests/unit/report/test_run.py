"""What a configuration changes."""

from tests.conftest import ROOT

from datafootprint.report.run import differing_keys


def test_only_what_changes_results_is_named(config):
    assert differing_keys(config, ROOT / "config.yaml") == {}
    config["papers"] |= {"cache_dir": "/somewhere", "shards": 4, "venue": "NeurIPS"}
    config["usage"]["counts"][2026] = None
    config["uncertainty"]["priors"]["sampling"] = ["fixed", "m\u00eame"]
    assert differing_keys(config, ROOT / "config.yaml") == {
        "papers.venue": '"NeurIPS"',
        "uncertainty.priors.sampling": '["fixed", "m\u00eame"]',
        "usage.counts.2026": "null",
    }
