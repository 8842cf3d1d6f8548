"""The table of this stage, and the one that a user may bring."""

import pandas as pd
import pandera.pandas as pa

from datafootprint.tables import Table

PDF_STATUSES = ("ok", "no_link", "not_found", "not_pdf", "truncated", "too_large", "unreachable")


class Pdfs(Table, key=["paper_id"]):
    """What became of the PDF of each listed paper."""

    paper_id: str = pa.Field(
        str_length={"min_value": 1}, description="Identifier of the paper at its source"
    )
    status: str = pa.Field(isin=PDF_STATUSES, description="ok, or why there is no PDF")
    source: str = pa.Field(
        isin=("folder", "openreview", ""),
        description="Where the PDF came from; empty if there is none",
    )
    sha256: str = pa.Field(
        nullable=True,
        str_matches="^[0-9a-f]{64}$",
        description="SHA-256 of the PDF; empty if there is none",
    )
    bytes: pd.Int64Dtype = pa.Field(nullable=True, ge=0, description="Size of the file in bytes")
    file: str = pa.Field(nullable=True, description="Path of the PDF; empty if there is none")
    detail: str = pa.Field(description="More on the status; may be empty")


class FolderManifest(Table, key=["paper_id"]):
    """The papers of a folder of PDFs."""

    paper_id: str = pa.Field(str_length={"min_value": 1}, description="Identifier of the paper")
    title: str = pa.Field(description="Title; may be empty")
    year: int = pa.Field(ge=1900, le=2100, description="Year of the venue")
    file: str = pa.Field(
        str_length={"min_value": 1}, description="Path of the PDF below the folder"
    )
