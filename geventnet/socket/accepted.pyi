"""What a Socket knows of its Server, for type checkers alone: at run time it imports none."""

from ..server.server import Server

__all__ = ["Server"]
