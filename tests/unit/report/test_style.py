"""A figure looks the same whoever draws it."""

import os
import subprocess
import sys
from pathlib import Path

DRAW = """
import sys
from datafootprint.report.figures.hub import Figure
from datafootprint.report.figures.style import new_figure, save
figure, axes = new_figure()
axes.plot([1, 2], [3, 4])
save(figure, sys.argv[1])
"""


def test_the_settings_of_a_user_change_no_figure(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("text.usetex: True\nlines.linewidth: 9\n")
    settings = {"MATPLOTLIBRC": str(tmp_path), "MPLBACKEND": "module://of_a_notebook"}
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    for name, more in (("plain.svg", {}), ("own.svg", settings)):
        subprocess.run(
            [sys.executable, "-c", DRAW, str(tmp_path / name)],
            env=os.environ | path | more,
            check=True,
        )
    assert (tmp_path / "own.svg").read_bytes() == (tmp_path / "plain.svg").read_bytes()
