"""The bias example on coloured digits, only on request.

in:  the digits that scikit-learn ships
out: results/bias.csv, results/figures/bias.svg and .png
"""


localrules:
    bias,


rule measure_bias:
    """Train on subsets of coloured digits; test where colour helps and where it misleads."""
    output:
        "results/bias.csv",
    log:
        "logs/measure_bias.log",
    conda:
        LAB_ENVIRONMENT
    resources:
        mem_mb=4000,
        runtime=240,
    params:
        bias=SETTINGS["bias"],
    script:
        "../scripts/measure_bias.py"


rule bias:
    """Target: the bias example and its figure."""
    input:
        "results/bias.csv",
    output:
        multiext("results/figures/bias", ".svg", ".png"),
    log:
        "logs/bias.log",
    conda:
        LAB_ENVIRONMENT
    script:
        "../scripts/bias.py"
