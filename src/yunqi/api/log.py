"""One line of JSON a request: who asked what, what came of it, how long it took. Never a body, a query or a secret."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import structlog

_PATH_LIMIT = 200


def make_request_log(path: Path) -> Any:
    """The logger of an installation's requests. JSON quotes every value: no request can write a line of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = logging.FileHandler(path, encoding="utf-8", delay=True)
    plain = logging.getLogger(f"yunqi.requests.{path}")
    plain.handlers, plain.propagate = [file], False
    plain.setLevel(logging.INFO)
    return structlog.wrap_logger(
        plain,
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def clip_path(path: str) -> str:
    """A path as it is logged: cut, the rest is of no use to anybody."""
    return path if len(path) <= _PATH_LIMIT else path[:_PATH_LIMIT] + "…"
