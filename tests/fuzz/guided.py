"""Fuzzing led by coverage: ``python -m tests.fuzz.guided text -max_total_time=300 [folder]``.

Needs atheris (``pip install atheris``) beside the workflow's own packages; options are libFuzzer's.
What fails is written as ``crash-...`` into the folder where this runs.
"""

import logging
import sys

import atheris

with atheris.instrument_imports(include=["datafootprint", "zipfile", "pydantic"]):
    from tests.fuzz.test_parsers import CORPUS, attempt

if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    parser = sys.argv.pop(1)
    atheris.Setup([*sys.argv, str(CORPUS / parser)], lambda content: attempt(parser, content))
    atheris.Fuzz()
