"""Embodied emissions and water, off by default (impacts.embodied, impacts.water).

in:  results/training_emissions.csv, results/storage_emissions.csv, data/factors/
out: results/additional_impacts.csv
"""


localrules:
    estimate_impacts,


rule impacts:
    """Target: embodied emissions and water."""
    input:
        "results/additional_impacts.csv",


rule estimate_impacts:
    """Estimate embodied emissions and water use, apart from the totals."""
    input:
        training="results/training_emissions.csv",
        storage="results/storage_emissions.csv",
        energy="results/energy_per_epoch.csv",
        factors=f"{FACTORS}/additional_impacts.csv",
    output:
        "results/additional_impacts.csv",
    log:
        "logs/estimate_impacts.log",
    conda:
        ENVIRONMENT
    params:
        config={section: config[section] for section in ["impacts", "training"]},
        code=code("estimate_impacts"),
    script:
        "../scripts/estimate_impacts.py"
