"""Estimate what the copies on the Hub consume, and put their downloads beside the training runs."""

from datafootprint.footprint.carbon import carbon_intensity
from datafootprint.footprint.footprint_tables import CarbonIntensityByYear
from datafootprint.hub.copies import downloads_per_run, estimate_copies, retrieval_year
from datafootprint.hub.hub_tables import HubCopies, HubCounts, HubDownloadsPerRun
from datafootprint.job import run
from datafootprint.literature.literature_tables import TrainingRuns
from datafootprint.tables import read_table, write_table


def main(snakemake):
    given, dataset = snakemake.input, snakemake.params.dataset
    counts = read_table(given.counts, HubCounts)
    copies = estimate_copies(
        counts,
        snakemake.params.storage,
        dataset["size_gb"],
        dataset["variant"],
        carbon_intensity(
            snakemake.params.carbon,
            read_table(given.intensities, CarbonIntensityByYear),
            [retrieval_year(counts)],
        ),
    )
    write_table(copies, snakemake.output.copies, HubCopies)
    runs = read_table(given.runs, TrainingRuns)
    ratios = downloads_per_run(counts, runs, dataset["variant"])
    write_table(ratios, snakemake.output.downloads, HubDownloadsPerRun)


if __name__ == "__main__":
    run(main, snakemake)
