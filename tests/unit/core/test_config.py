"""A configuration that cannot give a result is refused in one sentence that names the key."""

from pathlib import Path

import pytest

from datafootprint.config import check_config
from datafootprint.errors import DatafootprintError

DATA = Path(__file__).parents[3] / "data"


def test_the_default_configuration_is_accepted(config):
    check_config(config, DATA)


@pytest.mark.parametrize(
    ("section", "key", "value", "sentence"),
    [
        ("carbon", "intensity", 1, "unknown key carbon.intensity; allowed here: intensity_g_per"),
        ("carbon", "intensity_g_per_kwh", -1, "carbon.intensity_g_per_kwh is -1, but must be a "),
        ("carbon", "intensity_g_per_kwh", "445", "is '445', but must be a number at least 0"),
        ("carbon", "gas_basis", "ch4", "carbon.gas_basis is 'ch4', but must be one of co2, co2e"),
        ("carbon", "country", "DEU", "carbon.year is not set, but carbon.country is"),
        ("carbon", "year", 2020, "carbon.country is not set, but carbon.year is"),
        ("carbon", "per_capita_t", 0, "carbon.per_capita_t is 0, but must be .* above 0"),
        ("training", "epochs", None, "training.epochs is null, but must be a number above 0"),
        ("training", "pue_target", 0.9, "training.pue_target is 0.9, but must be .* at least 1"),
        ("training", "energy_model", "VGG", "must be one of ResNet-34, ResNet-50, Swin-T"),
        ("training", "energy_subset", "half", "must be one of full, pruned_25"),
        ("methods", "headline", "best", "one of as_published, year_aligned, as_described"),
        ("projection", "until", 2016, "projection.until is 2016, before the first year"),
        ("projection", "until", 2026, "usage.counts has no source for 2026"),
        ("literature", "source", "google", "literature.source is 'google', but must be"),
        ("literature", "source", "none.csv", "none.csv: there is no such file"),
        ("dataset", "size_gb", 0, "dataset.size_gb is 0"),
        ("dataset", "name", "", "dataset.name is '', but must be a text that is not empty"),
        ("dataset", "patterns", [], "is \\[\\], but must be a list of 1 or more\\."),
        ("papers", "years", [], "is \\[\\], but must be a list of 1 or more, none of them twice"),
        ("papers", "years", [2024, 2024], "must be a list of 1 or more, none of them twice"),
        ("papers", "venue", "My Venue ü", "but must be a name of letters, digits, _ and"),
        ("uncertainty", "priors", {"pue": [1]}, "uncertainty.priors.sampling.* is missing"),
        # As `--config "carbon={intensity_g_per_kwh: 33}"` hands them over.
        ("carbon", "intensity_g_per_kwh", "33", "text, .* after --config, so write it .* a file"),
        ("carbon", "year", "2020", "--configfile"),
        ("usage", "error_rates", {"sensitivity": 2}, "specificity is missing"),
        (
            "frugality",
            "adoption",
            [2],
            "adoption.0 is 2, but must be a number at least 0 and at most 1",
        ),
        ("carbon", "per_capita_t", "x", "must be a number above 0 and at most 1000 or null"),
        ("carbon", "gas_basis", "33", "must be one of co2, co2e\\."),
        ("projection", "until", 2025.0, "projection.until is 2025.0, but must be a whole number"),
        ("papers", "venue", "demo\n", "must be a name of letters, digits, _ and"),
        ("hub", "retrieved", "2026-11-22\n", "must be `latest` or a date"),
        ("dataset", "variants", {"a": "x"}, "dataset.variants is .*, but must be a list"),
        ("dataset", "variants", [{"name": "a; b", "pattern": "x"}], "must be a name without `;`"),
        ("dataset", "variants", [{"name": 2012, "pattern": "x"}], "variants.0.name is 2012, but"),
        ("papers", "venues", {None: {}}, "papers.venues: the key null is no text"),
        ("papers", "venues", {2012: {}}, "papers.venues: the key 2012 is no text"),
        ("usage", "counts", {2023: "\0.csv"}, r"counts.2023 holds the character U\+0000"),
        ("usage", "counts", {2023: "a.csv", "2023": "b.csv"}, "given twice, as 'a.csv' and, as a "),
    ],
)
def test_a_bad_value_is_named(config, section, key, value, sentence):
    config[section][key] = value
    with pytest.raises(DatafootprintError, match=sentence) as caught:
        check_config(config, DATA)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("section", "key", "value", "name"),
    [
        ("carbon", "intensity_g_per_kwh", float("nan"), "carbon.intensity_g_per_kwh is nan"),
        ("storage", "kwh_per_tb_year", float("inf"), "storage.kwh_per_tb_year is inf"),
        ("training", "epochs", float("-inf"), "training.epochs is -inf"),
        ("training", "kwh_per_epoch", float("inf"), "training.kwh_per_epoch is inf"),
        ("dataset", "size_gb", float("nan"), "dataset.size_gb is nan"),
        ("frugality", "adoption", [0.5, float("nan")], "frugality.adoption.1 is nan"),
        ("uncertainty", "priors", {"pue": ["fixed", float("nan"), "x"]}, "priors.pue.1 is nan"),
    ],
)
def test_what_is_no_finite_number_is_refused(config, section, key, value, name):
    config[section][key] = value
    with pytest.raises(DatafootprintError, match=name + ", but must be a finite number"):
        check_config(config, DATA)


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("training", "epochs", 1.0e300),
        ("training", "kwh_per_epoch", 10**400),
        ("training", "pue_target", 1.0e6),
        ("frugality", "epochs", [1.0e300]),
        ("carbon", "intensity_g_per_kwh", 1.0e9),
        ("carbon", "per_capita_t", 1.0e9),
        ("storage", "kwh_per_tb_year", 1.0e300),
        ("storage", "copies_per_run", 1.0e300),
        ("storage", "years", 1.0e300),
        ("dataset", "size_gb", 1.0e300),
        ("papers", "seconds_per_pdf", 1.0e300),
    ],
)
def test_a_number_out_of_all_proportion_is_refused(config, section, key, value):
    config[section][key] = value
    with pytest.raises(DatafootprintError, match=rf"{section}\.{key}.* at most"):
        check_config(config, DATA)


@pytest.mark.parametrize(
    ("country", "year", "sentence"),
    [
        (
            "Deutschland",
            2020,
            r"country is 'Deutschland', but must be World or the ISO .* such as DEU\.",
        ),
        ("world", 2020, "did you mean World"),
        ("Germany", 2020, "did you mean DEU"),
        ("DEU", 1950, "carbon.year is 1950, but for DEU must be 'each' or a year from 2000 to"),
        ("World", 2025, "carbon.year is 2025, but for World must be 'each' or .* 2000 to 2024"),
    ],
)
def test_an_unknown_country_or_year_is_named(config, country, year, sentence):
    config["carbon"] |= {"country": country, "year": year}
    with pytest.raises(DatafootprintError, match=sentence):
        check_config(config, DATA)


def test_a_missing_and_an_unknown_year_of_the_counts_are_named(config):
    del config["usage"]["counts"][2019]
    with pytest.raises(DatafootprintError, match="no source for 2019"):
        check_config(config, DATA)
    config["usage"]["counts"] |= {2019: "published", 2030: "published"}
    with pytest.raises(DatafootprintError, match=r"usage.counts.2030 .* no row for 2030"):
        check_config(config, DATA)
    del config["usage"]["counts"][2030]
    config["usage"]["counts"]["soon"] = "published"
    with pytest.raises(DatafootprintError, match="key 'soon' is not a year"):
        check_config(config, DATA)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("2019,502,503,55", r"year 2019: trained \(55\) <= mentioning \(503\) <= accepted"),
        ("2019,502,183,184", "a share would be above 1"),
        ("2019,502,183,", "both be given or both be empty"),
        ("2018,502,183,55", "no row for 2019; it has 2018"),
    ],
)
def test_counts_of_the_user_are_checked_before_anything_runs(config, tmp_path, row, sentence):
    table = tmp_path / "mine.csv"
    table.write_text(f"year,accepted,mentioning,trained\n{row}\n")
    config["usage"]["counts"][2019] = str(table)
    with pytest.raises(DatafootprintError, match=sentence):
        check_config(config, DATA)


@pytest.mark.parametrize("key", ["counts", "publications"])
def test_a_table_without_rows_is_told(config, tmp_path, key):
    table = tmp_path / "mine.csv"
    if key == "counts":
        table.write_text("year,accepted,mentioning,trained\n")
        config["usage"]["counts"][2019] = str(table)
    else:
        table.write_text("year,publications\n")
        config["literature"]["source"] = str(table)
    with pytest.raises(DatafootprintError, match="it has no rows"):
        check_config(config, DATA)


def test_a_key_that_is_given_twice_is_refused(config, tmp_path):
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("usage:\n  counts:\n    2019: published\n    2019: mine.csv\n")
    with pytest.raises(DatafootprintError, match=r"line 4: key usage.counts.2019 is given twice"):
        check_config(config, DATA, [str(overlay)])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("training: {epochs: 0300}", "training.epochs is written 0300, which is 192 to YAML"),
        ("training:\n  epochs: 1:30", "line 2: training.epochs is written 1:30, which is 90 to"),
        ("carbon: {intensity_g_per_kwh: 1:30.5}", "1:30.5, which is 90.5 to YAML"),
        ("usage: {counts: {02017: x.csv}}", "a key of usage.counts is written 02017"),
    ],
)
def test_a_number_that_yaml_reads_as_another_is_refused(config, tmp_path, text, sentence):
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(DatafootprintError, match=sentence):
        check_config(config, DATA, [str(tmp_path / "mine.yaml")])


def test_a_year_without_publications_is_named(config, tmp_path):
    table = tmp_path / "publications.csv"
    table.write_text("year,publications\n" + "".join(f"{y},9\n" for y in range(2017, 2025)))
    config["literature"]["source"] = str(table)
    with pytest.raises(DatafootprintError, match=r"literature.source .* no row for 2025"):
        check_config(config, DATA)


@pytest.mark.parametrize(
    ("measured", "sentence"),
    [
        (
            [("A", "full"), ("B", "half")],
            "'B', but of it no epoch was measured on 'full'",
        ),
        (
            [("A", "half"), ("B", "full")],
            "'B', but of it no epoch was measured on 'half'",
        ),
        ([("A", "full"), ("B", "full"), ("B", "half")], None),
    ],
)
def test_a_model_is_measured_on_its_subset_and_on_the_full_data(
    config, tmp_path, measured, sentence
):
    runs = [f"{i}.csv,{model},{subset},1" for i, (model, subset) in enumerate(measured)]
    (tmp_path / "runs.csv").write_text("\n".join(["file,model,subset,epochs", *runs, ""]))
    for i in range(len(measured)):
        (tmp_path / f"{i}.csv").write_text("")
    config["energy"]["logs"] = str(tmp_path)
    config["frugality"]["subset"] = "half"
    config["training"] |= {"energy_model": "B", "energy_subset": "half"}
    if sentence is None:
        check_config(config, DATA)
        return
    with pytest.raises(DatafootprintError, match=sentence):
        check_config(config, DATA)
    config["training"]["kwh_per_epoch"] = 0.1
    check_config(config, DATA)
    # Embodied emissions take its minutes all the same.
    config["impacts"]["embodied"] = True
    with pytest.raises(DatafootprintError, match=sentence):
        check_config(config, DATA)


@pytest.mark.parametrize(
    ("section", "key", "value", "sentence"),
    [
        ("usage", "audit", "results/audit/sample.csv", "usage.audit: .* lies in results/, which"),
        ("usage", "audit", "linked.csv", "usage.audit: linked.csv lies in results/"),
        ("papers", "folder", "results", "papers.folder: results lies in results/"),
        ("literature", "source", "results/publications.csv", "copy it elsewhere and name the copy"),
        ("literature", "snapshots", "a/../results/x", "literature.snapshots: .* lies in results/"),
        ("energy", "logs", "logs", "energy.logs: logs lies in logs/, which runs write anew"),
        ("energy", "logs", "x" * 300, "energy.logs: x{200}: File name too long; name a place"),
        ("papers", "folder", "loop", "papers.folder: loop: Too many levels"),
        ("papers", "urls", "u{rl}/u.csv", "papers.urls: u{rl}/u.csv: Snakemake reads braces in a"),
        ("energy", "logs", "meter", "energy.logs: meter/a}.log: Snakemake reads braces"),
    ],
)
def test_paths_that_cannot_be_used(config, section, key, value, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "linked.csv").symlink_to("results/usage_counts.csv")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "meter").mkdir()
    (tmp_path / "meter" / "a}.log").touch()
    config[section][key] = value
    with pytest.raises(DatafootprintError, match=sentence) as caught:
        check_config(config, DATA)
    assert "\n" not in str(caught.value)


def test_counts_are_not_taken_from_what_a_run_writes(config):
    config["usage"]["counts"][2023] = "results/usage_counts.csv"
    with pytest.raises(DatafootprintError, match=r"usage.counts.2023: .* lies in results/"):
        check_config(config, DATA)


def test_a_folder_of_papers_may_have_braces(config, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results{x}").mkdir()
    config["papers"]["folder"] = "results{x}"
    check_config(config, DATA)
