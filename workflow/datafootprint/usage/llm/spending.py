"""The money: a budget that holds over all runs which share a cache folder.

`<cache_dir>/llm/spending.jsonl` gets one line before a request or a batch is sent, with the most it
can cost, and one when its answers are in, with what they did cost. A run that was killed leaves the
first line alone, which then counts in full: the sum is never less than what was spent.
"""

import json
import math
import uuid
from pathlib import Path

from datafootprint.errors import DatafootprintError


class BudgetReachedError(DatafootprintError):
    """The next request could cost more than is left of the budget."""


class Ledger:
    """What was spent so far, in US dollars, and what open requests may still cost."""

    def __init__(self, folder: Path, budget_usd: float) -> None:
        self._path = folder / "spending.jsonl"
        self._budget = budget_usd
        self._open: dict[str, float] = {}
        self._left: dict[str, float] = {}
        self._settled_usd = 0.0
        folder.mkdir(parents=True, exist_ok=True)
        if self._path.exists():
            self._read()

    @property
    def spent_usd(self) -> float:
        """What was spent, with the most that what earlier runs left open can have cost."""
        return self._settled_usd + sum(self._left.values())

    @property
    def open_usd(self) -> float:
        """The most that requests without an answer can cost."""
        return sum(self._open.values())

    def awaits(self, name: str) -> bool:
        """Whether what was noted under this name, by this run or an earlier one, is not settled."""
        return name in self._open or name in self._left

    def reserve(self, most_usd: float, name: str | None = None) -> str | None:
        """Note a request about to be sent; return its name, or None if the budget forbids it now.

        Parameters
        ----------
        most_usd : float
            The most it can cost.
        name : str, optional
            A name that nothing else has; made up if it is not given.

        Raises
        ------
        BudgetReachedError
            If the budget forbids it and no open request could free money.
        """
        if self.spent_usd + self.open_usd + most_usd > self._budget:
            if self._open:
                return None
            raise BudgetReachedError(
                f"usage.llm.budget_usd is {self._budget:g}; {self.spent_usd:.4f} are spent "
                f"({self._path}) and the next request can cost {most_usd:.4f}. All answers so far "
                "are kept; raise the budget to go on."
            )
        name = name or uuid.uuid4().hex
        self._open[name] = most_usd
        self._write({"request": name, "most_usd": most_usd})
        return name

    def settle(self, name: str, cost_usd: float) -> None:
        """Note what a request did cost, also one that an earlier run left open."""
        del (self._open if name in self._open else self._left)[name]
        self._settled_usd += cost_usd
        self._write({"request": name, "cost_usd": cost_usd})

    def _write(self, line: dict[str, object]) -> None:
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")

    def _read(self) -> None:
        content = self._path.read_bytes()
        if content and not content.endswith(b"\n"):
            # A run was killed while it wrote; the next line must not join the stump.
            with self._path.open("ab") as stream:
                stream.write(b"\n")
        for number, text in enumerate(content.split(b"\n"), start=1):
            try:
                line = json.loads(text)
            except ValueError:
                continue  # such a stump
            try:
                if "most_usd" in line:
                    self._left[line["request"]] = _usd(line["most_usd"])
                else:
                    self._left.pop(line["request"], None)
                    self._settled_usd += _usd(line["cost_usd"])
            except (KeyError, TypeError, ValueError):
                raise DatafootprintError(
                    f"{self._path}, line {number}: not a note of what was spent; correct the line, "
                    "or take it out if its request cost nothing."
                ) from None


def _usd(noted: object) -> float:
    """Return an amount of money, which a damaged line could also lower or make no number."""
    if not isinstance(noted, int | float) or not 0 <= noted < math.inf:
        raise ValueError
    return float(noted)
