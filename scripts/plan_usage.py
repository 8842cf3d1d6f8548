"""Tell what classifying with a language model would take, before anything is sent."""

from datafootprint.job import logged_to
from datafootprint.records import iter_all_records
from datafootprint.tables import write_rows
from datafootprint.usage.llm.plan import plan_requests, plan_text

with logged_to(snakemake.log[0]):
    mentions = iter_all_records(snakemake.input, "mentions")
    usage = snakemake.params.usage
    plans = plan_requests(
        mentions, snakemake.params.dataset, usage, snakemake.params.papers["cache_dir"]
    )
    write_rows(plans, snakemake.output[0], "usage_plan")
    print(plan_text(plans, usage))
