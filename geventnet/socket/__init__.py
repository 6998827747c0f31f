"""Socket: its states, its transport, both vocabularies."""

from .connect import connect, create_connection
from .socket import Socket

__all__ = ["Socket", "connect", "create_connection"]
