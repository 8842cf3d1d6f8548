"""What the report consists of: its figures, its tables for people and the tables that it reads.

The rules, the scripts and the page read it. It is light to import.
"""

#: Tables that the page reads, by stage; those of a section that a run does not have are empty.
_BY_STAGE = {
    "usage": ("usage_counts", "classification", "audit_agreement", "classification_check"),
    "projection": ("projection", "backtest", "abstract_mentions", "published_projection"),
    "literature": ("publications", "publications_compared", "published_publications"),
    "energy": ("energy_per_epoch", "energy_to_accuracy", "break_even"),
    "factors": ("carbon_intensity_by_year", "per_capita_emissions"),
    "footprint": ("training_runs", "training_emissions", "storage_emissions"),
    "impacts": ("additional_impacts",),
    "hub": ("hub_copies", "hub_downloads_per_run"),
    "frugality": ("frugality",),
    "uncertainty": ("uncertainty", "bridge", "sensitivity", "next_observation"),
    "report": ("values", "published_usage_counts", "published_energy_per_epoch"),
}
PAGE_TABLES = [table for tables in _BY_STAGE.values() for table in tables]
#: Tables for people, as `text_tables.text_tables` lays them out.
TEXT_TABLES = ["energy_per_epoch", "usage", "training_runs", "by_year"]
TEXT_TABLES += ["training_emissions", "storage_emissions", "uncertainty", "scenarios"]
#: Figure -> the tables that it shows; a function `draw_<figure>` in the folder `figures` draws it.
FIGURES = {
    "usage": ("projection",),
    "classification_check": ("classification_check",),
    "training_runs": ("training_runs",),
    "frugality": ("training_runs", "energy_per_epoch"),
    "projection_compared": ("projection_compared",),
    "sensitivity": ("sensitivity",),
    "ranges": ("uncertainty",),
    "bridge": ("bridge",),
    "hub": ("hub_counts",),
    "publications_compared": ("publications_compared",),
}
#: The page draws these itself, so that it need not wait for their files.
CHARTS = ("ranges", "bridge")
