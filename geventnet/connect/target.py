"""Target: where to connect, and how; the defaults of choosing among addresses."""

from __future__ import annotations

import _socket
import os
from collections.abc import Callable
from typing import NamedTuple

from .. import errors
from ..addresses.blocklist import BlockList
from ..addresses.info import is_ip
from ..addresses.proxy import ProxyHeader
from ..arguments import signatures, values
from ..arguments.endpoints import refuse_host
from ..events.names import Listener

__all__ = [
    "Lookup",
    "Target",
    "connect_target",
    "get_default_auto_select_family",
    "get_default_auto_select_family_attempt_timeout",
    "set_default_auto_select_family",
    "set_default_auto_select_family_attempt_timeout",
]

_SHORTEST_SLOT = 0.010

_auto_select_family = False
_attempt_timeout = 0.25

#: What a `lookup=` may be: it calls back, or returns what it has found.
Lookup = Callable[..., object]


def get_default_auto_select_family() -> bool:
    """Whether `connect` tries every address of a name when it is not told; at first False.

    Reference: "net.getDefaultAutoSelectFamily()".
    """
    return _auto_select_family


def set_default_auto_select_family(value: bool) -> None:
    """Say what `auto_select_family` is for every `connect` that does not say it.

    Raises `ERR_INVALID_ARG_TYPE`. Reference: "net.setDefaultAutoSelectFamily(value)".
    """
    global _auto_select_family
    _auto_select_family = values.boolean(value, "value")


def get_default_auto_select_family_attempt_timeout() -> float:
    """How long an attempt is alone before the next one begins, in seconds; at first 0.25.

    Reference: "net.getDefaultAutoSelectFamilyAttemptTimeout()".
    """
    return _attempt_timeout


def set_default_auto_select_family_attempt_timeout(value: float) -> None:
    """Say how long an attempt is alone before the next one begins; under 0.010 s is 0.010.

    Raises `ERR_INVALID_ARG_TYPE` and `ERR_OUT_OF_RANGE`.
    Reference: "net.setDefaultAutoSelectFamilyAttemptTimeout(value)".
    """
    global _attempt_timeout
    _attempt_timeout = _slot(value, "value")


def _slot(value: object, name: str) -> float:
    slot = values.seconds(value, name)
    if slot == 0:
        raise errors.out_of_range(name, "> 0", value)
    return max(slot, _SHORTEST_SLOT)


class Target(NamedTuple):
    """Where to connect, and how: the options of `connect`, checked."""

    path: str | bytes | None = None
    host: str = "localhost"
    port: int = 0
    family: int = 0
    hints: int = 0
    lookup: Lookup | None = None
    local_address: str | None = None
    local_port: int = 0
    block_list: BlockList | None = None
    auto_select_family: bool = False
    attempt_timeout: float = 0.25
    connect_timeout: float | None = None
    #: What is sent first.
    proxy_protocol: ProxyHeader | int | None = None

    @classmethod
    def to_path(
        cls, path: object, connect_timeout: float | None, proxy_protocol: ProxyHeader | int | None
    ) -> Target:
        return cls(
            path=values.path(path),
            connect_timeout=_limit(connect_timeout),
            proxy_protocol=_proxy_protocol(proxy_protocol),
        )

    @classmethod
    def to_host(
        cls,
        port: object,
        host: values.Host | None,
        *,
        family: int | str | None,
        hints: int | None,
        lookup: Lookup | None,
        local_address: values.Host | None,
        local_port: int | None,
        block_list: BlockList | None,
        auto_select_family: bool | None,
        attempt_timeout: float | None,
        connect_timeout: float | None,
        proxy_protocol: ProxyHeader | int | None,
    ) -> Target:
        local = None if local_address is None else values.address_text(local_address)
        if not (local is None or (isinstance(local, str) and is_ip(local))):
            raise errors.invalid_ip_address(local)
        if local_port is not None:
            values.number(local_port, "local_port")
        if lookup is not None:
            values.function(lookup, "lookup")
        if block_list is not None and not isinstance(block_list, BlockList):
            raise errors.invalid_arg_type("block_list", "BlockList", block_list)
        if auto_select_family is None:
            auto_select_family = _auto_select_family
        if attempt_timeout is None:
            attempt_timeout = _attempt_timeout
        version = values.family(family)
        return cls(
            host=(values.host(host) if host is not None else "") or "localhost",
            port=values.connect_port(port),
            family=version,
            hints=_hints(hints, version),
            lookup=lookup,
            local_address=local,
            local_port=values.port(local_port or 0, "local_port"),
            block_list=block_list,
            auto_select_family=values.boolean(auto_select_family, "auto_select_family"),
            attempt_timeout=_slot(attempt_timeout, "auto_select_family_attempt_timeout"),
            connect_timeout=_limit(connect_timeout),
            proxy_protocol=_proxy_protocol(proxy_protocol),
        )


class Given(NamedTuple):
    """What the arguments of `connect()` say."""

    target: Target
    listener: Listener | None


def connect_target(
    args: tuple[object, ...],
    *,
    port: int | str | None,
    host: values.Host | None,
    path: str | bytes | os.PathLike[str] | None,
    family: int | str | None,
    hints: int | None,
    lookup: Lookup | None,
    local_address: values.Host | None,
    local_port: int | None,
    block_list: BlockList | None,
    auto_select_family: bool | None,
    attempt_timeout: float | None,
    connect_timeout: float | None,
    proxy_protocol: ProxyHeader | int | None,
    listener: Listener | None,
) -> Given:
    """Check the arguments of `connect()`; raises `NetError`s."""
    given = signatures.connect_arguments(args)
    if given.path is not None and port is not None:
        refuse_host(given.path, "connect", port)
    place = given.port if given.port is not None else port
    path = given.path if given.path is not None else path
    listener = given.listener or listener
    if path is None and place is None:
        raise errors.missing_args(["port", "path"])
    if listener is not None:
        values.function(listener, "connect_listener")
    if path is not None:
        return Given(Target.to_path(path, connect_timeout, proxy_protocol), listener)
    target = Target.to_host(
        place,
        given.host if given.host is not None else host,
        family=family,
        hints=hints,
        lookup=lookup,
        local_address=local_address,
        local_port=local_port,
        block_list=block_list,
        auto_select_family=auto_select_family,
        attempt_timeout=attempt_timeout,
        connect_timeout=connect_timeout,
        proxy_protocol=proxy_protocol,
    )
    return Given(target, listener)


def _proxy_protocol(given: ProxyHeader | int | None) -> ProxyHeader | int | None:
    if given is None:
        return None
    if isinstance(given, ProxyHeader):
        # What it cannot say is told at the call.
        given.encode()
        return given
    if isinstance(given, bool) or given not in (1, 2):
        raise errors.invalid_arg_value("proxy_protocol", given, "must be 1, 2 or a ProxyHeader")
    return given


def _limit(connect_timeout: float | None) -> float | None:
    return None if connect_timeout is None else values.seconds(connect_timeout, "connect_timeout")


def _hints(hints: object, version: int) -> int:
    flags = 0 if hints is None else values.int32(hints, "hints")
    if flags & ~(_socket.AI_ADDRCONFIG | _socket.AI_ALL | _socket.AI_V4MAPPED):
        raise errors.invalid_arg_value("hints", hints)
    # Addresses of a family that this machine does not have are no use, unless they are asked for.
    return flags if flags or version or os.name != "posix" else int(_socket.AI_ADDRCONFIG)
