"""The pytest plugin, run on suites of its own."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

# What it is made of is tested in the other files, on every loop.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run(tests, *arguments, ini=..., conftest=...)` with this plugin and those that are named."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(tests: str, *arguments: str, ini: str = "", conftest: str = "") -> pytest.RunResult:
        pytester.makeini(f"[pytest]\naddopts = -p pytest_geventnet --strict-markers\n{ini}")
        pytester.makepyfile(tests)
        if conftest:
            pytester.makeconftest(conftest)
        return pytester.runpytest_subprocess(*arguments)

    return run


GUEST = """
    import sys

    def test_nothing_of_gevent_is_imported(request):
        imported = {name.partition(".")[0] for name in sys.modules}
        assert not imported & {"gevent", "geventnet"}
        names = [plugin.__class__.__name__ for plugin in request.config.pluginmanager.get_plugins()]
        assert "Checks" not in names
        assert request.fixturenames == ["request"]
"""


def test_unused_it_imports_nothing_and_adds_nothing(run: Run) -> None:
    run(GUEST).assert_outcomes(passed=1)


def test_a_conftest_can_patch_first(run: Run) -> None:
    tests = """
        import threading, time
        from gevent import monkey

        def test_is_patched(no_leaks, unhandled):
            assert monkey.is_module_patched("socket")
            ran = []
            thread = threading.Thread(target=lambda: (time.sleep(0.01), ran.append(1)))
            thread.start()
            thread.join()
            assert ran
    """
    result = run(
        tests,
        "-Werror",
        conftest="from gevent import monkey; monkey.patch_all()",
        ini="geventnet_leaks = error\ngreenlet_timeout = 10",
    )
    result.assert_outcomes(passed=1)


UNHANDLED = """
    import gevent
    import pytest

    def fail():
        raise KeyError("nobody")

    def test_nobody():
        gevent.spawn(fail)

    def test_somebody():
        with pytest.raises(KeyError):
            gevent.spawn(fail).get()

    def test_accepts(unhandled):
        gevent.spawn(fail).join()
        unhandled.accept(KeyError, match="nobody")

    def test_fails_itself():
        gevent.spawn(fail).join()
        assert False

    @pytest.mark.geventnet_unhandled("off")
    def test_off():
        gevent.spawn(fail).join()

    @pytest.mark.geventnet_unhandled("warn")
    def test_warn():
        gevent.spawn(fail).join()

    @pytest.fixture
    def broken():
        yield
        gevent.spawn(fail).join()

    def test_teardown(broken):
        pass
"""


def test_what_nobody_took_fails_the_test(run: Run) -> None:
    result = run(UNHANDLED, ini="geventnet_unhandled = error")
    result.assert_outcomes(passed=5, failed=2, errors=1, warnings=1)
    result.stdout.fnmatch_lines(
        ["*_ test_nobody _*", "an exception that nobody took", "*raise KeyError*", "in <Greenlet*"]
    )
    result.stdout.fnmatch_lines(["*exceptions that nobody took*"])


def test_the_fixture_alone_is_enough(run: Run) -> None:
    tests = """
        import gevent

        def test_nobody(unhandled):
            gevent.spawn(int, "x")

        def test_asks_late(request):
            gevent.spawn(int, "x").join()

        def test_asks_in_the_end(request):
            request.getfixturevalue("unhandled")
            gevent.spawn(int, "x").join()
    """
    run(tests).assert_outcomes(passed=2, failed=1, errors=1)


TIMEOUTS = """
    import time
    import gevent
    import gevent.event
    import pytest

    @pytest.mark.greenlet_timeout(0.4)
    def test_waits():
        gevent.spawn(gevent.event.Event().wait)
        gevent.sleep(0)
        gevent.event.Event().wait()

    @pytest.mark.greenlet_timeout(0.4)
    def test_computes():
        try:
            while True:
                pass
        except Exception:
            pass

    def block():
        time.sleep(30)

    @pytest.mark.greenlet_timeout(0.4)
    def test_another_greenlet_blocks():
        gevent.spawn(block)
        gevent.event.Event().wait()

    @pytest.fixture
    def slow():
        yield
        gevent.sleep(30)

    @pytest.mark.greenlet_timeout(0.4)
    def test_teardown(slow):
        pass

    @pytest.mark.greenlet_timeout(20)
    def test_fast():
        gevent.sleep(0.001)

    @pytest.mark.geventnet_blocked_hub(0.05)
    def test_blocks_the_hub():
        time.sleep(0.3)

    @pytest.mark.geventnet_blocked_hub(5)
    def test_blocks_for_a_moment():
        time.sleep(0.01)
"""


def test_limits_of_time(run: Run) -> None:
    result = run(TIMEOUTS)
    result.assert_outcomes(passed=3, failed=4, errors=1)
    text = result.stdout.str()
    assert "main greenlet" in text
    assert "the hub is blocked at" in text
    assert "in block: time.sleep(30)" in text
    assert "in test_blocks_the_hub: time.sleep(0.3)" in text


LEAKS = """
    import os
    import pytest

    @pytest.fixture(scope="module")
    def of_the_module():
        ends = os.pipe()
        yield
        for end in ends:
            os.close(end)

    def test_a_wider_fixture(of_the_module):
        pass

    def test_leaks():
        os.pipe()

    def test_after():
        pass

    @pytest.mark.geventnet_leaks("warn")
    def test_warn():
        os.pipe()

    @pytest.mark.geventnet_leaks("off")
    def test_off():
        os.pipe()

    @pytest.mark.geventnet_leaks(ignore=["pipe:"])
    def test_ignored():
        os.pipe()

    def test_ignored_by_the_ini():
        os.open(os.devnull, os.O_RDONLY)
"""


def test_leaks_once_where_they_are_wanted(run: Run) -> None:
    ini = "geventnet_leaks = error\ngeventnet_leaks_ignore =\n    /dev/null"
    result = run(LEAKS, ini=ini)
    result.assert_outcomes(passed=7, errors=1, warnings=1)
    # Where the variable CI is set, pytest repeats the message in its summary.
    report = "\n".join(result.outlines).partition("short test summary")[0]
    assert report.count("descriptor: ") == 4, "two of an error, and two of a warning"


def test_only_local(run: Run) -> None:
    tests = """
        import socket
        import pytest

        def test_swallows():
            try:
                socket.create_connection(("192.0.2.1", 80), timeout=1)
            except OSError:
                pass

        @pytest.mark.geventnet_only_local("192.0.2.0/24")
        def test_allowed():
            with socket.socket(type=socket.SOCK_DGRAM) as sock:
                sock.connect(("192.0.2.1", 80))

        def test_local(only_local):
            with socket.socket(type=socket.SOCK_DGRAM) as sock:
                sock.connect(("127.0.0.1", 80))
    """
    result = run(tests, ini="geventnet_only_local = true")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*not allowed to talk to 192.0.2.1*"])


def test_a_mode_that_is_none(run: Run) -> None:
    result = run("def test(): pass", ini="geventnet_leaks = sometimes")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*off, warn or error, not 'sometimes'*"])


@pytest.mark.parametrize(
    ("package", "arguments"),
    [
        ("xdist", ["-p", "xdist", "-n1"]),
        ("pytest_timeout", ["-p", "pytest_timeout", "--timeout=20"]),
        ("pytest_timeout", ["-p", "pytest_timeout", "--timeout=20", "--timeout-method=thread"]),
    ],
)
def test_beside_other_plugins(run: Run, package: str, arguments: list[str]) -> None:
    if find_spec(package) is None:
        pytest.skip(f"needs {package}")
    ini = "geventnet_unhandled = error\ngeventnet_leaks = error\ngreenlet_timeout = 10"
    result = run(UNHANDLED, *arguments, ini=ini)
    result.assert_outcomes(passed=5, failed=2, errors=1, warnings=1)
