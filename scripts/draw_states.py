"""Draw the tables of docs/internals.md and docs/life.md, the states of each machine, from the code.

    python scripts/draw_states.py

A test compares the pages with what this would draw.
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
        "stream.read_side",
        "ReadSide._become",
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
PAGES = [DOCS / "internals.md", DOCS / "life.md"]


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


def drawn_machine(machine: Machine, with_place: bool) -> Iterator[str]:
    module: Any = import_module(f"geventnet.{machine.module}")
    states: type[Enum] = getattr(module, machine.states)
    follow: Mapping[Enum, frozenset[Enum]] = getattr(module, machine.table)
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


def drawn(page: Path) -> str:
    """The text of a page with its tables drawn anew: on docs/life.md, what a Socket is made of."""
    before, _, rest = page.read_text().partition(_BEGIN)
    after = rest.partition(_END)[2]
    whole = page.stem == "internals"
    machines = MACHINES if whole else SOCKET
    tables = "".join(line for machine in machines for line in drawn_machine(machine, whole))
    return f"{before}{_BEGIN}\n{tables}{_END}{after}"


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(drawn(page))
