"""Energy and time of one training epoch.

in:  the dataset's energy_per_epoch.csv, or the folder of logs and its runs.csv (energy.logs)
out: results/energy_per_epoch.csv

Only on request, `measure_energy` trains models for real.
out: results/measured_strategies.csv, results/energy_to_accuracy.csv, and the folder
     energy.measure.folder with logs and runs.csv for energy.logs
"""


localrules:
    summarise_energy,


rule energy:
    """Target: energy and time per epoch."""
    input:
        "results/energy_per_epoch.csv",


rule summarise_energy:
    """Summarise energy logs, or take the measurements of the dataset."""
    input:
        published=TABLES["energy_per_epoch"],
        bounds=f"{FACTORS}/hardware_power.csv",
        logs=ENERGY_LOGS,
    output:
        "results/energy_per_epoch.csv",
    log:
        "logs/summarise_energy.log",
    conda:
        ENVIRONMENT
    params:
        energy={
            "logs": config["energy"]["logs"],
            "pue_in_measurement": config["training"]["pue_in_measurement"],
            "dataset": config["dataset"]["name"],
        },
        code=code("summarise_energy"),
    script:
        "../scripts/summarise_energy.py"


rule measure_energy:
    """Train models for real, log their energy, and compare strategies of choosing data."""
    output:
        strategies="results/measured_strategies.csv",
        to_accuracy="results/energy_to_accuracy.csv",
    log:
        "logs/measure_energy.log",
    conda:
        ENVIRONMENT
    threads: 2
    resources:
        mem_mb=8000,
        runtime=1440,
    params:
        measure=config["energy"]["measure"],
    script:
        "../scripts/measure_energy.py"
