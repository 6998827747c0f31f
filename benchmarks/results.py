"""What a run has measured, as it is kept in ``results/NAME.json``, and the numbers made from it.

The file has measurements only. Titles and targets are those of rows.py when it is read, so that a
target can change without a run; rows and sides that are no longer there are left out.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from rows import ROWS, Row

RESULTS = Path(__file__).parent / "results"
NOISY = 0.2  # spread of a ratio, by its median, above which the pages call it noisy

Samples = dict[str, list[dict[str, Any]]]  # by the name of the side, one for each round


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of the rounds, and what it is to be at most."""

    rounds: tuple[float, ...]
    at_most: float | None = None

    @property
    def median(self) -> float:
        return median(self.rounds)

    @property
    def least(self) -> float:
        return min(self.rounds)

    @property
    def greatest(self) -> float:
        return max(self.rounds)

    @property
    def noisy(self) -> bool:
        return self.greatest - self.least > NOISY * self.median

    @property
    def verdict(self) -> str:
        if self.at_most is None:
            return ""
        word = "met" if self.median <= self.at_most else "**missed**"
        if self.least <= self.at_most < self.greatest:
            word += ", not in every round"
        return word


@dataclass(frozen=True, slots=True)
class Result:
    """One row and what each of its sides has shown."""

    row: Row
    samples: Samples

    @property
    def own(self) -> str:
        return self.row.side.name

    @property
    def unit(self) -> str:
        return str(self.samples[self.own][0].get("unit", ""))

    @property
    def others(self) -> list[str]:
        return [other.side.name for other in self.row.against if other.side.name in self.samples]

    def value(self, side: str) -> Figure:
        at_most = self.row.at_most if side == self.own else None
        return Figure(tuple(sample["value"] for sample in self.samples[side]), at_most)

    def ratio(self, side: str) -> Figure:
        """This library by `side`, each round by itself."""
        at_most = {other.side.name: other.at_most for other in self.row.against}[side]
        pairs = zip(self.value(self.own).rounds, self.value(side).rounds, strict=True)
        return Figure(tuple(own / other for own, other in pairs if other), at_most)

    def detail(self, side: str, compute: Callable[[dict[str, Any]], float]) -> float | None:
        """The median of a number made from the other things that a sample has."""
        timed = [sample for sample in self.samples[side] if sample.get("seconds")]
        return median(map(compute, timed)) if timed else None

    def rate(self, side: str) -> float | None:
        """Units of work per second."""
        return self.detail(side, lambda sample: float(sample["units"] / sample["seconds"]))

    def busy(self, side: str) -> float | None:
        """The share of the window in which the server had work; its processes add up."""
        return self.detail(side, lambda sample: float(sample["server_cpu"] / sample["seconds"]))


@dataclass(slots=True)
class Run:
    machine: dict[str, Any]
    seconds: float
    warmup: float
    load_average: float
    rounds: int = 0
    stolen: float = 0.0  # share of the machine's time that its host has taken
    failures: dict[str, list[str]] = field(default_factory=dict)
    samples: dict[str, Samples] = field(default_factory=dict)  # by the name of the row

    @property
    def results(self) -> dict[str, Result]:
        return {
            name: result
            for name, row in ROWS.items()
            if name in self.samples
            and (result := Result(row, self._samples_of(row))).own in result.samples
        }

    def _samples_of(self, row: Row) -> Samples:
        taken = self.samples[row.name]
        return {side.name: taken[side.name] for side in row.sides if taken.get(side.name)}

    def save(self, path: Path) -> None:
        head = {name: getattr(self, name) for name in self.__slots__ if name != "samples"}
        path.write_text(_lines(head, self.samples))


def _lines(head: dict[str, Any], samples: dict[str, Samples]) -> str:
    """JSON with a line for each sample."""

    def members(items: Iterable[tuple[str, str]], indent: str) -> str:
        inner = ",\n".join(f"{indent} {json.dumps(name)}: {text}" for name, text in items)
        return f"{{\n{inner}\n{indent}}}"

    def listed(taken: list[dict[str, Any]]) -> str:
        return "[\n" + ",\n".join(f"    {json.dumps(sample)}" for sample in taken) + "]"

    rows = [
        (name, members([(side, listed(taken)) for side, taken in sides.items()], "  "))
        for name, sides in samples.items()
    ]
    items = [(name, json.dumps(value, ensure_ascii=False)) for name, value in head.items()]
    return members([*items, ("samples", members(rows, " "))], "") + "\n"


def load(path: Path) -> Run:
    return Run(**json.loads(path.read_text()))
