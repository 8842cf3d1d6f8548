"""How sure the estimate is: Monte Carlo by tiers, sensitivity, and what to observe next.

in:  results/usage_counts.csv, results/projection.csv, results/projection_compared.csv,
     results/training_runs.csv, results/energy_per_epoch.csv, the dataset's papers_read.csv and
     practice.csv, data/factors/
out: results/uncertainty.csv, results/bridge.csv, results/sensitivity.csv,
     results/next_observation.csv
"""


localrules:
    propagate_uncertainty,
    analyse_sensitivity,


rule uncertainty:
    """Target: ranges of the estimate, what they come from, and what to observe next."""
    input:
        "results/uncertainty.csv",
        "results/bridge.csv",
        "results/sensitivity.csv",
        "results/next_observation.csv",
        "results/backtest.csv",


rule propagate_uncertainty:
    """Propagate the uncertainty, and bridge the published estimate to the observed one."""
    input:
        usage_counts="results/usage_counts.csv",
        projection="results/projection.csv",
        projection_compared="results/projection_compared.csv",
        training_runs="results/training_runs.csv",
        energy_per_epoch="results/energy_per_epoch.csv",
        papers_read=TABLES["papers_read"],
        practice=TABLES["practice"],
        label_errors=f"{FACTORS}/label_errors.csv",
        carbon_intensity_by_year=f"{FACTORS}/carbon_intensity_by_year.csv",
        per_capita_emissions=f"{FACTORS}/per_capita_emissions.csv",
        siting_by_year=f"{FACTORS}/siting_by_year.csv" if GRID_IS_WORLD else [],
    output:
        uncertainty="results/uncertainty.csv",
        bridge="results/bridge.csv",
    log:
        "logs/propagate_uncertainty.log",
    priority: 1  # the page waits for it longest
    conda:
        ENVIRONMENT
    params:
        sections={
            "dataset": SIZE,
            "counts": {"any_variant_years": ANY_VARIANT, **config["usage"]["label_errors"]},
            **{name: config[name] for name in ["uncertainty", "training", "storage", "carbon"]},
        },
        code=code("propagate_uncertainty"),
    script:
        "../scripts/propagate_uncertainty.py"


rule analyse_sensitivity:
    """Rank the sources of uncertainty, draw them, and compare what could be observed next."""
    input:
        usage_counts="results/usage_counts.csv",
        projection="results/projection.csv",
        projection_compared="results/projection_compared.csv",
        training_runs="results/training_runs.csv",
        energy_per_epoch="results/energy_per_epoch.csv",
        papers_read=TABLES["papers_read"],
        practice=TABLES["practice"],
        label_errors=f"{FACTORS}/label_errors.csv",
    output:
        sensitivity="results/sensitivity.csv",
        plan="results/next_observation.csv",
        figure=multiext("results/figures/sensitivity", ".svg", ".pdf", ".png"),
    log:
        "logs/analyse_sensitivity.log",
    priority: 1  # among the slowest: others fill the cores beside it
    conda:
        ENVIRONMENT
    params:
        sections={
            "counts": {"any_variant_years": ANY_VARIANT, **config["usage"]["label_errors"]},
            "uncertainty": {key: config["uncertainty"][key] for key in ["seed", "priors"]},
            "training": config["training"],
            "methods": config["methods"],
        },
        code=code("analyse_sensitivity"),
    script:
        "../scripts/analyse_sensitivity.py"
