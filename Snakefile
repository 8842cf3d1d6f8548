"""Datafootprint: energy and carbon of a dataset's downstream use.

'snakemake' rebuilds everything from the counts in data/, 'snakemake <stage>' stops after a stage.
"""

# No backtick and no dollar sign in this file: some engines pass it through a shell.

from snakemake.utils import min_version

min_version("9.0")


configfile: workflow.source_path("config.yaml")


include: "workflow/common.smk"
include: "rules/papers.smk"
include: "rules/usage.smk"
include: "rules/projection.smk"
include: "rules/literature.smk"
include: "rules/energy.smk"
include: "rules/footprint.smk"
include: "rules/hub.smk"
include: "rules/uncertainty.smk"
include: "rules/report.smk"


# Only on request: snakemake measure_energy, measure_gpu or bias.
module lab:
    snakefile:
        "workflow/lab/Snakefile"
    config:
        config


use rule * from lab


rule all:
    """Target: the whole estimate and its report."""
    default_target: True
    input:
        rules.projection.input,
        rules.energy.input,
        rules.footprint.input,
        rules.report.input,
