"""From runs and copies to energy, emissions and person equivalents, by each method.

in:  results/training_runs.csv, results/energy_per_epoch.csv, data/factors/
out: results/training_emissions.csv, results/storage_emissions.csv
"""


localrules:
    estimate_training,
    estimate_storage,


rule footprint:
    input:
        "results/training_emissions.csv",
        "results/storage_emissions.csv",


rule estimate_training:
    input:
        runs="results/training_runs.csv",
        energy="results/energy_per_epoch.csv",
        intensities=f"{FACTORS}/carbon_intensity_by_year.csv",
        per_capita=f"{FACTORS}/per_capita_emissions.csv",
    output:
        "results/training_emissions.csv",
    log:
        "logs/estimate_training.log",
    conda:
        ENVIRONMENT
    params:
        training=config["training"],
        carbon=config["carbon"],
        code=code("estimate_training"),
    script:
        "../scripts/estimate_training.py"


rule estimate_storage:
    input:
        runs="results/training_runs.csv",
        intensities=f"{FACTORS}/carbon_intensity_by_year.csv",
        per_capita=f"{FACTORS}/per_capita_emissions.csv",
    output:
        "results/storage_emissions.csv",
    log:
        "logs/estimate_storage.log",
    conda:
        ENVIRONMENT
    params:
        storage=config["storage"],
        dataset=SIZE,
        carbon=config["carbon"],
        code=code("estimate_storage"),
    script:
        "../scripts/estimate_storage.py"
