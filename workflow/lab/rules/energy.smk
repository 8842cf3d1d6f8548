"""Energy of training, metered: strategies of choosing data, and networks on the GPU that is there.

in:  the digits that scikit-learn ships, or a folder of images; noise for `measure_gpu`
out: results/measured_strategies.csv, results/energy_to_accuracy.csv, results/gpu_energy.csv;
     the folder energy.measure.folder, and its folder gpu, have the logs and runs.csv for energy.logs
"""


rule measure_energy:
    """Train models for real, log their energy, and compare strategies of choosing data."""
    output:
        strategies="results/measured_strategies.csv",
        to_accuracy="results/energy_to_accuracy.csv",
    log:
        "logs/measure_energy.log",
    conda:
        LAB_ENVIRONMENT
    threads: 2
    resources:
        mem_mb=8000,
        runtime=1440,
    params:
        measure=SETTINGS["energy"]["measure"],
    script:
        "../scripts/measure_energy.py"


rule measure_gpu:
    """Measure speed and energy of an epoch of ImageNet's shape on the GPU that is there."""
    input:
        hardware_power=str(ROOT / "data" / "factors" / "hardware_power.csv"),
    output:
        "results/gpu_energy.csv",
    log:
        "logs/measure_gpu.log",
    conda:
        LAB_ENVIRONMENT
    threads: 2
    resources:
        mem_mb=16000,
        runtime=1440,
    params:
        measure=SETTINGS["energy"]["measure"],
    script:
        "../scripts/measure_gpu.py"
