"""Energy and time of one training epoch.

in:  data/published/energy_per_epoch.csv
out: results/energy_per_epoch.csv
"""


rule energy:
    input:
        "results/energy_per_epoch.csv",


rule summarise_energy:
    input:
        f"{PUBLISHED}/energy_per_epoch.csv",
    output:
        "results/energy_per_epoch.csv",
    log:
        "logs/summarise_energy.log",
    conda:
        ENVIRONMENT
    params:
        pue={"in_measurement": config["training"]["pue_in_measurement"]},
        code=code("summarise_energy"),
    script:
        "../scripts/summarise_energy.py"
