"""Schemas of requests, each made once: many callers ask for each action."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel


@cache
def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a request's model."""
    return model.model_json_schema()
