"""How sure the estimate is: Monte Carlo by tiers, sensitivity, and what to observe next.

in:  results/usage_counts.csv, results/projection.csv, results/projection_fits.csv,
     results/publications.csv, results/training_runs.csv, results/energy_per_epoch.csv,
     data/factors/
out: results/uncertainty.csv, results/sensitivity.csv, results/next_observation.csv
"""


localrules:
    propagate_uncertainty,
    analyse_sensitivity,


rule uncertainty:
    """Target: ranges of the estimate, what they come from, and what to observe next."""
    input:
        "results/uncertainty.csv",
        "results/sensitivity.csv",
        "results/next_observation.csv",
        "results/backtest.csv",


rule propagate_uncertainty:
    """Draw the estimate many times and report the quantiles of each quantity."""
    input:
        counts="results/usage_counts.csv",
        projection="results/projection.csv",
        fits="results/projection_fits.csv",
        publications="results/publications.csv",
        runs="results/training_runs.csv",
        energy="results/energy_per_epoch.csv",
        intensities=f"{FACTORS}/carbon_intensity_by_year.csv",
        per_capita=f"{FACTORS}/per_capita_emissions.csv",
    output:
        "results/uncertainty.csv",
    log:
        "logs/propagate_uncertainty.log",
    conda:
        ENVIRONMENT
    params:
        sections={
            "dataset": SIZE,
            **{name: config[name] for name in ["uncertainty", "training", "storage", "carbon"]},
        },
        code=code("propagate_uncertainty"),
    script:
        "../scripts/propagate_uncertainty.py"


rule analyse_sensitivity:
    """Rank the sources of uncertainty and compare what could be observed next."""
    input:
        counts="results/usage_counts.csv",
        projection="results/projection.csv",
        fits="results/projection_fits.csv",
        publications="results/publications.csv",
        energy="results/energy_per_epoch.csv",
    output:
        sensitivity="results/sensitivity.csv",
        plan="results/next_observation.csv",
    log:
        "logs/analyse_sensitivity.log",
    priority: 1  # among the slowest: others fill the cores beside it
    conda:
        ENVIRONMENT
    params:
        sections={
            "uncertainty": {key: config["uncertainty"][key] for key in ["seed", "priors"]},
            "training": config["training"],
        },
        code=code("analyse_sensitivity"),
    script:
        "../scripts/analyse_sensitivity.py"
