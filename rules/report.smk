"""The published check, figures, tables and the page to read.

in:  the tables of all stages
out: results/report.html and what it shows
"""


rule report:
    input:
        "results/training_emissions.csv",
        "results/storage_emissions.csv",
