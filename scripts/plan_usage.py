"""Say what classifying with a language model would take, before anything is sent."""

from datafootprint.job import run
from datafootprint.papers.paper_records import Mentions
from datafootprint.records import iter_records
from datafootprint.tables import write_table
from datafootprint.usage.llm.ask import plan
from datafootprint.usage.usage_tables import UsagePlan


def main(snakemake):
    params = snakemake.params
    mentions = iter_records(snakemake.input, Mentions)
    plans = plan(mentions, params.dataset, params.usage, params.papers["cache_dir"])
    write_table(plans, snakemake.output[0], UsagePlan)
    total = plans.drop(columns=["year", "model"]).sum()
    print(total.to_string(float_format="{:,.10g}".format))
    print(f"The budget is {params.usage['llm']['budget_usd']:g} USD (usage.llm.budget_usd).")


if __name__ == "__main__":
    run(main, snakemake)
