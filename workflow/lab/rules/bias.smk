"""The bias example on coloured digits, only on request.

in:  the digits that scikit-learn ships
out: results/bias.csv, results/figures/bias.svg and .png
"""


rule bias:
    """Train on subsets of coloured digits; test where colour helps and where it misleads."""
    output:
        table="results/bias.csv",
        figure=multiext("results/figures/bias", ".svg", ".png"),
    log:
        "logs/bias.log",
    conda:
        LAB_ENVIRONMENT
    resources:
        mem_mb=4000,
        runtime=240,
    params:
        bias=SETTINGS["bias"],
    script:
        "../scripts/bias.py"
