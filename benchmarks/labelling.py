"""How near labelling with a language model comes to what the server allows, and its memory.

    python benchmarks/labelling.py [repeats]

A thousand papers, a server that answers after 200 ms, eight requests at a time: the ideal is papers
times latency divided by concurrency.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "workflow")]

from benchmarks import servers  # noqa: E402
from benchmarks.process import Server, measured  # noqa: E402
from benchmarks.table import print_table, row  # noqa: E402
from tests.services.usage_papers import DATASET, make_mention, usage_section  # noqa: E402

from datafootprint.usage.classify import classify_usage  # noqa: E402

PAPERS, LATENCY_S, CONCURRENCY = 1000, 0.2, 8
FILLER = " ".join(f"Sentence {n} of a passage as long as they usually are." for n in range(80))


def measure(repeats: int) -> list[dict[str, Any]]:
    """Return the rows of the table."""
    import openai  # noqa: F401  (its import is not part of the work)

    import datafootprint.usage.llm.ask  # noqa: F401

    os.environ.setdefault("OPENAI_API_KEY", "loopback")
    runs, few = [], None
    for papers in [PAPERS // 10, *[PAPERS] * repeats]:
        with tempfile.TemporaryDirectory() as folder:
            cache = Path(folder)
            mentions = [
                make_mention(cache, f"p{n:04d}", f"Setup {n} was tried on ImageNet. {FILLER}")
                for n in range(papers)
            ]
            with Server(servers.language_model, LATENCY_S) as url:
                usage = usage_section(url, concurrency=CONCURRENCY, budget_usd=1e6)
                took = measured(classify_usage, mentions, DATASET, usage, cache)
        if few is None:
            few = took
        else:
            runs.append(took)
    assert few is not None
    ideal_s = PAPERS * LATENCY_S / CONCURRENCY
    return [
        row(
            f"labelling {PAPERS:,} papers at 200 ms an answer: share of the ideal throughput",
            [ideal_s / run.wall_s for run in runs],
            "at least 0.85",
            f"{ideal_s:.1f} s ideal, " + ", ".join(f"{run.wall_s:.1f} s" for run in runs),
        ),
        row(
            f"peak memory of labelling, {PAPERS:,} / {PAPERS // 10} papers",
            [run.peak_mb / few.peak_mb for run in runs],
            "about 1",
            f"{runs[-1].peak_mb:.0f} MB, {few.peak_mb:.0f} MB",
        ),
    ]


if __name__ == "__main__":
    print_table(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 3))
