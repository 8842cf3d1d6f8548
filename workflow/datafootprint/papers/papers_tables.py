"""The table of this stage, and the one that a user may bring."""

import pandas as pd

from datafootprint.columns import amount, column, year
from datafootprint.tables import Table

PDF_STATUSES = ("ok", "no_link", "not_found", "not_pdf", "truncated", "too_large", "unreachable")


class Pdfs(Table, key=["paper_id"]):
    """What became of the PDF of each listed paper."""

    paper_id: str = column("Identifier of the paper at its source", str_length={"min_value": 1})
    status: str = column("ok, or why there is no PDF", isin=PDF_STATUSES)
    source: str = column(
        "Where the PDF came from; empty if there is none", isin=("folder", "openreview", "")
    )
    sha256: str = column(
        "SHA-256 of the PDF; empty if there is none", nullable=True, str_matches="^[0-9a-f]{64}$"
    )
    bytes: pd.Int64Dtype = amount("Size of the file in bytes")
    file: str = column("Path of the PDF; empty if there is none", nullable=True)
    detail: str = column("More on the status; may be empty")


class FolderManifest(Table, key=["paper_id"]):
    """The papers of a folder of PDFs."""

    paper_id: str = column("Identifier of the paper", str_length={"min_value": 1})
    title: str = column("Title; may be empty")
    year: int = year("Year of the venue")
    file: str = column("Path of the PDF below the folder", str_length={"min_value": 1})
