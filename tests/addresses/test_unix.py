"""What listen() does to the path of a Unix socket while somebody else changes it.

The interpreter tells of each call before it is made (`sys.addaudithook`), which is the moment at
which another process would strike. A hook cannot be removed, so each test runs in a process of its
own.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from support.programs import finished

pytestmark = pytest.mark.skipif(not hasattr(os, "O_PATH"), reason="needs Linux")

PROGRAM = """
import os, socket, sys, threading
import geventnet as net

path, victim, moment, deed = sys.argv[1:]
bound = struck = False

def strike():
    os.unlink(path)
    if deed == "symlink":
        os.symlink(victim, path)
    elif deed == "hard link":
        os.link(victim, path)
    elif deed == "file":
        open(path, "x").close()

def hook(event, args):
    global bound, struck
    if event == "socket.bind":
        bound = True
    elif bound and not struck and (event == moment or deed == "vanish"):
        if event in ("open", "os.chmod"):
            struck = True
            strike()

server = net.create_server()
server.on("error", lambda error: print("error", error.code, error.syscall, error.address == path))
server.on("listening", lambda: print("listening"))
server.on("listening", server.close)
sys.addaudithook(hook)
server.listen(path=path, readable_all=True, writable_all=True)
net.run()
print("struck", struck)
"""


def strike(tmp_path: Path, moment: str, deed: str) -> tuple[list[str], Path]:
    victim = tmp_path / "victim"
    victim.write_text("secret")
    victim.chmod(0o600)
    path = tmp_path / "socket"
    status, output, errors = finished("-c", PROGRAM, path, victim, moment, deed)
    assert status == 0, errors
    assert stat.S_IMODE(victim.stat().st_mode) == 0o600
    assert victim.read_text() == "secret"
    return output.splitlines(), path


@pytest.mark.parametrize("moment", ["open", "os.chmod"])
@pytest.mark.parametrize("deed", ["symlink", "hard link"])
def test_no_other_file_is_opened_to_all(tmp_path: Path, moment: str, deed: str) -> None:
    told, path = strike(tmp_path, moment, deed)
    assert told[-1] == "struck True"
    assert os.path.lexists(path), "what somebody else has put there is theirs"


@pytest.mark.parametrize("deed", ["symlink", "hard link", "file"])
def test_a_path_that_is_no_socket_any_more_is_an_error(tmp_path: Path, deed: str) -> None:
    told, path = strike(tmp_path, "open", deed)
    assert told == ["error ENOTSOCK listen True", "struck True"]
    assert os.path.lexists(path)


def test_a_path_that_vanishes_is_an_error(tmp_path: Path) -> None:
    told, _ = strike(tmp_path, "", "vanish")
    assert told == ["error ENOENT listen True", "struck True"]
