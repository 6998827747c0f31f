"""The documentation holds: names, links, and the programs in it.

The tables of docs/node.md and the library are held against each other in both directions. Of the
fenced blocks, `python program` marks one that ends by itself (a `text output` behind it is what it
prints), `python server` one that prints where it listens and sends back what it hears (`js server`
is one for Node), and `python client` one that talks to an echo server on port 8124; a test runs
each. All other `python` blocks are fragments: they must compile.
"""

import ast
import contextlib
import inspect
import itertools
import os
import re
import runpy
import socket
from collections.abc import Callable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support.node import NODE
from support.programs import Program

import geventnet as net
import geventnet.cluster
import geventnet.testing.faults
import geventnet.transport.protocol

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
NODE_PAGE = ROOT / "docs" / "node.md"
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    ROOT / "examples" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
PORT = "8124"
LIMIT = 20
#: The echo server of examples/, on a port of the system's choice.
ECHO_SERVER = "from examples.echo_server import main; main(0)"


# docs/node.md


class Row(NamedTuple):
    """A name on the page; `owner` is the heading that it stands under."""

    owner: str
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.owner} {self.name}"


def rows_of(page: str) -> Iterator[Row]:
    owner = ""
    columns: list[str] = []
    for line in page.splitlines():
        if line.startswith("#"):
            owner = line.lstrip("# ").removesuffix(" additions").removeprefix("stream.")
            columns = []
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not columns:
                columns = cells
            elif set(line) - set("|- "):
                named = dict(zip(columns, cells, strict=True))
                for name in re.findall(r"`([^`]*)`", named["here"]):
                    cls, dot, attribute = name.partition(".")
                    yield Row(cls if dot else owner, named["kind"], attribute if dot else name)


ROWS = list(rows_of(NODE_PAGE.read_text()))

MODULES: dict[str, Any] = {
    "net": net,
    "cluster": geventnet.cluster,
    "testing": geventnet.testing,
}
#: What takes the options of a heading.
TAKERS: dict[str, list[Callable[..., Any]]] = {
    "Server": [net.Server, net.create_server],
    "Server.listen": [net.Server.listen],
    "Socket": [net.Socket],
    "Socket.connect": [net.Socket.connect, net.connect],
    "createConnection": [net.connect],
    "Readable": [net.Readable],
    "Writable": [net.Writable],
    "Duplex": [net.Duplex],
    "cluster.run": [geventnet.cluster.run],
    "FrameDecoder": [net.FrameDecoder],
    "LineDecoder": [net.LineDecoder],
    "ClientService": [net.ClientService],
}


def classes() -> dict[str, type]:
    found = {name: value for name in net.__all__ if isinstance(value := getattr(net, name), type)}
    return found | {"Worker": geventnet.cluster.Worker}


def options_of(taker: Callable[..., Any]) -> set[str]:
    """The parameters that can be given by keyword."""
    parameters = inspect.signature(taker).parameters.values()
    return {p.name for p in parameters if p.name != "self" and p.kind is not p.VAR_POSITIONAL}


def attributes_of(cls: type) -> dict[str, str]:
    """The public names that the library gives a class, with the kind of each."""
    kinds: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if not base.__module__.startswith("geventnet"):
            continue
        for name in (*inspect.get_annotations(base), *vars(base)):
            value = getattr(base, name, None)
            if not name.startswith("_") and name == name.lower():
                kinds[name] = "method" if inspect.isroutine(value) else "property"
    return kinds


def emitted() -> set[str]:
    """The events that the classes of the library have."""
    found: set[object] = set()
    of_cluster = type(attrgetter("on.__self__")(geventnet.cluster))
    for cls in (*classes().values(), of_cluster):
        if issubclass(cls, net.EventEmitter):
            found |= set(attrgetter("_net_event_arguments")(cls))
    return {event for event in found if isinstance(event, str)}


def exists(row: Row) -> bool:
    if row.kind == "option":
        return all(row.name in options_of(taker) for taker in TAKERS[row.owner])
    if row.owner in MODULES:
        module = MODULES[row.owner]
        value = getattr(module, row.name, None)
        kind = "class" if isinstance(value, type) else "function" if callable(value) else "value"
        return row.name in module.__all__ and row.kind == kind
    cls = classes()[row.owner]
    if row.name.startswith("__"):
        return row.kind == "method" and callable(getattr(cls, row.name, None))
    return attributes_of(cls).get(row.name) == row.kind


def test_what_the_page_names_exists() -> None:
    events = emitted()
    missing = [
        str(row) for row in ROWS if not (row.name in events if row.kind == "event" else exists(row))
    ]
    assert not missing, "\n".join(missing)


def test_the_page_names_what_exists() -> None:
    named = set(ROWS)
    missing = [
        f"{module.__name__}.{name}"
        for owner, module in MODULES.items()
        for name in module.__all__
        if not named & {Row(owner, kind, name) for kind in ("class", "function", "value")}
    ]
    for owner, cls in classes().items():
        owners = [base.__name__ for base in cls.__mro__]
        missing += [
            f"{kind} {owner}.{name}"
            for name, kind in attributes_of(cls).items()
            if not any(Row(base, kind, name) in named for base in owners)
        ]
    for taker in itertools.chain(*TAKERS.values()):
        owners = [owner for owner, takers in TAKERS.items() if taker in takers]
        missing += [
            f"option {name} of {taker.__qualname__}"
            for name in options_of(taker)
            if not any(Row(owner, "option", name) in named for owner in owners)
        ]
    events = {row.name for row in named if row.kind == "event"}
    missing += [f"event {name}" for name in emitted() - events]
    assert not missing, "\n".join(missing)


# docs/reference


def test_the_reference_has_every_public_name() -> None:
    """That it has their members, too, is checked by the build."""
    named: list[str] = []
    for page in (ROOT / "docs" / "reference").glob("*.md"):
        module = ""
        for kind, name in re.findall(r"^\.\. (\w+):: (\S+)", page.read_text(), re.MULTILINE):
            if kind in ("currentmodule", "automodule"):
                module = name
            else:
                named.append(name if name.startswith(module) else f"{module}.{name}")
    modules = [*MODULES.values(), geventnet.testing.faults, geventnet.transport.protocol]
    public = [f"{module.__name__}.{name}" for module in modules for name in module.__all__]
    assert sorted(named) == sorted(public)


# docs/errors.md


def test_the_codes_on_the_page_are_those_of_the_library() -> None:
    code = r"\b(?:ERR_[A-Z_]+|ABORT_ERR)\b"
    table = (ROOT / "docs" / "errors.md").read_text().partition("## Node's codes")[2]
    source = "".join(path.read_text() for path in (ROOT / "geventnet").rglob("*.py"))
    assert set(re.findall(code, table)) == set(re.findall(f'"({code})"', source))


# docs/internals.md

INTERNALS = ROOT / "docs" / "internals.md"


def definitions(body: list[ast.stmt], prefix: str = "") -> Iterator[str]:
    """The functions, classes and methods of a module, and the names that it assigns."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield prefix + node.name
            if isinstance(node, ast.ClassDef):
                yield from definitions(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield prefix + node.target.id


def test_what_internals_names_is_there() -> None:
    page = INTERNALS.read_text()
    questions = page.partition("## Where is what?")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (?!where|-).*", questions, re.MULTILINE)
    assert len(rows) >= 12
    for row in rows:
        assert 1 <= len(re.findall(r"`\w+/\w+\.py` `", row)) <= 2, row
    for file, name in re.findall(r"`(\w+/\w+\.py)`\s`([\w.]+)`", page):
        module = ast.parse((ROOT / "geventnet" / file).read_text())
        assert name in definitions(module.body), f"{file} has no {name}"
    for file in re.findall(r"`([\w/]+\.py)`", page):
        assert (ROOT / "geventnet" / file).exists(), file


def test_private_names_of_classes_that_programs_subclass_have_the_prefix() -> None:
    exceptions = INTERNALS.read_text().partition("The exceptions are Node's own:")[2]
    documented = set(re.findall(r"`(\w+)`", exceptions.partition(".")[0]))
    for cls in (net.Transform, net.Socket, net.Server, net.AbortSignal):
        private = {name for name in dir(cls) if re.match(r"_(?!_|net_)", name)}
        assert private <= documented, cls


def test_the_states_are_drawn_from_the_code() -> None:
    """After a change of a table `python scripts/draw_states.py` draws them anew."""
    script = runpy.run_path(str(ROOT / "scripts" / "draw_states.py"))
    for file in script["FILES"]:
        assert script["drawn"](file) == file.read_text()


def test_the_files_on_the_page_are_those_of_the_library() -> None:
    table = INTERNALS.read_text().partition("## The files")[2]
    found = {path.stem for path in (ROOT / "geventnet").iterdir() if path.suffix in ("", ".py")}
    named = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert sorted(named) == sorted(name for name in found if not name.startswith("_"))


# Links


def anchors(page: Path) -> set[str]:
    """The names that the headings of a page can be linked by."""
    headings = re.findall(r"^#+ (.*)$", without_blocks(page.read_text()), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
    }


def without_blocks(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_blocks(page.read_text())):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        linked = (page.parent / name).resolve() if name else page
        assert linked.exists(), target
        if anchor:
            assert anchor in anchors(linked), target


def test_the_make_commands_on_the_pages_exist() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        named = re.findall(r"(?:`|^\$? ?|\d )make ([a-z][\w-]*)", page.read_text(), re.MULTILINE)
        assert set(named) <= targets, page


def test_the_index_lists_every_page() -> None:
    docs = ROOT / "docs"
    index = (docs / "README.md").read_text()
    for page in PAGES:
        if page.is_relative_to(docs) and page not in (docs / "README.md", docs / "index.md"):
            assert f"({page.relative_to(docs)})" in index, page


# Programs


class Block(NamedTuple):
    page: str
    line: int
    language: str
    kind: str
    code: str
    output: str | None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


BLOCK = re.compile(
    r"^```(python|js) ?(\w*)\n(.*?)^```$(?:\n\n^```text output\n(.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)


def blocks() -> Iterator[Block]:
    for page in PAGES:
        text = page.read_text()
        for found in BLOCK.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield Block(str(page.relative_to(ROOT)), line, *found.groups())


BLOCKS = list(blocks())


def of_kind(kind: str, *languages: str) -> pytest.MarkDecorator:
    known = languages or ("python",)
    chosen = [block for block in BLOCKS if block.kind == kind and block.language in known]
    return pytest.mark.parametrize("block", chosen, ids=str)


@contextlib.contextmanager
def running(code: str) -> Iterator[Program]:
    """A program with its output piped; killed if it still runs in the end."""
    with Program("-c", code, merged=True, unbuffered=True) as process:
        yield process


def test_the_marks_are_known() -> None:
    assert {block.kind for block in BLOCKS if block.language == "python"} <= {
        "",
        "program",
        "server",
        "client",
    }
    outputs = sum(page.read_text().count("\n```text output\n") for page in PAGES)
    assert outputs == sum(block.output is not None for block in BLOCKS)


@of_kind("")
def test_fragments_compile(block: Block) -> None:
    compile(block.code, str(block), "exec")


@of_kind("program")
def test_programs_run(block: Block) -> None:
    if "gevent import subprocess" in block.code and os.environ.get("GEVENT_LOOP") == "libuv":
        pytest.skip("gevent's watchers of children abort the process now and then on libuv")
    with running(block.code) as process:
        output, _ = process.communicate(timeout=LIMIT)
        assert process.returncode == 0, output
        assert block.output in (None, output)


@of_kind("server", "python", "js")
def test_servers_echo(block: Block) -> None:
    assert PORT in block.code
    code = block.code.replace(PORT, "0")
    if block.language == "js":
        code = f"import os; os.execv({NODE!r}, ['node', '-e', {code!r}])"
    with running(code) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        port = re.search(r"(?:port\W|:)(\d+)", line)
        assert port, line + process.stdout.read()
        with socket.create_connection(("127.0.0.1", int(port[1])), timeout=LIMIT) as peer:
            peer.sendall(b"is anybody there?\n")
            peer.shutdown(socket.SHUT_WR)
            heard = b"".join(iter(lambda: peer.recv(65536), b""))
    assert b"is anybody there?\n" in heard


@of_kind("client")
def test_clients_run(block: Block) -> None:
    assert PORT in block.code
    with running(ECHO_SERVER) as echo:
        assert echo.stdout is not None
        port = echo.stdout.readline().rpartition(":")[2].strip()
        with running(block.code.replace(PORT, port)) as process:
            output, _ = process.communicate(timeout=LIMIT)
            assert process.returncode == 0, output
