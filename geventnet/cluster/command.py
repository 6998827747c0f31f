"""Command: what starts a worker."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

import gevent.os

from .. import errors

__all__ = ["Command", "command_of_this_program"]


def _current_directory() -> str | None:
    try:
        return os.getcwd()
    except OSError:
        # It was removed.
        return None


_FIRST_DIRECTORY: Final = _current_directory()


class Command(NamedTuple):
    """See the top of this file."""

    arguments: Sequence[str]
    #: Where it is started; None is the directory in which this process is then.
    directory: str | None = None
    #: What it inherits, under the same numbers.
    descriptors: Sequence[int] = ()

    def start(self, environment: Mapping[str, str], fd: int) -> int:
        """Start a process that inherits `fd` as well; its number. Raises `OSError`."""
        with _in_directory(self.directory):
            # This clears its close-on-exec flag, in the child only.
            actions = [(os.POSIX_SPAWN_DUP2, kept, kept) for kept in (*self.descriptors, fd)]
            pid: int = gevent.os.posix_spawnp(
                self.arguments[0], list(self.arguments), environment, file_actions=actions
            )
        return pid


@contextmanager
def _in_directory(directory: str | None) -> Iterator[None]:
    here = _current_directory()
    if directory is None or here is None or directory == here:
        yield
        return
    os.chdir(directory)
    try:
        yield
    finally:
        os.chdir(here)


def command_of_this_program() -> Command:
    """How this program was started. Raises `ERR_INVALID_ARG_VALUE` if it cannot be told."""
    arguments = sys.orig_argv[1:]
    if not sys.executable or not arguments or arguments[-1] == "-":
        raise errors.invalid_arg_value("command", None, "must be given: the program has no file")
    # Its file may have been named relative to there.
    return Command([sys.executable, *arguments], _FIRST_DIRECTORY)
