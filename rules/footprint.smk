"""From runs and copies to energy, emissions and person equivalents, by each method.

in:  results/training_runs.csv, results/energy_per_epoch.csv, data/factors/
out: results/training_emissions.csv, results/storage_emissions.csv
"""


localrules:
    estimate_footprint,


rule footprint:
    """Target: energy and emissions of training and storage."""
    input:
        "results/training_emissions.csv",
        "results/storage_emissions.csv",


rule estimate_footprint:
    """Estimate energy and emissions of all training runs and of the stored copies."""
    input:
        runs="results/training_runs.csv",
        energy="results/energy_per_epoch.csv",
        intensities=f"{FACTORS}/carbon_intensity_by_year.csv",
        per_capita=f"{FACTORS}/per_capita_emissions.csv",
    output:
        training="results/training_emissions.csv",
        storage="results/storage_emissions.csv",
    log:
        "logs/estimate_footprint.log",
    conda:
        ENVIRONMENT
    params:
        sections={
            "dataset": SIZE,
            **{name: config[name] for name in ["training", "storage", "carbon"]},
        },
        code=code("estimate_footprint"),
    script:
        "../scripts/estimate_footprint.py"
