"""One line of JSON a request: who asked what, what came of it, how long it took. Never a body, a query or a secret."""

from __future__ import annotations

import logging
import weakref
from pathlib import Path
from typing import Any

import orjson
import structlog

_PATH_LIMIT = 200


def make_request_log(path: Path) -> Any:
    """The logger of an installation's requests. JSON quotes every value: no request can write a line of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("ab")
    logger = structlog.wrap_logger(
        structlog.BytesLogger(file),
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    weakref.finalize(logger, file.close)
    return logger


def clip_path(path: str) -> str:
    """A path as it is logged: cut, the rest is of no use to anybody."""
    return path if len(path) <= _PATH_LIMIT else path[:_PATH_LIMIT] + "…"
