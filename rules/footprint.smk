"""From runs and copies to energy, emissions and person equivalents, by each method.

in:  results/training_runs.csv, results/energy_per_epoch.csv, data/factors/
out: results/training_emissions.csv, results/storage_emissions.csv; what training on subsets would
     save: results/frugality.csv, results/energy_gains.csv, results/break_even.csv; embodied
     emissions and water (impacts.embodied, impacts.water): results/additional_impacts.csv
"""

SAVINGS = ["frugality", "energy_gains", "break_even"] if SUBSET_IS_KNOWN else []


localrules:
    estimate_footprint,


rule footprint:
    """Target: energy and emissions of training and storage."""
    input:
        "results/training_emissions.csv",
        "results/storage_emissions.csv",


rule frugality:
    """Target: savings by training on subsets."""
    input:
        lambda wildcards: asked_for(
            require,
            [f"results/{name}.csv" for name in SAVINGS],
            "config: frugality.pruned_fraction is null, and the dataset sets none; give the fraction "
            "of the samples that a subset leaves out.",
        ),


rule impacts:
    """Target: embodied emissions and water."""
    input:
        lambda wildcards: asked_for(
            require,
            IMPACTS_ARE_WANTED and ["results/additional_impacts.csv"],
            "config: set impacts.embodied or impacts.water to true.",
        ),


rule estimate_footprint:
    """Estimate the emissions of all training runs and copies, and what subsets would save."""
    input:
        training_runs="results/training_runs.csv",
        energy_per_epoch="results/energy_per_epoch.csv",
        carbon_intensity_by_year=f"{FACTORS}/carbon_intensity_by_year.csv",
        per_capita_emissions=f"{FACTORS}/per_capita_emissions.csv",
        selection_cost=f"{FACTORS}/selection_cost.csv" if SAVINGS else [],
        impact_factors=f"{FACTORS}/additional_impacts.csv" if IMPACTS_ARE_WANTED else [],
    output:
        training="results/training_emissions.csv",
        storage="results/storage_emissions.csv",
        frugality="results/frugality.csv" if SAVINGS else [],
        energy_gains="results/energy_gains.csv" if SAVINGS else [],
        break_even="results/break_even.csv" if SAVINGS else [],
        impacts="results/additional_impacts.csv" if IMPACTS_ARE_WANTED else [],
    log:
        "logs/estimate_footprint.log",
    conda:
        ENVIRONMENT
    params:
        sections={
            "dataset": SIZE,
            **{name: config[name] for name in ["training", "storage", "carbon"]},
            **({"frugality": config["frugality"]} if SAVINGS else {}),
            **({"impacts": config["impacts"]} if IMPACTS_ARE_WANTED else {}),
        },
        code=code("estimate_footprint"),
    script:
        "../scripts/estimate_footprint.py"
