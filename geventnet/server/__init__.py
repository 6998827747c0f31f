"""Servers: what listens, accepts and runs handlers."""

from .server import Server, create_server
from .serving import Drained

__all__ = ["Drained", "Server", "create_server"]
