"""Streams: state machines that know no socket."""

from .duplex import Duplex
from .readable import Readable
from .writable import Writable

__all__ = ["Duplex", "Readable", "Writable"]
