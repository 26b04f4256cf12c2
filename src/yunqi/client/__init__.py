"""The typed client of an installation: the same methods over HTTP and, at the machine itself, in process."""

from __future__ import annotations

from yunqi.client.client import Client, Runs

__all__ = ["Client", "Runs"]
