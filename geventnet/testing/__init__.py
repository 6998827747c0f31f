"""What a test suite of programs on greenlets and sockets needs.

`leaks` finds what a test left behind; the pytest plugin offers it as the fixture `no_leaks`.
"""

from .leaks import Leak, LeakError, no_leaks

__all__ = ["Leak", "LeakError", "no_leaks"]
