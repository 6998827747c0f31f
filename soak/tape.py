"""Tape: the bytes of one direction of one connection, known to both of its ends."""

from __future__ import annotations

import random

__all__ = ["Tape"]

_LENGTH = 65537


class Tape:
    """What is sent, piece by piece, and what has arrived of it, compared as it comes.

    The bytes depend on `seed` and on their place alone, so that a piece which is lost, doubled, out
    of order or another connection's is seen at once.
    """

    def __init__(self, seed: int) -> None:
        self._bytes = random.Random(seed).randbytes(_LENGTH)
        self.sent = 0
        self.received = 0
        #: Whether the receiver has seen the end.
        self.ended = False

    def peek(self, size: int) -> bytes:
        """The next `size` bytes to send."""
        return self._piece(self.sent, size)

    def take(self, size: int) -> bytes:
        """The next `size` bytes, which count as sent."""
        piece = self.peek(size)
        self.sent += size
        return piece

    def give(self, piece: bytes | bytearray | memoryview) -> None:
        """Compare what has arrived with what is due."""
        assert not self.ended, f"{len(piece)} bytes after the end"
        wanted = self._piece(self.received, len(piece))
        if wanted != piece:
            wrong = next(i for i, (a, b) in enumerate(zip(wanted, piece, strict=True)) if a != b)
            raise AssertionError(f"wrong byte at {self.received + wrong} of {self.sent} sent")
        self.received += len(piece)
        assert self.received <= self.sent, f"{self.received} received, {self.sent} sent"

    def end(self) -> None:
        """The receiver has seen the end."""
        assert not self.ended, "a second end"
        self.ended = True

    def check_whole(self) -> None:
        """Nothing is missing, and the end was told."""
        assert self.received == self.sent, f"{self.received} of {self.sent} bytes have arrived"
        assert self.ended, "the end was not told"

    def _piece(self, start: int, size: int) -> bytes:
        start %= _LENGTH
        if start + size <= _LENGTH:
            return self._bytes[start : start + size]
        return (self._bytes * (2 + size // _LENGTH))[start : start + size]
