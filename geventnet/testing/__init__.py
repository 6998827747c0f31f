"""What a test suite of programs on greenlets and sockets needs.

Each is a context manager or a function that works with any test framework; the pytest plugin,
`pytest_geventnet`, offers many of them as fixtures, markers and ini options. No module of this
package, and none of gevent, is imported before one of its names is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import faults as faults
    from .clock import FakeClock as FakeClock
    from .clock import fake_clock as fake_clock
    from .leaks import Leak as Leak
    from .leaks import LeakError as LeakError
    from .leaks import no_leaks as no_leaks
    from .limits import BlockedHubError as BlockedHubError
    from .limits import GreenletTimeoutError as GreenletTimeoutError
    from .limits import blocked_hub as blocked_hub
    from .limits import greenlet_timeout as greenlet_timeout
    from .memory import memory_pair as memory_pair
    from .memory import memory_socket as memory_socket
    from .outside import Outside as Outside
    from .outside import OutsideError as OutsideError
    from .outside import only_local as only_local
    from .peers import Peers as Peers
    from .proxy import AddedFault as AddedFault
    from .proxy import FaultyProxy as FaultyProxy
    from .sequencer import Sequencer as Sequencer
    from .settling import settle as settle
    from .stacks import greenlet_stacks as greenlet_stacks
    from .stream_checks import STREAM_CHECKS as STREAM_CHECKS
    from .stream_checks import check_stream as check_stream
    from .trace import Trace as Trace
    from .trace import record as record
    from .untaken import Unhandled as Unhandled
    from .untaken import unhandled as unhandled
    from .wire import Wire as Wire

#: Which module each name is from.
_HOME = {
    "AddedFault": "proxy",
    "BlockedHubError": "limits",
    "FakeClock": "clock",
    "FaultyProxy": "proxy",
    "GreenletTimeoutError": "limits",
    "Leak": "leaks",
    "LeakError": "leaks",
    "Outside": "outside",
    "OutsideError": "outside",
    "Peers": "peers",
    "STREAM_CHECKS": "stream_checks",
    "Sequencer": "sequencer",
    "Trace": "trace",
    "Unhandled": "untaken",
    "Wire": "wire",
    "blocked_hub": "limits",
    "check_stream": "stream_checks",
    "fake_clock": "clock",
    "greenlet_stacks": "stacks",
    "greenlet_timeout": "limits",
    "memory_pair": "memory",
    "memory_socket": "memory",
    "no_leaks": "leaks",
    "only_local": "outside",
    "record": "trace",
    "settle": "settling",
    "unhandled": "untaken",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> object:
    if name == "faults":
        return import_module(".faults", __name__)
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f".{_HOME[name]}", __name__)
    value: object = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME, "faults"})
