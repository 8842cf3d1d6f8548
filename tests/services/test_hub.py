"""Listing the Hub with the real client (huggingface_hub) against a loopback server."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date

import pytest
from huggingface_hub import constants
from tests.services.loopback import Hub

from datafootprint.errors import DatafootprintError
from datafootprint.hub.hub_params import listing_wanted
from datafootprint.hub.pages import EXPAND
from datafootprint.hub.snapshot import read_datasets, take_listing
from datafootprint.tables import records_of

NOW = date(2026, 11, 22)


def dataset(i):
    """One dataset a month from 2022-03 on, newest first; every fifth without a size."""
    month = 2 + 56 - i
    return {
        "_id": f"{i:024x}",
        "id": f"user{i}/imagenet-1k-{i}",
        "createdAt": f"{2022 + month // 12}-{month % 12 + 1:02d}-02T23:29:04.000Z",
        "downloads": i,
        "downloadsAllTime": 10 * i,
        "gated": "auto" if i % 10 == 0 else False,
        "private": False,
        **({} if i % 5 == 0 else {"usedStorage": 10**9}),
    }


@pytest.fixture
def hub(monkeypatch):
    with Hub(57, 10, dataset) as server:
        monkeypatch.setattr(constants, "ENDPOINT", server.url)
        yield server


def section(folder, search="imagenet"):
    """Return the section `hub` of a configuration whose folders are in `folder`."""
    folders = {name: str(folder / name) for name in ("snapshots", "cache_dir")}
    return {"search": search, "retrieved": "latest", **folders}


def snapshot(folder, search="imagenet", now=NOW):
    wanted = listing_wanted(section(folder, search), now)
    return take_listing(wanted, first_pause_s=0.01)


def rows(path):
    """Return the rows of a table of datasets by their identifier."""
    return {row["dataset"]: row for row in records_of(read_datasets(path))}


def test_all_pages_become_one_table(hub, tmp_path):
    path = snapshot(tmp_path)
    found = rows(path)
    assert set(found) == {dataset(i)["id"] for i in range(57)}
    assert found["user7/imagenet-1k-7"] == {
        "dataset": "user7/imagenet-1k-7",
        "created": "2026-04-02T23:29:04.000Z",
        "downloads": 7,
        "downloads_all_time": 70,
        "stored_bytes": 10**9,
        "gated": False,
    }
    assert hub.cursors == [0, 10, 20, 30, 40, 50]
    assert hub.requests[0]["query"]["sort"] == ["createdAt"]
    record = json.loads((path.parent / "listing.json").read_text())
    assert (record["datasets"], record["pages"]) == (57, 6)
    assert record["client"].startswith("huggingface_hub 2.")


def test_an_interrupted_listing_goes_on_after_the_pages_that_are_there(hub, tmp_path):
    hub.faults = [hub.reply({"path": "/api/datasets", "headers": {}, "query": {}})]
    hub.faults += [(500, {}, b"")] * 5
    hub.cursors.clear()
    with pytest.raises(DatafootprintError, match=r"fails; run again later \(HTTP 500\).*are kept"):
        snapshot(tmp_path)
    assert not (tmp_path / "snapshots").exists()
    later = NOW.replace(day=25)
    path = snapshot(tmp_path, now=later)
    assert hub.cursors == [10, 20, 30, 40, 50]
    assert len(rows(path)) == 57
    assert path.parent.name == "hub_imagenet_2026-11-22"


def test_what_is_not_public_not_named_so_or_repeated_is_left_out(hub, tmp_path, caplog):
    changed = {
        3: {"private": True},
        4: {"id": "me/cats"},
        5: {"id": dataset(1)["id"]},
        6: {"id": 'me/IMAGENET, "1k"'},
    }
    hub.dataset = lambda i: {**dataset(i), **changed.get(i, {})}
    found = rows(snapshot(tmp_path))
    assert len(found) == 54
    assert 'me/IMAGENET, "1k"' in found
    assert caplog.text.count("1 listed datasets left out") == 3


def test_an_empty_search_lists_everything(hub, tmp_path):
    hub.dataset = lambda i: {**dataset(i), "id": f"me/{i}"}
    assert len(rows(snapshot(tmp_path, search=""))) == 57
    assert "search" not in hub.requests[0]["query"]
    with pytest.raises(DatafootprintError, match="no dataset whose identifier contains 'imagenet'"):
        snapshot(tmp_path)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ((401, {}, {}), "refuses the key.*HTTP 401.*are kept. Correct or unset HF_TOKEN"),
        ((403, {}, {"error": "no"}), "HTTP 403.*Use another HF_TOKEN"),
        ((400, {}, {"error": '"sort" must be one of "a"'}), r"refuses the request.*are kept\.$"),
        ((200, {}, b"<html>"), "something else than JSON.*<html>"),
        ((200, {}, {"datasets": []}), "the answer is .*valid list"),
        ((200, {}, [{"name": "x"}]), "0.id is .*Field required"),
        ((200, {}, [{**dataset(1), "downloads": "7"}]), "0.downloads is '7'.*valid integer"),
        (
            (200, {"Link": '<http://me:pw@127.0.0.1:9/x>; rel="next"'}, [dataset(0)]),
            "goes on at 127.0.0.1:9, which is not the endpoint",
        ),
    ],
)
def test_faults_are_sentences_and_no_snapshot_is_made(hub, tmp_path, fault, sentence):
    hub.faults = [fault]
    with pytest.raises(DatafootprintError, match=sentence):
        snapshot(tmp_path)
    assert not (tmp_path / "snapshots").exists()


#: What the list endpoint of the Hub allowed in 2026.
ALLOWED = (
    *("author", "cardData", "citation", "createdAt", "disabled", "description", "downloads"),
    *("downloadsAllTime", "gated", "lastModified", "likes", "mainSize", "private", "tags"),
)


@pytest.mark.parametrize(
    ("allowed", "size"), [(ALLOWED, 5), (["createdAt", "usedStorage"], 7), (["createdAt"], None)]
)
def test_what_the_hub_does_not_allow_is_not_asked_for(hub, tmp_path, allowed, size):
    """The answer to a field that is not allowed lists those that are."""
    plain = hub.reply

    def strict(request):
        asked = request["query"].get("expand", [])
        if set(asked) - set(allowed):
            options = "|".join(f'"{name}"' for name in allowed)
            return 400, {}, {"error": f"Invalid option: expected one of {options}"}
        return plain(request)

    hub.reply = strict
    sizes = {"usedStorage": 7, "mainSize": 5}
    given = {name: number for name, number in sizes.items() if name in allowed}
    hub.dataset = lambda i: {"id": f"me/imagenet-{i}", "createdAt": "2024-01-01T00:00:00Z", **given}
    path = snapshot(tmp_path)
    assert {row["stored_bytes"] for row in rows(path).values()} == {size}
    assert len(hub.requests) == 7
    record = json.loads((path.parent / "listing.json").read_text())
    assert record["address"].count("expand=") == len(set(allowed) & set(EXPAND))


def test_an_address_that_is_no_longer_taken_tells_how_to_begin_again(hub, tmp_path):
    hub.faults = [hub.reply({"path": "/api/datasets", "headers": {}, "query": {}})]
    hub.faults.append((400, {}, {"error": 'bad cursor, one of "createdAt"'}))
    with pytest.raises(DatafootprintError, match=r"are kept\. To begin a new listing, set hub"):
        snapshot(tmp_path)


def test_a_circle_of_pages_ends(hub, tmp_path):
    back = {"Link": f'<{hub.url}/api/datasets?cursor=10>; rel="next"'}
    hub.faults = [(200, back, [dataset(0)]), (200, back, [dataset(1)])]
    with pytest.raises(DatafootprintError, match="page 2 names a page before it as the next"):
        snapshot(tmp_path)


@pytest.mark.parametrize("change", [("://", "://me:secret@"), ("1:", "1:80/?token=secret#")])
def test_a_secret_in_the_endpoint_is_refused(hub, tmp_path, monkeypatch, change):
    monkeypatch.setattr(constants, "ENDPOINT", hub.url.replace(*change))
    with pytest.raises(DatafootprintError, match="a key in HF_TOKEN") as caught:
        snapshot(tmp_path)
    assert "secret" not in str(caught.value)


def test_a_damaged_or_missing_page_is_named(hub, tmp_path):
    snapshot(tmp_path)
    (pages,) = (tmp_path / "cache_dir").iterdir()
    (tmp_path / "snapshots").rename(tmp_path / "away")
    (pages / "page-000006.json.gz").write_bytes(b"\x1f\x8b half")
    with pytest.raises(DatafootprintError, match=r"page-000006.json.gz is damaged"):
        snapshot(tmp_path)
    (pages / "page-000006.json.gz").unlink()
    (pages / "page-000003.json.gz").unlink()
    with pytest.raises(DatafootprintError, match="page 3 is missing"):
        snapshot(tmp_path)


MANY = 600_000

LISTING = """
import json, resource, sys
from datetime import date
from datafootprint.hub.counts import count_datasets
from datafootprint.hub.hub_params import listing_wanted
from datafootprint.hub.snapshot import read_datasets, take_listing
hub = json.loads(sys.argv[1])
wanted = listing_wanted(hub, date(2026, 11, 22))
table = take_listing(wanted)
rows = count_datasets(read_datasets(table), [{"name": "a", "pattern": "7"}], wanted["day"])
peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"datasets": int(rows["datasets"].sum()), "peak_mb": peak_mb}))
"""


def synthetic(i):
    return {
        "_id": f"{i:024x}",
        "id": f"organisation-{i % 9973}/dataset-number-{i:07d}",
        "createdAt": f"{2026 - i // 130_000}-06-15T12:00:00.000Z",
        "downloads": i % 1000,
        "downloadsAllTime": i,
        "gated": False,
        "private": False,
        "usedStorage": i * 1000,
        "tags": ["size_categories:1K<n<10K", "modality:image", "region:us"],
    }


@pytest.mark.slow
def test_600_000_datasets_in_little_memory_and_resumed_after_a_kill(tmp_path):
    with Hub(MANY, 1000, synthetic) as server:
        command = [sys.executable, "-c", LISTING, json.dumps(section(tmp_path, ""))]
        environment = {**os.environ, "HF_ENDPOINT": server.url, "PYTHONPATH": "workflow"}
        first = subprocess.Popen(command, env=environment)
        deadline = time.monotonic() + 300
        while len(server.cursors) < 200 and time.monotonic() < deadline:
            time.sleep(0.05)
        first.send_signal(signal.SIGKILL)
        first.wait()
        kept = sorted((tmp_path / "cache_dir").rglob("page-*.json.gz"))
        assert 190 < len(kept) < 600
        for path in kept:
            assert len(json.loads(gzip.decompress(path.read_bytes()))["datasets"]) == 1000
        asked_before = len(server.cursors)
        second = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=900, check=True
        )
        asked_after = server.cursors[asked_before:]
    result = json.loads(second.stdout)
    assert result["datasets"] == MANY
    assert asked_after == list(range(len(kept) * 1000, MANY, 1000))
    print(f"peak of the second run {result['peak_mb']:.0f} MB, {len(kept)} pages before the kill")
    assert result["peak_mb"] < 400
