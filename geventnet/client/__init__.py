"""A client that connects again."""

from .service import ClientService, backoff

__all__ = ["ClientService", "backoff"]
