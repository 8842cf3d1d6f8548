"""Retrieving the counts of a loopback server into a folder of snapshots."""

from datetime import UTC, datetime

from datafootprint.literature.retrieve import retrieve_publications
from datafootprint.literature.services import retrieval

YEARS = [2019, 2020, 2021]
COUNTS = {2019: 10, 2020: 20, 2021: 40, 2022: 4}
KEYS = {"DIMENSIONS_API_KEY": " dim-secret\n", "OPENALEX_API_KEY": "oa-secret\n"}
NOW = datetime(2022, 11, 22, 3, 15, 9, tzinfo=UTC)


def ask(server, service, folder, retrieved="latest", keyword="ImageNet", now=NOW, keys=KEYS):
    literature = {"keyword": keyword, "snapshots": str(folder), "retrieved": retrieved}
    literature[service] = {"base_url": f"{server.url}/"}
    wanted = retrieval(service, literature, YEARS, now.date(), keys)
    return retrieve_publications(wanted, keys, lambda: now, first_pause_s=0.01)


def everything_in(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
