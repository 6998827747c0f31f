"""UntouchedTransport: a connection that a child process may still be given."""

from __future__ import annotations

from .descriptor import DescriptorTransport
from .handles import Handle
from .protocol import Context
from .writer import DescriptorWriter

__all__ = ["UntouchedTransport"]


class UntouchedTransport(DescriptorTransport):
    """Leaves its descriptor in blocking mode until it is read or written for the first time."""

    __slots__ = ("_untouched",)

    def __init__(self, context: Context, handle: Handle | int, address: object) -> None:
        super().__init__(context, handle, address)
        self._untouched = True

    def start(self) -> None:
        self._use()
        super().start()

    @property
    def writer(self) -> DescriptorWriter:
        if self._writer is None:
            self._use()
        return super().writer

    def _use(self) -> None:
        if self._untouched and self.handle is not None:
            self._untouched = False
            self.handle.setblocking(False)
