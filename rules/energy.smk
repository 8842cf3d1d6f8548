"""Energy and time of one training epoch.

in:  the dataset's energy_per_epoch.csv, or the folder of logs and its runs.csv (energy.logs)
out: results/energy_per_epoch.csv
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
