"""What a test suite of programs on greenlets and sockets needs.

Each is a context manager or a function that works with any test framework; the pytest plugin,
`pytest_geventnet`, offers them as fixtures, markers and ini options.
"""

from .leaks import Leak, LeakError, no_leaks
from .limits import BlockedHubError, GreenletTimeoutError, blocked_hub, greenlet_timeout
from .outside import Outside, OutsideError, only_local
from .peers import Peers
from .stacks import greenlet_stacks
from .unhandled import Unhandled, unhandled

__all__ = [
    "BlockedHubError",
    "GreenletTimeoutError",
    "Leak",
    "LeakError",
    "Outside",
    "OutsideError",
    "Peers",
    "Unhandled",
    "blocked_hub",
    "greenlet_stacks",
    "greenlet_timeout",
    "no_leaks",
    "only_local",
    "unhandled",
]
