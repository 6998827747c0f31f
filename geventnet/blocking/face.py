"""BlockingFace: Python's socket calls, which block the calling greenlet and raise.

A Socket has one from its first blocking call on, for the life of one connection.
"""

from __future__ import annotations

import _socket
import errno
from typing import Any

from .. import errors
from ..arguments import values
from ..loop.tasks import WRITE
from ..loop.unpatched import thread_ident
from ..stream.states import WriteEnd
from ..transport.handles import Descriptor, Handle
from .files import open_file
from .reads import Reads
from .session import NO_LINK, Blockable, Session
from .writes import Writes

__all__ = ["BlockingFace"]


class BlockingFace:
    """See `Socket` for what each call does."""

    __slots__ = ("reads", "session", "writes")

    def __init__(self, link: Blockable) -> None:
        session = Session(link)
        self.session: Session = session
        self.reads: Reads = Reads(session)
        self.writes: Writes = Writes(session)

    def let_go(self) -> None:
        """The connection has closed: refer to its link no more."""
        self.session.link = NO_LINK

    def renewed(self, link: Blockable) -> BlockingFace:
        """The face of the next life."""
        face = BlockingFace(link)
        face.session.limit = self.session.limit
        return face

    def connect_ex(self) -> int:
        """Block until there is a connection; returns 0, or the number of the error."""
        session = self.session
        try:
            session.limited("connect", session.check_open, "connect")
        except BlockingIOError:
            return errno.EINPROGRESS
        except errors.TimedOut as error:
            return errno.EAGAIN if session.link.connecting else error.errno or errno.ETIMEDOUT
        except OSError as error:
            if error.errno is None or isinstance(error, _socket.gaierror):
                raise
            return error.errno
        return 0

    # Errors.

    def offer_error(self, error: BaseException) -> bool:
        return self.session.offer_error(error)

    def keep_error(self, error: BaseException) -> None:
        """Keep an error that nobody hears for the next call."""
        self.session.kept = error

    # Ending.

    def shutdown(self, how: int) -> None:
        how = values.int32(how, "how", 0, 2)
        self.session.limited("shutdown", self._shutdown, how)

    def _shutdown(self, how: int) -> None:
        session = self.session
        session.begin()
        session.check_open("shutdown")
        if how != _socket.SHUT_RD:
            self.writes.flush("shutdown")
            session.life.end()
        transport = session.link.transport
        if how != _socket.SHUT_WR and transport is not None:
            try:
                transport.shut_reading()
            except OSError as error:
                if error.errno != errno.ENOTCONN:
                    raise errors.system_error_from(error, "shutdown") from None

    def close(self) -> None:
        """Close, once every file of `makefile()` is closed."""
        session = self.session
        session.begin()
        if session.files and not session.is_over:
            session.closing = True
        else:
            self.close_now()

    def close_now(self) -> None:
        """Send what was written and close."""
        session = self.session
        session.begin()
        if session.is_over:
            if session.kept is not None:
                raise session.failure("close")
            return
        try:
            session.limited("close", self._flush_and_end)
        finally:
            if not session.life.over:
                session.life.stream.destroy()

    def _flush_and_end(self) -> None:
        session = self.session
        link, writer = session.link, session.writer
        if not link.has_handle or (link.connecting and not writer.length):
            return
        session.await_connection("close")
        self.writes.flush("close")
        session.life.end()
        while (
            writer.end is not WriteEnd.FINISHED
            and not session.is_over
            and not self._holds_write_lane()
        ):
            session.park(lambda: writer.end is WriteEnd.FINISHED or session.is_over)
        if session.kept is not None:
            raise session.failure("close")

    def _holds_write_lane(self) -> bool:
        """Whether a listener of the lane that `'finish'` is emitted in runs: perhaps the caller."""
        life = self.session.life
        task = life.scheduler.current
        return bool(life.busy & WRITE) or (
            task is not None and task.owner is life and task.lane == WRITE
        )

    @property
    def is_receiving(self) -> bool:
        """Whether a greenlet waits for bytes."""
        return self.session.receiver is not None

    def enter(self) -> None:
        """Block until the connection stands that is being made, or raise its error."""
        session = self.session
        session.begin()
        try:
            if session.link.connecting or session.is_over:
                session.check_open("connect")
        except BaseException:
            if not session.life.over:
                session.life.stream.destroy()
            raise

    # Files.

    def makefile(
        self,
        mode: str,
        buffering: int | None,
        encoding: str | None,
        errors: str | None,
        newline: str | None,
    ) -> Any:
        self.session.begin()
        file = open_file(self, mode, buffering, encoding, errors, newline)
        self.session.files += 1
        return file

    def file_closed(self) -> None:
        """A file of `makefile()` was closed."""
        session = self.session
        session.files -= 1
        if session.closing and not session.files:
            # A file may be closed by the garbage collector: in any thread, and where nothing may
            # block, so that it is not `close()`.
            scheduler = session.life.scheduler
            if thread_ident() == scheduler.thread:
                session.link.destroy_soon()
            else:
                scheduler.run_callback_threadsafe(session.link.destroy_soon)

    def fileno(self) -> int:
        handle = self.session.link.handle
        return -1 if handle is None else handle.fileno()


def system_socket(handle: Handle | None, call: str) -> _socket.socket:
    """A handle as the system's socket; raises `OSError` if it is none."""
    if handle is None or isinstance(handle, Descriptor):
        raise errors.system_error(errno.EBADF if handle is None else errno.ENOTSOCK, call)
    return handle
