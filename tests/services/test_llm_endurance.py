"""Runs that are killed and runs over many papers; the real client against a loopback server."""

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
from tests.services.usage_papers import DATASET, QUOTE, good, make_papers, usage_section

CHILD = """
import json, sys
from datafootprint.usage.classify import classify_usage
mentions, usage, cache, dataset = json.load(open(sys.argv[1]))
records = classify_usage(mentions, dataset, usage, cache)
json.dump(records, open(sys.argv[2], "w"))
"""


@pytest.mark.slow
def test_killed_at_random_it_pays_for_nothing_twice(tmp_path: Path) -> None:
    number, kills = 120, 20
    mentions = make_papers(tmp_path / "cache", number)
    with LlmServer(lambda b, n: Reply(good(b, n).content, delay_s=0.15)) as server:
        usage = usage_section(server.base_url, concurrency=2)
        job, out = tmp_path / "job.json", tmp_path / "out.json"
        job.write_text(json.dumps([mentions, usage, str(tmp_path / "cache"), DATASET]))
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        generator = random.Random(4)
        killed = 0
        answers = tmp_path / "cache" / "llm" / "answers"
        for _ in range(60):
            child = subprocess.Popen([sys.executable, "-c", CHILD, job, out], env=environment)
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
        child = subprocess.run([sys.executable, "-c", CHILD, job, out], env=environment, check=True)
        assert len(server.requests) == before
    assert all(not record["needs_review"] for record in json.loads(out.read_text()))


@pytest.mark.slow
def test_throughput_and_memory(tmp_path: Path) -> None:
    """At least 85% of papers x latency / concurrency; memory does not grow with the papers."""
    script = """
import json, resource, sys, time
from datafootprint.usage.classify import classify_usage
mentions, usage, cache, dataset = json.load(open(sys.argv[1]))
import datafootprint.usage.llm.online, openai
started = time.monotonic()
from datafootprint.usage.llm import classify
run = classify.asyncio.run
def timed(task):
    global spent
    started = time.monotonic(); result = run(task); spent = time.monotonic() - started
    return result
classify.asyncio.run = timed
classify_usage(mentions, dataset, usage, cache)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
json.dump([spent, peak], open(sys.argv[2], "w"))
"""
    measured = {}
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    filler = " ".join(f"Sentence {n} of a passage as long as they usually are." for n in range(80))
    for number in (100, 1000):
        cache = tmp_path / str(number)
        mentions = make_papers(cache, number, f"{QUOTE} {filler}")
        with LlmServer(lambda b, n: Reply(good(b, n).content, delay_s=0.2)) as server:
            usage = usage_section(server.base_url, concurrency=8)
            job, out = tmp_path / "job.json", tmp_path / "out.json"
            job.write_text(json.dumps([mentions, usage, str(cache), DATASET]))
            subprocess.run([sys.executable, "-c", script, job, out], env=environment, check=True)
            assert len(server.requests) == number and server.most_open <= 8
        measured[number] = json.loads(out.read_text())
    seconds, peak_kb = measured[1000]
    ideal = 1000 * 0.2 / 8
    print(f"{ideal / seconds:.1%} of ideal, peak {measured[100][1]} and {peak_kb} kB")
    assert ideal / seconds >= 0.85
    # 900 more papers of 5 kB: what was read from the mentions, and nothing of the requests.
    assert peak_kb - measured[100][1] < 25_000
