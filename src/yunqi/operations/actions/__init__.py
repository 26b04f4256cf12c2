"""Every use case as an action; `load_actions` registers them all."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from yunqi.operations.actions.base import ACTIONS, Action, Content, Desk
from yunqi.operations.actions.perform import Outcome, at_machine, perform

_PLUMBING = frozenset({"base", "perform", "views", "waiting", "worker", "aims"})


@cache
def load_actions() -> Mapping[str, Action]:
    """All actions by name: every module beside this file that is a noun."""
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name not in _PLUMBING:
            importlib.import_module(f"{__name__}.{module.name}")
    return MappingProxyType(ACTIONS)


__all__ = ["Action", "Content", "Desk", "Outcome", "at_machine", "load_actions", "perform"]
