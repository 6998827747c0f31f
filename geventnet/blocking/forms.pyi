"""The forms of `makefile`, for type checkers alone; those of `socket.socket`."""

from typing import Literal, TypedDict

__all__ = [
    "BinaryMode",
    "Buffered",
    "ReadMode",
    "ReadWriteMode",
    "TextMode",
    "TextOptions",
    "WriteMode",
]

Buffered = Literal[-1, 1]
TextMode = Literal["r", "w", "rw", "wr", ""]
ReadMode = Literal["rb", "br"]
WriteMode = Literal["wb", "bw"]
ReadWriteMode = Literal["rwb", "rbw", "wrb", "wbr", "brw", "bwr"]
BinaryMode = Literal["b"] | ReadMode | WriteMode | ReadWriteMode

class TextOptions(TypedDict, total=False):
    encoding: str | None
    errors: str | None
    newline: str | None
