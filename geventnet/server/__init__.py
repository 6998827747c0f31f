"""Servers: what listens, accepts and runs handlers."""

from .create import create_server
from .server import Server
from .serving import Drained

__all__ = ["Drained", "Server", "create_server"]
