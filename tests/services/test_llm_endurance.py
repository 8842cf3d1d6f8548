"""Runs that are killed; the real client against a loopback server."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.services.llm_server import LlmServer, Reply
from tests.services.usage_papers import DATASET, good, make_papers, usage_section

from datafootprint.records import read_records, write_records
from datafootprint.usage.usage_records import Usage

CHILD = """
import json, sys
from datafootprint.papers.paper_records import Mentions
from datafootprint.records import read_records, write_records
from datafootprint.usage.classify import classify_usage
mentions = read_records(sys.argv[1], Mentions)
usage, cache, dataset = json.load(open(sys.argv[2]))
write_records(classify_usage(mentions, dataset, usage, cache), sys.argv[3])
"""


@pytest.mark.slow
def test_killed_at_random_it_pays_for_nothing_twice(tmp_path: Path) -> None:
    number, kills = 120, 25
    mentions = make_papers(tmp_path / "cache", number)
    with LlmServer(lambda b, n: Reply(good(b, n).content, delay_s=0.15)) as server:
        usage = usage_section(server.base_url, concurrency=2)
        job, out = tmp_path / "job.json", tmp_path / "out.jsonl"
        write_records(mentions, tmp_path / "mentions.jsonl")
        job.write_text(json.dumps([usage, str(tmp_path / "cache"), DATASET]))
        command = [sys.executable, "-c", CHILD, tmp_path / "mentions.jsonl", job, out]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        generator = random.Random(4)
        killed = 0
        answers = tmp_path / "cache" / "llm" / "answers"
        for _ in range(60):
            child = subprocess.Popen(command, env=environment)
            asked = len(server.requests)
            end = time.monotonic() + 30
            while len(server.requests) == asked and child.poll() is None and time.monotonic() < end:
                time.sleep(0.01)
            if killed == kills:
                child.wait(timeout=120)
                break
            time.sleep(generator.uniform(0, 0.5))
            if child.poll() is None:
                child.send_signal(signal.SIGKILL)
                killed += 1
            child.wait(timeout=120)
        assert killed == kills
        kept = len(list(answers.rglob("*.json")))
        assert kept == number
        # What no answer could be kept of were the requests open at a kill, two at most each time.
        assert number <= len(server.requests) <= number + 2 * kills
        lines = [json.loads(x) for x in (answers.parent / "spending.jsonl").open()]
        sent = sum("most_usd" in line for line in lines)
        settled = sum("cost_usd" in line for line in lines)
        assert settled >= number and len(server.requests) <= sent
        assert len(server.requests) - number <= sent - number
        before = len(server.requests)
        child = subprocess.run(command, env=environment, check=True)
        assert len(server.requests) == before
    assert not any(record.needs_review for record in read_records(out, Usage))
