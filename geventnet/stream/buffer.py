"""ChunkQueue: chunks in the order in which they arrived, taken by length."""

from __future__ import annotations

from collections import deque
from typing import Any

__all__ = ["SHORT", "ChunkQueue"]

#: Chunks that wait are coalesced up to this length (bytes): a chunk by itself costs about 40 bytes
#: more than it holds, and what is copied when the next one comes is short.
SHORT = 1024
#: Fewer chunks than these are kept as they came.
_APART = 64


class ChunkQueue:
    """A first-in first-out queue of bytes or of text.

    Taking a part of the first chunk does not copy the rest of it: `_offset` says where it begins.
    """

    __slots__ = ("_chunks", "_offset")

    def __init__(self) -> None:
        self._chunks: deque[Any] = deque()
        self._offset = 0

    def __bool__(self) -> bool:
        return bool(self._chunks)

    def append(self, chunk: Any) -> None:
        self._chunks.append(chunk)

    def gather(self, chunk: Any) -> None:
        """`append`, for chunks whose boundaries mean nothing: of many, short ones are coalesced."""
        chunks = self._chunks
        if len(chunks) >= _APART and len(chunks[-1]) + len(chunk) <= SHORT:
            chunks[-1] += chunk
        else:
            chunks.append(chunk)

    def prepend(self, chunk: Any) -> None:
        self._trim()
        self._chunks.appendleft(chunk)

    def first_length(self) -> int:
        """The length of the first chunk."""
        return len(self._chunks[0]) - self._offset

    def first(self) -> Any:
        """Take the first chunk."""
        self._trim()
        return self._chunks.popleft()

    def all(self) -> Any:
        """Take everything, as one chunk."""
        self._trim()
        chunks = self._chunks
        whole = chunks[0] if len(chunks) == 1 else type(chunks[0])().join(chunks)
        chunks.clear()
        return whole

    def take(self, length: int) -> Any:
        """Take `length`, which must be less than what is here, as one chunk."""
        chunks = self._chunks
        start = self._offset
        first = chunks[0]
        end = start + length
        if end < len(first):
            self._offset = end
            return first[start:end]
        self._trim()
        taken = []
        while length >= len(chunks[0]):
            length -= len(chunks[0])
            taken.append(chunks.popleft())
            if not chunks:
                break
        if length:
            taken.append(chunks[0][:length])
            self._offset = length
        return taken[0] if len(taken) == 1 else type(first)().join(taken)

    def peek(self, length: int) -> Any:
        """The first `length`, which must not be more than what is here, without taking it."""
        whole = self.all()
        self._chunks.append(whole)
        return whole[:length]

    def find(self, part: Any, start: int, length: int) -> int:
        """Where `part` begins, at `start` or after it; -1 if it is not here.

        `length` is that of everything; what lies before `start` is not looked at again.
        """
        tail: list[Any] = []
        position = length
        for chunk in reversed(self._chunks):
            tail.append(chunk)
            position -= len(chunk)
            if position <= start:
                break
        tail.reverse()
        whole = tail[0] if len(tail) == 1 else type(part)().join(tail)
        found: int = whole.find(part, start - position)
        return found + position if found >= 0 else -1

    def drain(self) -> list[Any]:
        """Take all chunks, one by one."""
        self._trim()
        chunks = list(self._chunks)
        self._chunks.clear()
        return chunks

    def _trim(self) -> None:
        if self._offset:
            self._chunks[0] = self._chunks[0][self._offset :]
            self._offset = 0
