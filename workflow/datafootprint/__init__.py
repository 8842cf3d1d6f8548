"""Energy and carbon of a dataset's downstream use, from papers to tonnes.

One subpackage a stage of the workflow; nothing in here knows Snakemake or a fixed path.
"""
