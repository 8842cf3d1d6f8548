"""What every rule file shares: where things lie, and a configuration that has been checked."""

import os
import sys
import tomllib
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace

from snakemake.logging import logger

# Also where this is a module of another workflow.
ROOT = Path(str(workflow.current_basedir)).parent
# The package of this checkout comes first, whatever the environment says.
sys.path.insert(0, str(ROOT / "workflow"))

from datafootprint.checkout import check_checkout, give_package_to_jobs
from datafootprint.config import estimate_years, resolve_config
from datafootprint.config_model import WORLD_G_PER_KWH, Configuration
from datafootprint.errors import DatafootprintError, asked_for, require
from datafootprint.hub.hub_params import TABLE as HUB_TABLE
from datafootprint.hub.hub_params import listing_wanted
from datafootprint.literature.services import SERVICES, publication_table, retrieval
from datafootprint.literature.services import TABLE as LITERATURE_TABLE
from datafootprint.papers.papers_params import (
    live_files,
    papers_settings,
    venue_of,
)
from datafootprint.provenance import (
    check_results,
    code_digest,
    differing_keys,
    write_settings,
)
from datafootprint.terminal import leave_out_details
from datafootprint.snapshots import edited
from datafootprint.usage.labels import LIVE
from datafootprint.usage.usage_params import (
    classification_settings,
    labelled_by,
    mentions_to_label,
    unjudged_since,
)

# A module's prefix would be put before a relative path.
IS_MODULE = ROOT.resolve() != Path(workflow.basedir).resolve()
DATA = str(ROOT / "data") if IS_MODULE else os.path.relpath(ROOT / "data")
FACTORS = f"{DATA}/factors"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
ENVIRONMENT = ROOT / "workflow" / "envs" / "datafootprint.yaml"

try:
    check_checkout(ROOT)
    give_package_to_jobs(ROOT)
    DIFFERS = differing_keys(config, Configuration().model_dump(warnings=False))
    config = resolve_config(config, DATA, workflow.configfiles)
    # What to ask the services for, or which snapshots to use; nothing where none is configured.
    RETRIEVALS = {
        source: retrieval(
            source,
            config["literature"],
            estimate_years(config),
            datetime.now(UTC).date(),
            os.environ,
        )
        for source in (config["literature"]["source"], config["literature"]["compare_with"])
        if source in SERVICES
    }
    HUB_LISTING = (
        listing_wanted(config["hub"], datetime.now(UTC).date())
        if config["hub"]["source"] == "live"
        else {}
    )
    if not IS_MODULE:
        check_results(config)
except DatafootprintError as error:
    # Snakemake would put each sentence between lines about this file.
    sys.exit("\n".join(getattr(error, "faults", [str(error)])))


if not IS_MODULE:

    onstart:
        write_settings(config)
        if not workflow.output_settings.verbose:
            leave_out_details(logger)


# The tables of the dataset; [] is one that it does not have, so that rules name no input then.
TABLES = {name: path or [] for name, path in config["dataset"]["tables"].items()}
# Whether values of a publication are held against recomputed ones.
IS_PUBLISHED = bool(TABLES["values"])
# What the estimate takes of the section `dataset`: how papers write its name changes no tonne.
SIZE = {"size_gb": config["dataset"]["size_gb"]}
# What labelling takes of it.
NAMES = {key: config["dataset"][key] for key in ["name", "patterns", "variants"]}
COUNT_SOURCES = config["usage"]["counts"]
# What a run is, and which counts are of papers that trained on any variant: the published ones.
RUN = {key: config["training"][key] for key in ["variant_share", "runs_per_paper", "epochs"]}
RUN["observed"] = config["training"]["observed"]
ANY_VARIANT = [year for year, source in COUNT_SOURCES.items() if source == "published"]
# Where authors sit says something about the world's intensity alone.
GRID_IS_WORLD = config["carbon"]["country"] == "World" or (
    config["carbon"]["country"] is None
    and config["carbon"]["intensity_g_per_kwh"] == WORLD_G_PER_KWH
)
COUNT_TABLES = {
    source: TABLES["usage_counts"] if source == "published" else source
    for source in sorted(set(COUNT_SOURCES.values()) - {LIVE})
}
# Titles and abstracts by stratum, of the venue whose papers the dataset's tables count.
OWN_COUNTS = {"published", LIVE, config["dataset"]["tables"]["usage_counts"]}
ABSTRACTS = config["projection"]["abstracts"] or (
    TABLES["abstract_strata"] if set(COUNT_SOURCES.values()) <= OWN_COUNTS else []
)
ABSTRACTS = ABSTRACTS if TABLES["stratum_counts"] else []
# Years whose papers are read, as parts of file names.
LIVE_YEARS = [
    f"{venue_of(config['papers'])}-{year}"
    for year, source in sorted(COUNT_SOURCES.items())
    if source == LIVE
]
if LIVE_YEARS and set(COUNT_SOURCES.values()) != {LIVE}:
    logger.info(
        f"Counts of {', '.join(LIVE_YEARS)} are of papers that are read (papers.years); those of other "
        "years are of the dataset's venue. usage.counts replaces them (docs/papers.md)."
    )
if IS_PUBLISHED and config["usage"]["counts"] and set(COUNT_TABLES) - {"published"}:
    logger.info(
        "Papers that trained, of usage.counts, are taken to have trained on the whole dataset; "
        "those of the published counts trained on it or a variant."
    )
UNTIL = config["projection"]["until"]
if late := [str(year) for year in sorted(COUNT_SOURCES) if year > UNTIL]:
    logger.info(
        f"usage.counts: rows after projection.until, {UNTIL}, do not count: {', '.join(late)}."
    )
# The jobs of one year: one, or as many as `papers.shards` says.
SHARDS = config["papers"]["shards"]
SHARD = "{venue}-{year}" if SHARDS == 1 else f"shards/{{venue}}-{{year}}.{{shard}}of{SHARDS}"
PUBLICATION_TABLE = publication_table(config["literature"]["source"], config["dataset"]["folder"])
ENERGY_LOGS = sorted(
    str(path)
    for pattern in ["*.log", "*.csv"]
    for path in Path(config["energy"]["logs"] or os.devnull).glob(pattern)
)
# [] where the dataset has no copies on the Hub.
HUB_COUNTS = "results/hub_counts.csv" if config["hub"]["source"] == "live" else TABLES["hub_copies"]
SUBSET_IS_KNOWN = config["frugality"]["pruned_fraction"] is not None
IMPACTS_ARE_WANTED = config["impacts"]["embodied"] or config["impacts"]["water"]

# code("<rule>"): digest of the rule's script and of the modules it uses, so that edits re-run it.
code = partial(code_digest, ROOT / "scripts")

# Snakemake compares parameters of Python's built-in types with those of the last run, and no others.
# Limits of time and money are handed to a script in an object of this type, so that a larger budget
# makes nothing out of date: params: limits=Uncompared(download=config["papers"]["download"]).
Uncompared = SimpleNamespace
