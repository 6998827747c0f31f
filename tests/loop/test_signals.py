"""Signals that do not interrupt the poll: such as come just before it, or go to another thread."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest
from support.clusters import cluster
from support.loops import ON_LIBUV
from support.programs import finished

SIGNAL = """
import signal
from gevent.monkey import get_original
start, ident, native_id = (
    get_original("_thread", name) for name in ("start_new_thread", "get_ident", "get_native_id")
)
pause = get_original("time", "sleep")

def come(number, polling):
    for _ in range(10000):
        with open(f"/proc/self/task/{polling}/wchan") as wchan:
            if "poll" in wchan.read():
                break
        pause(0.001)
    signal.pthread_kill(ident(), number)

def soon(number=signal.SIGTERM):
    '''Let a signal come to another thread when this one polls.'''
    start(come, (number, native_id()))
"""
SERVER = """
import os, gevent
import geventnet as net
server = net.create_server().listen(0, "127.0.0.1")
server.start()
"""


def run(code: str) -> str:
    status, output, errors = finished("-c", SIGNAL + SERVER + textwrap.dedent(code))
    assert (status, errors) == (0, "")
    return str(output)


@pytest.mark.parametrize(
    "call", ["net.run()", "server.serve_forever()", "gevent.spawn(server.serve_forever).join()"]
)
def test_a_server_is_drained(call: str) -> None:
    assert run(f"soon(); {call}; print('drained')") == "drained\n"


@pytest.mark.skipif(ON_LIBUV, reason="on libuv, Ctrl-C does not end hub.join()")
def test_ctrl_c_ends_run() -> None:
    code = """
        soon(signal.SIGINT)
        try:
            net.run()
        except KeyboardInterrupt:
            print("interrupted")
        """
    status, output, _ = finished("-c", SIGNAL + SERVER + textwrap.dedent(code))
    assert (status, output) == (0, "interrupted\n")


def test_a_handler_of_the_programs_own_is_called() -> None:
    code = """
        signal.signal(signal.SIGUSR1, lambda number, frame: server.close())
        soon(signal.SIGUSR1)
        net.run()
        """
    assert run(code) == ""


def test_a_forked_child_hears_its_own() -> None:
    code = """
        parent = os.getpid()

        def fork():
            if not os.fork():
                server.listen(server)
            soon()

        gevent.spawn_later(0, fork)
        server.serve_forever()
        os.write(1, b"drained\\n")
        if os.getpid() != parent:
            os._exit(0)
        os.wait()
        """
    assert run(code) == "drained\n" * 2


def test_the_programs_descriptor_is_told_and_given_back() -> None:
    code = """
        reader, writer = os.pipe()
        for end in (reader, writer):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writer)
        for serve in (net.run, server.serve_forever):
            if serve is not net.run:
                server.listen(0, "127.0.0.1")
            soon()
            serve()
            print(os.read(reader, 10) == bytes([signal.SIGTERM]))
        print(signal.set_wakeup_fd(-1) == writer)
        """
    assert run(code) == "True\n" * 3


def test_a_descriptor_that_the_program_sets_meanwhile_stays() -> None:
    code = """
        reader, writer = os.pipe()
        os.set_blocking(writer, False)

        def change():
            signal.set_wakeup_fd(writer)
            server.close()

        gevent.spawn_later(0, change)
        server.serve_forever()
        print(signal.set_wakeup_fd(-1) == writer)
        """
    assert run(code) == "True\n"


def test_two_that_serve_share_one() -> None:
    code = """
        other = net.create_server().listen(0, "127.0.0.1")
        first = gevent.spawn(server.serve_forever)
        second = gevent.spawn(other.serve_forever)
        gevent.spawn_later(0, server.close)
        first.join()
        soon()
        second.join()
        print(signal.set_wakeup_fd(-1))
        """
    assert run(code) == "-1\n"


def test_the_primary_of_a_cluster_drains(tmp_path: Path) -> None:
    run = f"""
{SIGNAL}
cluster.once("listening", lambda worker, address: soon())
cluster.run(main, workers=1)
say('over')
"""
    with cluster(tmp_path / "program.py", "", run) as running:
        status, lines, _ = running.finish()
    assert (status, lines[-1]) == (0, "over")


def test_a_worker_of_a_cluster_drains(tmp_path: Path) -> None:
    body = f"""
{textwrap.indent(SIGNAL, "    ")}
    def main():
        server = net.create_server(lambda sock: None)
        server.once("listening", soon_once)
        server.listen(0, "127.0.0.1")
        server.serve_forever()

    def soon_once():
        if cluster.worker.id == 1:
            soon()

    def on_exit(worker, code, number):
        say("left", worker.exited_after_disconnect, code)
        cluster.disconnect()

    cluster.on("exit", on_exit)
    """
    with cluster(tmp_path / "program.py", body, "cluster.run(main, workers=1)") as running:
        status, lines, _ = running.finish()
    assert (status, next(line for line in lines if "left" in line)) == (0, "left True 0")


def test_a_descriptor_of_the_programs_that_is_another_file_by_now() -> None:
    code = """
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer)

        def change():
            # The number belongs to a file that may not be told: it blocks.
            os.dup2(reader, writer)
            server.close()

        gevent.spawn_later(0, change)
        server.serve_forever()
        print(signal.set_wakeup_fd(-1) == writer)
        server.listen(0, "127.0.0.1")
        gevent.spawn_later(0, server.close)
        server.serve_forever()
        """
    # On libuv the descriptor is left alone.
    assert run(code) == f"{ON_LIBUV}\n"


def test_a_descriptor_that_the_program_sets_meanwhile_and_closes() -> None:
    code = """
        reader, writer = os.pipe()
        os.set_blocking(writer, False)

        def change():
            signal.set_wakeup_fd(writer)
            os.close(writer)
            server.close()

        gevent.spawn_later(0, change)
        server.serve_forever()
        server.listen(0, "127.0.0.1")
        gevent.spawn_later(0, server.close)
        server.serve_forever()
        os.close(reader)
        print(len(os.listdir("/proc/self/fd")) - before)
        """
    count = "before = len(os.listdir('/proc/self/fd'))\n"
    # What the server has listened on is closed as well.
    assert run(count + textwrap.dedent(code)) == "-1\n"


@pytest.mark.parametrize("handled", ["signal.SIG_DFL", "lambda number, frame: server.close()"])
def test_a_thread_that_serves_beside_the_main_one_leaves_the_signals_alone(handled: str) -> None:
    code = f"""
        handled = {handled}
        signal.signal(signal.SIGTERM, handled)
        ended = []

        def serve():
            other = net.create_server().listen(0, "127.0.0.1")
            other.once("listening", lambda: main.run_callback_threadsafe(server.close))
            gevent.spawn_later(0.2, other.close)
            other.serve_forever()
            gevent.get_hub().destroy(destroy_loop=True)
            # The last: the program ends then, and a thread must not free a loop meanwhile.
            ended.append(other.listening)

        main = gevent.get_hub().loop
        begin = lambda: start(serve, ())
        gevent.spawn_later(0, begin)
        server.serve_forever()
        while not ended:
            pause(0.01)
        print(ended, signal.getsignal(signal.SIGTERM) is handled, signal.set_wakeup_fd(-1))
        """
    assert run(code) == "[False] True -1\n"


def test_a_hub_that_is_destroyed_while_it_serves_hears_nothing_more() -> None:
    code = """
        serving = gevent.spawn(server.serve_forever)
        gevent.idle()
        gevent.get_hub().destroy(destroy_loop=True)
        print(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)
        other = net.create_server().listen(0, "127.0.0.1")
        soon()
        other.serve_forever()
        print(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)
        """
    assert run(code) == "True\nTrue\n"


@pytest.mark.skipif(
    sys.version_info >= (3, 13),
    reason="Python notes signals for the main thread, which the child has not",
)
def test_a_child_that_a_thread_has_forked_hears_its_own() -> None:
    code = """
        # Python 3.12 warns of a fork beside threads.
        import warnings
        warnings.simplefilter("ignore", DeprecationWarning)
        status = []

        def fork():
            child = os.fork()
            if not child:
                try:
                    mine = net.create_server().listen(0, "127.0.0.1")
                    soon()
                    mine.serve_forever()
                    os.write(1, b"drained\\n")
                finally:
                    os._exit(0)
            status.append(os.waitpid(child, 0)[1])
            main.run_callback_threadsafe(server.close)

        main = gevent.get_hub().loop
        gevent.spawn_later(0, start, fork, ())
        server.serve_forever()
        print(status)
        """
    assert run(code) == "drained\n[0]\n"
