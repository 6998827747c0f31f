"""Streams: state machines that know no socket."""

from .duplex import Duplex
from .finished import finished
from .framing import FrameDecoder, LineDecoder, frame
from .pipeline import pipeline
from .readable import Readable
from .transform import PassThrough, Transform
from .writable import Writable

__all__ = [
    "Duplex",
    "FrameDecoder",
    "LineDecoder",
    "PassThrough",
    "Readable",
    "Transform",
    "Writable",
    "finished",
    "frame",
    "pipeline",
]
