"""Target: where a server shall listen, as the arguments of `listen()` say it."""

from __future__ import annotations

import _socket
import errno
import os
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from .. import errors
from ..addresses.resolve import Address
from ..arguments import signatures, values
from ..arguments.endpoints import refuse_host
from ..events.abort import AbortSignal
from ..transport.handles import share_for_listening
from .bind import BACKLOG, Binding, Bound, bind_handle

__all__ = ["ByHost", "Target", "listen_target"]

Callback = Callable[..., Any]


class ByHost(NamedTuple):
    """A host, which is looked up first if it is a name."""

    host: str
    binding: Binding

    def at(self, address: Address) -> Binding:
        """What to bind, now that the host has an address."""
        return self.binding._replace(host=address.address, family=address.family)


#: What to bind, perhaps at a host, or what listens on a handle.
Target = Binding | ByHost | Callable[[], Bound]


class Given(NamedTuple):
    """What the arguments of `listen()` say."""

    target: Target
    callback: Callback | None


def listen_target(
    args: tuple[Any, ...],
    *,
    port: int | str | None,
    host: values.Host | None,
    path: str | bytes | os.PathLike[str] | None,
    fd: int | None,
    backlog: int | None,
    exclusive: bool,
    readable_all: bool,
    writable_all: bool,
    ipv6_only: bool,
    reuse_port: bool,
    signal: AbortSignal | None,
    callback: Callback | None,
) -> Given:
    """Check the arguments of `listen()`; raises `NetError`s.

    A handle is duplicated here, so that the program may close its own. Nothing is bound yet.
    """
    given = signatures.listen_arguments(args)
    if port is values.NOT_GIVEN:
        port = None
        no_target = path is None and fd is None and (not args or callable(args[0]))
        flags = exclusive or readable_all or writable_all or ipv6_only or reuse_port
        if no_target and (flags or (host, backlog, signal) != (None, None, None)):
            raise errors.invalid_arg_value("port", None, "or path, fd or a handle must be given")
    if given.path is not None and port is not None:
        refuse_host(given.path, "listen", port)
    host = given.host if given.host is not None else host
    path = given.path if given.path is not None else path
    backlog = given.backlog or backlog
    callback = given.callback or callback
    if callback is not None:
        values.function(callback, "callback")
    if signal is not None:
        values.abort_signal(signal)
    if reuse_port and not hasattr(_socket, "SO_REUSEPORT"):
        raise errors.invalid_arg_value("reuse_port", reuse_port, "is not supported here")
    size = (0 if backlog is None else values.int32(backlog, "backlog")) or BACKLOG
    name = None if host is None else values.host(host)
    chosen = given.port if given.port is not None else port
    target: Target
    if given.handle is not None or fd is not None:
        target = _at_handle(given.handle, fd, size)
    elif path is not None and chosen is None:
        target = _at_path(
            path, Binding(size, exclusive=bool(exclusive)), readable_all, writable_all
        )
    else:
        number = values.listen_port(chosen)
        binding = Binding(
            size,
            port=number,
            exclusive=bool(exclusive),
            ipv6_only=bool(ipv6_only),
            reuse_port=bool(reuse_port),
        )
        target = ByHost(name, binding) if name else binding
    return Given(target, callback)


def _at_handle(handle: object, fd: int | None, backlog: int) -> Target:
    try:
        return partial(bind_handle, share_for_listening(handle, fd), backlog)
    except OSError as error:
        failure = errors.uv_error(error.errno or errno.EIO, "listen")

    def refuse() -> Bound:
        raise failure

    return refuse


def _at_path(
    path: str | bytes | os.PathLike[str], binding: Binding, readable_all: bool, writable_all: bool
) -> Binding:
    name = values.path(path)
    if name[:1] in ("\0", b"\0") and (readable_all or writable_all):
        raise errors.invalid_arg_value("path", path, "is abstract: it has no file mode to set")
    return binding._replace(
        path=name, readable_all=bool(readable_all), writable_all=bool(writable_all)
    )
