"""Streams: state machines that know no socket."""

from .duplex import Duplex
from .finished import finished
from .pipeline import pipeline
from .readable import Readable
from .transform import PassThrough, Transform
from .writable import Writable

__all__ = [
    "Duplex",
    "PassThrough",
    "Readable",
    "Transform",
    "Writable",
    "finished",
    "pipeline",
]
