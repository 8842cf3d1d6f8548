"""What training on subsets would save.

in:  results/training_runs.csv, results/energy_per_epoch.csv, data/factors/
out: results/frugality.csv, results/energy_gains.csv, results/break_even.csv
"""


localrules:
    estimate_frugality,


rule frugality:
    """Target: savings by training on subsets."""
    input:
        "results/frugality.csv",
        "results/energy_gains.csv",
        "results/break_even.csv",


rule estimate_frugality:
    """Estimate what training on subsets would save, and when a selection has paid off."""
    input:
        runs="results/training_runs.csv",
        energy=lambda wildcards: asked_for(
            require,
            SUBSET_IS_KNOWN and "results/energy_per_epoch.csv",
            "config: frugality.pruned_fraction is null, and the dataset sets none; give the fraction "
            "of the samples that a subset leaves out.",
        ),
        intensities=f"{FACTORS}/carbon_intensity_by_year.csv",
        per_capita=f"{FACTORS}/per_capita_emissions.csv",
        selection_costs=f"{FACTORS}/selection_cost.csv",
    output:
        frugality="results/frugality.csv",
        energy_gains="results/energy_gains.csv",
        break_even="results/break_even.csv",
    log:
        "logs/estimate_frugality.log",
    conda:
        ENVIRONMENT
    params:
        config={
            "dataset": SIZE,
            **{name: config[name] for name in ["training", "storage", "carbon", "frugality"]},
        },
        code=code("estimate_frugality"),
    script:
        "../scripts/estimate_frugality.py"
