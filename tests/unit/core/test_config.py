"""The configuration: what is refused, in which words, and what rules get of it."""

import subprocess
import sys
from typing import get_args

import pytest
import yaml
from snakemake.utils import update_config
from tests.conftest import ROOT

from datafootprint.config import resolve_config
from datafootprint.config_faults import ConfigurationError
from datafootprint.config_model import Configuration, Projection
from datafootprint.projection.models import MODELS
from datafootprint.provenance import differing_keys
from lab import strategies
from lab.lab_config import STRATEGIES

DATA = ROOT / "data"
HEADER = "year,accepted,mentioning,trained\n"


def resolved(mine: str) -> dict:
    """Resolve the default configuration with a file of a user's over it, as Snakemake merges."""
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    update_config(config, yaml.safe_load(mine) or {})
    return resolve_config(config, DATA)


def faults(mine: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        resolved(mine)
    assert all(fault.endswith((".", "?")) and "\n" not in fault for fault in caught.value.faults)
    return caught.value.faults


def test_config_yaml_holds_the_defaults():
    assert resolved("") == resolve_config({}, DATA)
    written = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    assert differing_keys(written, Configuration().model_dump(warnings=False)) == {}
    assert list(written) == [name for name in Configuration.model_fields if name != "bias"]


@pytest.mark.parametrize(
    ("mine", "sentence"),
    [
        (
            "carbon: {intensity: 1}",
            "unknown key carbon.intensity (did you mean intensity_g",
        ),
        ("weather: {}", "unknown key weather; allowed here: dataset, carbon, training, storage"),
        ("carbon: {intensity_g_per_kwh: -1}", "_kwh is -1, but must be 0 or from 5 to 2000 g/kWh"),
        ("carbon: {intensity_g_per_kwh: '445'}", "is '445', but must be 0 or from 5 to 2000"),
        ("carbon: {intensity_g_per_kwh: 0.445}", "is 0.445, but must be 0 or from 5 to 2000 g/kWh"),
        ("carbon: {intensity_g_per_kwh: 445000}", "445000, but .* is it meant in kg or in g?"),
        ("carbon: {gas_basis: ch4}", "carbon.gas_basis is 'ch4', but must be one of co2, co2e."),
        ("carbon: {country: DEU}", "carbon: country and year go together"),
        (
            "carbon: {country: DEU, year: 2020, intensity_g_per_kwh: 33}",
            "carbon: country is DEU and intensity_g_per_kwh is 33; set one of them to null.",
        ),
        ("carbon: {country: Deutschland, year: 2020}", "is 'Deutschland', but must be World or"),
        ("carbon: {country: world, year: 2020}", "did you mean World?"),
        ("carbon: {country: Germany, year: 2020}", "did you mean DEU?"),
        ("carbon: {country: DEU, year: 1950}", "for DEU must be each or a year from 2000 to"),
        ("carbon: {country: World, year: 2025}", "for World must be each or a year from 2000"),
        ("training: {epochs: -5}", "training.epochs is -5, but must be a number above 0 and"),
        ("training: {epochs: 1.0e+300}", "training.epochs is 1e+300, but must be .* at most"),
        ("training: {kwh_per_epoch: 394}", "than 100 times the largest in .* write kWh, not Wh"),
        ("scenarios: {s: {training: {kwh_per_epoch: 394}}}", "scenarios.s.training.kwh_per_epoch"),
        ("training: {pue_target: 0.9}", "training.pue_target is 0.9, but must be .* at least 1"),
        ("training: {energy_model: VGG}", "must be one of ResNet-34, ResNet-50, Swin-T"),
        ("training: {energy_subset: half}", "no epoch of it was measured on 'half'"),
        ("frugality: {subset: half}", "frugality.subset is 'half', but must be one of pruned_25"),
        ("methods: {headline: best}", "one of as_published, year_aligned, as_described"),
        ("projection: {until: 2016}", "projection.until is 2016, before the first year"),
        ("projection: {until: 2027}", "usage.counts has no row for 2026, 2027"),
        ("projection: {until: 2025.0}", "projection.until is 2025.0, but must be a whole number"),
        ("literature: {source: google}", "literature.source is 'google', but must be published,"),
        ("literature: {source: none.csv}", "literature.source is none.csv, but there is no such"),
        ("literature: {keyword: ' '}", "keyword is ' ', but must be a text with at least one"),
        ("literature: {retrieved: newest}", "must be latest or a date such as 2026-11-22"),
        ("literature: {compare_with: published}", "literature: source and compare_with are both"),
        ("literature: {openalex: {base_url: 'http://example.org'}}", "begins with https://"),
        ("literature: {dimensions: {base_url: 'http://localhost.evil.org'}}", "begins with https"),
        ("usage: {llm: {base_url: 'https://me:pw@host/v1'}}", "is 'https://***@host/v1', but must"),
        ("usage: {audit: config.yaml}", "usage.audit corrects papers that are read, but"),
        ("usage: {count_variants: [ImageNet-3K]}", "but the dataset has the variants ImageNet-"),
        ("usage: {audit: nowhere.csv}", "usage.audit is nowhere.csv, but there is no such file"),
        ("hub: {source: huggingface}", "must be one of published, live"),
        ("hub: {source: live, dataset_variant: x}", "must be one of hub.variants: imagenet-1k, "),
        ("hub: {search: cifar}", "hub: search is 'cifar', but source is published"),
        ("hub: {variants: [{name: a, pattern: '('}]}", "pattern is '(', which is no regular exp"),
        ("hub: {variants: [{name: a}]}", "key hub.variants.0.pattern is missing"),
        ("papers: {years: []}", "papers.years is [], but must be a list of 1 or more"),
        ("papers: {years: [2024, 2024]}", "papers.years names a value twice"),
        ("papers: {venue: My Venue ü}", "but must be a name of letters, digits, _ and ."),
        ("papers: {source: folder}", "papers: source is folder, but folder is null"),
        (
            "papers: {folder: data/demo/papers}",
            "but papers.source is null, so that nothing is read",
        ),
        ("carbon: {gas_basis: co2e}", "gas_basis is co2e, but intensity_g_per_kwh is null"),
        ("carbon: {per_capita_t: 4730}", "per_capita_t is 4730, but must be"),
        ("storage: {kwh_per_tb_year: 60000}", "kwh_per_tb_year is 60000, but must be"),
        ("scenarios: {six: {training: {runs_per_paper: 6}}}", "a scenario keeps what a run is"),
        ("scenarios: {o: {training: {epochs: observed}}}", "has training.epochs, but a scenario"),
        (
            "uncertainty: {priors: {carbon_intensity: {fixed: 445, source: me}}}",
            "must be at most 100, as it is a factor",
        ),
        ("papers: {source: folder, folder: none}", "papers.folder is none, but there is no such"),
        ("papers: {source: openreview, venue: ACL}", "papers.venue is 'ACL' and papers"),
        ("uncertainty: {draws: 10}", "uncertainty.draws is 10, but must be .* at least 1000"),
        # How version 0.1 wrote it.
        ("dataset: {name: X, size_gb: 3}", "dataset is now a folder: write these keys into its"),
    ],
)
def test_a_fault_is_one_sentence(mine, sentence, monkeypatch):
    monkeypatch.chdir(ROOT)
    before, _, after = sentence.partition(".* ")
    fault = " ".join(faults(mine))
    assert before in fault and after in fault


@pytest.mark.parametrize(
    ("source", "prior", "sentence"),
    [
        ("sensitivity", "{beta: {successes: -17, failures: 3}}", "beta.successes is -17, but must"),
        ("sensitivity", "{betta: {}}", "unknown key uncertainty.priors.sensitivity.betta (did"),
        ("sensitivity", "{beta: {successes: 17}}", "sensitivity.beta.failures is missing"),
        ("sensitivity", "{fixed: 1, beta: {successes: 1, failures: 1}}", "has fixed and beta"),
        ("sensitivity", "{}", "needs one distribution, but has none"),
        ("sensitivity", "{fixed: 1.2}", "is above 1, but a share cannot be"),
        ("sensitivity", "{fixed: true}", "must be fixed at a number"),
        ("sensitivity", "{lognormal: {median: 0.9, gsd: 1.1}}", "must be one of fixed, tri"),
        ("duplicates", "{triangular: {low: 0.9, mode: 0.8, high: 1}}", "low <= mode <= high"),
        ("duplicates", "{uniform: {low: 0.9, high: 0.9}}", "needs low <= high and low < high"),
        ("carbon_intensity", "{lognormal_mean: {mean: 1, gsd: 0.9}}", "gsd is 0.9, but must be"),
        ("carbon_intensity", "{beta: {successes: 2, failures: 2}}", "is beta, but must be one"),
        ("energy_per_epoch", "{student_t: {cv: 0.1, runs: 1, limit: 2}}", "runs is 1, but must"),
        ("mean_epochs", "{mixture: {values: [90, 3], weights: [1], cases: 5}}", "as many weights"),
        ("projection", "{fixed: 3}", "must be fixed at a number (sampling and projection: fixed"),
        ("sampling", "{logit: {bend_sd: 1}}", "is logit, but must be one of jeffreys, fixed"),
        ("pue", "{triangular: {low: 0.9, mode: 1.2, high: 1.5}}", "must be at least 1"),
        ("weather", "{fixed: 1}", "unknown key uncertainty.priors.weather"),
    ],
)
def test_an_impossible_prior_is_refused(source, prior, sentence):
    written = f"{{source: test, {prior.removeprefix('{')}" if prior != "{}" else "{source: test}"
    (fault,) = faults(f"uncertainty: {{priors: {{{source}: {written}}}}}")
    assert sentence in fault


def test_fixed_error_rates_that_leave_nothing_to_correct_are_refused():
    rates = "sensitivity: {fixed: 0.3, source: x}, specificity: {fixed: 0.7, source: x}"
    (fault,) = faults(f"uncertainty: {{priors: {{{rates}}}}}")
    assert "must fix them above 1 together" in fault


def test_error_rates_of_labels_are_two_shares_or_four_counts():
    (fault,) = faults("usage: {label_errors: {live: {positives: 58, found: 51}}}")
    assert "needs sensitivity and specificity, or positives, found, negatives and" in fault
    (fault,) = faults(
        "usage: {label_errors: {live: {positives: 5, found: 6, negatives: 9, refused: 9}}}"
    )
    assert "has more papers labelled rightly than papers" in fault
    (fault,) = faults("usage: {label_errors: {live: {sensitivity: 0.3, specificity: 0.6}}}")
    assert "at most 1 together" in fault


def test_names_are_those_of_their_registries():
    assert get_args(Projection.model_fields["model"].annotation) == tuple(MODELS)
    assert set(STRATEGIES) == set(strategies.STRATEGIES)


def test_nothing_slow_is_imported():
    heavy = "{'numpy', 'pandas', 'pandera', 'statsmodels', 'scipy', 'requests', 'matplotlib'}"
    code = f"import datafootprint.config, sys; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT / "workflow")


def test_all_faults_are_listed_together():
    found = faults(
        "carbon: {country: Germany, year: 2020}\ntraining: {epoch: 3, pue_target: '2'}\n"
        "literature: {source: none.csv}\nhub: {search: x}"
    )
    keys = ["training.pue_target", "training.epoch ", "literature.source", "hub: search", "carbon."]
    assert len(found) == len(keys)
    assert all(any(key in fault for fault in found) for key in keys)
    assert "text, as is all within {} after --config" in found[0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("usage:\n  counts: a.csv\n  counts: b.csv", "line 3: key usage.counts is given twice"),
        ("carbon: {country:, year: [}", "not YAML: while scanning"),
    ],
)
def test_yaml_that_is_read_as_something_else_is_refused(tmp_path, text, sentence):
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        resolve_config({}, DATA, [str(tmp_path / "mine.yaml")])
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("2019,502,503,55", "2019: mentioning is more than accepted"),
        ("2019,502,,55", "mentioning is empty"),
        ("2019,1e30,183,55", "usage_counts.csv"),
        ("", "usage.counts has no year"),
        ("2024,502,183,55", "no row for 2025"),
    ],
)
def test_counts_of_the_user_are_checked(tmp_path, rows, sentence):
    table = tmp_path / "usage_counts.csv"
    table.write_text(f"{HEADER}{rows}\n")
    assert sentence in "".join(faults(f"usage: {{counts: {table}}}"))


def test_publications_of_the_user_are_checked(tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text("year,publications\n" + "".join(f"{y},9\n" for y in range(2017, 2025)))
    (fault,) = faults(f"literature: {{source: {table}}}")
    assert "which has no row for 2025" in fault
    table.write_text("year,publications\n2017,999999999999999999999999999999\n")
    assert "must be at most" in "".join(faults(f"literature: {{source: {table}}}"))


def test_years_as_a_spreadsheet_writes_them_are_read(tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text("year,publications\n" + "".join(f"{y}.0,9\n" for y in range(2017, 2026)))
    assert resolved(f"literature: {{source: {table}}}")


def test_a_fault_of_the_run_is_not_one_of_the_scenarios():
    (fault,) = faults("carbon: {country: France, year: 2023}")
    assert fault.endswith("did you mean FRA?")
    (fault,) = faults("scenarios: {here: {carbon: {country: France, year: 2023}}}")
    assert "scenarios.here: carbon.country is 'France'" in fault


def test_years_that_are_read_replace_the_counts_of_the_table():
    demo = "papers: {source: folder, folder: data/demo/papers, years: [2024, 2025]}"
    assert resolved("")["usage"]["counts"] == dict.fromkeys(range(2017, 2026), "published")
    sources = resolved(demo)["usage"]["counts"]
    assert [year for year, source in sources.items() if source == "live"] == [2024, 2025]


def test_papers_after_the_estimate_are_not_read_in_vain():
    demo = "papers: {source: folder, folder: data/demo/papers, years: [2024, 2025]}"
    (fault,) = faults(f"{demo}\nprojection: {{until: 2024}}")
    assert "papers.years has 2025, but the estimate ends in 2024" in fault
    assert "data/demo/papers: no papers of 2026" in faults(demo.replace("2025", "2026"))[0]


@pytest.mark.parametrize(
    ("mine", "sentence"),
    [
        (
            "usage: {audit: results/sample.csv}",
            "is results/sample.csv, but runs write to",
        ),
        ("usage: {audit: linked.csv}", "usage.audit is linked.csv, but runs write to"),
        ("papers: {folder: results}", "papers.folder is results, but runs write to"),
        ("literature: {snapshots: a/../results/x}", "literature.snapshots is a/../results/x, but"),
        ("papers: {folder: 'u{rl}'}", "papers.folder is u{rl}, but Snakemake reads"),
    ],
)
def test_paths_that_cannot_be_used(mine, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "linked.csv").symlink_to("results/usage_counts.csv")
    assert sentence in "".join(faults(mine))


def test_a_tilde_is_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert resolved("papers: {cache_dir: ~/cache}")["papers"]["cache_dir"] == f"{tmp_path}/cache"


def test_numbers_stay_as_they_are_written_and_dates_need_no_quotes():
    config = resolved("training: {epochs: 90}\nhub: {retrieved: 2025-12-01}")
    assert repr(config["training"]["epochs"]) == "90"
    assert config["hub"]["retrieved"] == "2025-12-01"


def test_yaml_without_libyaml(monkeypatch):
    import importlib

    from datafootprint import config_faults

    monkeypatch.delattr(yaml, "CSafeLoader")
    assert importlib.reload(config_faults).Loader is yaml.SafeLoader
    monkeypatch.undo()
    importlib.reload(config_faults)


@pytest.mark.parametrize(
    ("measured", "sentence"),
    [
        ("A,full B,half", "no epoch of it was measured on 'full'"),
        ("A,half B,full", "no epoch of it was measured on 'half'"),
        ("A,full B,full B,half", None),
    ],
)
def test_a_model_is_measured_on_its_subset_and_on_the_full_data(tmp_path, measured, sentence):
    runs = [f"{i}.csv,{run},1" for i, run in enumerate(measured.split())]
    (tmp_path / "runs.csv").write_text("\n".join(["file,model,subset,epochs", *runs, ""]))
    mine = (
        f"energy: {{logs: {tmp_path}}}\nfrugality: {{subset: half}}\n"
        "training: {energy_model: B, energy_subset: half}\n"
    )
    if sentence is None:
        assert resolved(mine)
        return
    assert sentence in "".join(faults(mine))
    typed = mine.replace("training: {", "training: {kwh_per_epoch: 0.1, ")
    assert resolved(typed)
    # Embodied emissions take its minutes all the same.
    assert sentence in "".join(faults(f"{typed}impacts: {{embodied: true}}\n"))
