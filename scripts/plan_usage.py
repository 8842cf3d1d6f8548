"""Tell what classifying with a language model would take, before anything is sent."""

from datafootprint.job import run
from datafootprint.legacy_records import iter_all_records
from datafootprint.legacy_tables import write_rows
from datafootprint.usage.llm.plan import plan_requests, plan_text


def main(snakemake):
    mentions = iter_all_records(snakemake.input, "mentions")
    usage = snakemake.params.usage
    plans = plan_requests(
        mentions, snakemake.params.dataset, usage, snakemake.params.papers["cache_dir"]
    )
    write_rows(plans, snakemake.output[0], "usage_plan")
    print(plan_text(plans, usage))


if __name__ == "__main__":
    run(main, snakemake)
