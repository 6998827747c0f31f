"""Draw the states of each machine from the code: tables on two pages, and the plot docs/life.svg.

    python scripts/draw_states.py

A test compares the files with what this would draw.
"""

import inspect
import re
from collections.abc import Iterator, Mapping
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

DOCS = Path(__file__).parent.parent / "docs"
_BEGIN = "<!-- Drawn by scripts/draw_states.py -->\n"
_END = "<!-- End of what is drawn -->\n"


class Machine(NamedTuple):
    """What has states: where its table is, and who makes the transitions."""

    title: str
    module: str
    table: str
    states: str
    changed_in: str
    change: str


MACHINES = [
    Machine("A stream's life", "stream.states", "LIFE", "LifeState", "stream.life", "Life._become"),
    Machine(
        "The end of its readable side",
        "stream.states",
        "READ_END",
        "ReadEnd",
        "stream.eof",
        "become",
    ),
    Machine(
        "The end of its writable side",
        "stream.states",
        "WRITE_END",
        "WriteEnd",
        "stream.ending",
        "become",
    ),
    Machine(
        "The link of a Socket", "socket.states", "LINK", "LinkState", "socket.link", "Link._become"
    ),
    Machine(
        "One listen of a Server",
        "server.listening",
        "LISTEN",
        "ListenState",
        "server.listening",
        "Listening._become",
    ),
    Machine(
        "The acceptor",
        "server.acceptor",
        "ACCEPT",
        "AcceptState",
        "server.acceptor",
        "Acceptor._become",
    ),
]
#: Those that a Socket has, in the order in which they matter to a program.
SOCKET = [MACHINES[3], *MACHINES[:3]]
FILES = [DOCS / "internals.md", DOCS / "life.md", DOCS / "life.svg"]


def meanings(states: type[Enum]) -> dict[str, str]:
    """The comment above each state."""
    found: dict[str, str] = {}
    comment: list[str] = []
    for line in inspect.getsource(states).splitlines():
        text = line.strip()
        if text.startswith("#: "):
            comment.append(text.removeprefix("#: "))
        elif member := re.match(r"([A-Z_]+) = ", text):
            found[member[1]] = " ".join(comment)
            comment = []
    return found


def table_of(machine: Machine) -> tuple[type[Enum], Mapping[Enum, frozenset[Enum]]]:
    module: Any = import_module(f"geventnet.{machine.module}")
    return getattr(module, machine.states), getattr(module, machine.table)


def drawn_machine(machine: Machine, with_place: bool) -> Iterator[str]:
    states, follow = table_of(machine)
    home, changer = (
        f"{name.replace('.', '/')}.py" for name in (machine.module, machine.changed_in)
    )
    yield f"### {machine.title}\n\n"
    if with_place:
        yield f"The table is `{home}` `{machine.table}`; the transition is made by `{changer}`\n"
        yield f"`{machine.change}`.\n\n"
    yield "| state | meaning | may become |\n|---|---|---|\n"
    meaning = meanings(states)
    for state in states:
        others = ", ".join(f"`{other.name}`" for other in states if other in follow[state])
        yield f"| `{state.name}` | {meaning[state.name]} | {others or 'nothing'} |\n"
    yield "\n"


# The plot: a row of boxes for each machine. Arrows to the next state are straight, those that skip
# some go above, and those that go back below.
_STEP, _WIDTH, _BOX, _ROW = 148, 112, 30, 150
_TOP = 82


def drawn_row(machine: Machine, y: int) -> Iterator[str]:
    states, follow = table_of(machine)
    places = {state: 12 + number * _STEP for number, state in enumerate(states)}
    yield f'<text x="12" y="{y - 58}" font-weight="bold">{machine.title}</text>\n'
    for state, x in places.items():
        middle = x + _WIDTH // 2
        yield f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{_BOX}" rx="6" class="box"/>\n'
        yield f'<text x="{middle}" y="{y + 20}" text-anchor="middle">{state.name}</text>\n'
        for other in states:
            if other not in follow[state]:
                continue
            steps = (places[other] - x) // _STEP
            if steps == 1:
                path = f"M{x + _WIDTH} {y + _BOX // 2} H{places[other]}"
            elif steps == 0:
                left, right, top = middle - 12, middle + 12, y - 24
                path = f"M{left} {y} C{left} {top} {right} {top} {right} {y}"
            else:
                way = 1 if steps > 0 else -1
                edge = y if steps > 0 else y + _BOX
                start, end = middle + 20 * way, places[other] + _WIDTH // 2 - 20 * way
                top = edge - 15 * steps
                path = f"M{start} {edge} C{start} {top} {end} {top} {end} {edge}"
            yield f'<path d="{path}" class="arrow"/>\n'


def drawn_plot() -> str:
    width = 12 + _STEP * max(len(table_of(machine)[0]) for machine in SOCKET)
    height = _ROW * len(SOCKET)
    rows = "".join(
        line for number, m in enumerate(SOCKET) for line in drawn_row(m, _TOP + number * _ROW)
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" \
font-family="sans-serif" font-size="13">
<style>.box {{ fill: #e8f3ee; stroke: #0b6e4f }} .arrow {{ fill: none; stroke: #555; \
marker-end: url(#head) }}</style>
<marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" \
orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#555"/></marker>
<rect width="{width}" height="{height}" fill="white"/>
{rows}</svg>
"""


def drawn(file: Path) -> str:
    """The text of a file, drawn anew; docs/life has what a Socket is made of, internals all."""
    if file.suffix == ".svg":
        return drawn_plot()
    before, _, rest = file.read_text().partition(_BEGIN)
    after = rest.partition(_END)[2]
    whole = file.stem == "internals"
    machines = MACHINES if whole else SOCKET
    tables = "".join(line for machine in machines for line in drawn_machine(machine, whole))
    return f"{before}{_BEGIN}\n{tables}{_END}{after}"


if __name__ == "__main__":
    for file in FILES:
        file.write_text(drawn(file))
