"""Builds the package, installs it in an empty environment, and tries it there.

The source distribution must hold what git holds, whatever else lies in the checkout.
"""

import re
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: What a build adds, or only a checkout needs.
NOT_COMPARED = {"PKG-INFO", ".ci/run", ".gitignore"}

#: Runs where nothing of the checkout can be imported.
SMOKE_TEST = """
import sys
import geventnet as net
from importlib.metadata import entry_points, version
from importlib.util import find_spec

assert net.__version__ == version("geventnet"), net.__version__
assert net.__file__.startswith(sys.prefix), net.__file__
(plugin,) = entry_points(group="pytest11")
assert find_spec(plugin.module), plugin
with net.create_server(lambda sock: sock.pipe(sock)).listen(0, "127.0.0.1") as server:
    with net.connect(server.address().port, "127.0.0.1") as client:
        client.sendall(b"hello")
        assert client.recv_exactly(5) == b"hello"
"""


def run(*command: object, **options: object) -> str:
    """Run a command; returns what it prints, and exits if it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload]
    if done.returncode:
        sys.exit(f"{' '.join(words)}: exit status {done.returncode}\n{done.stdout}")
    return str(done.stdout)


def check_contents(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        held = {name.partition("/")[2] for name in tar.getnames()} - NOT_COMPARED
    committed = set(run("git", "ls-files", cwd=ROOT).splitlines()) - NOT_COMPARED
    if held != committed:
        stray, missing = sorted(held - committed), sorted(committed - held)
        sys.exit(f"the source distribution lacks {missing}, and should not have {stray}")


def check_description(python: Path) -> None:
    """Links to other files lead nowhere on a package page."""
    code = "from importlib.metadata import metadata as m; print(m('geventnet').get_payload())"
    text = run(python, "-c", code)
    links = re.findall(r"\]\((?!https?:|#)([^)]*)\)", text)
    if links or "# geventnet" not in text:
        sys.exit(f"links of the description that lead nowhere: {links}")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        there = Path(name)
        run(sys.executable, "-m", "build", "--outdir", there / "dist", ROOT)
        (archive,) = (there / "dist").glob("*.tar.gz")
        (wheel,) = (there / "dist").glob("*.whl")
        check_contents(archive)
        venv.create(there / "venv", with_pip=True)
        programs = there / "venv" / "bin"
        run(programs / "pip", "install", "--quiet", wheel)
        run(programs / "python", "-c", SMOKE_TEST, cwd=there)
        print(run(programs / "geventnet", "--version", cwd=there), end="")
        check_description(programs / "python")
        print(f"{archive.name} and {wheel.name} are fine")


if __name__ == "__main__":
    main()
