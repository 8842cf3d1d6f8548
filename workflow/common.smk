"""What every rule file shares: where things lie, and a configuration that has been checked."""

import os
from pathlib import Path

from snakemake.exceptions import WorkflowError

from datafootprint.config import check_config
from datafootprint.errors import DatafootprintError
from datafootprint.provenance import code_digest

ROOT = Path(workflow.basedir)
DATA = os.path.relpath(ROOT / "data")
PUBLISHED = f"{DATA}/published"
FACTORS = f"{DATA}/factors"
ENVIRONMENT = ROOT / "workflow" / "envs" / "datafootprint.yaml"

try:
    check_config(config, data=ROOT / "data", config_files=workflow.configfiles)
except DatafootprintError as error:
    raise WorkflowError(str(error)) from None


def code(rule_name):
    """Digest of the script of a cheap rule and of the modules it uses, so that edits re-run it."""
    return code_digest(ROOT / "scripts" / f"{rule_name}.py")
