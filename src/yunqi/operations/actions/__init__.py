"""Every use case as an action; `load_actions` registers them all."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from yunqi.operations.actions.base import ACTIONS, Action, Content, Desk
from yunqi.operations.actions.perform import Outcome, at_machine, perform

_HOMES = {
    "entitlement": "contracts",
    "evidence": "evidence",
    "file": "desk",
    "month": "statements",
    "observation": "watches",
    "obligation.answer": "obligation_records",
    "obligation.read": "obligation_records",
    "obligation.record": "obligation_records",
    "obligation.withdraw": "obligation_records",
    "occurrence": "payments",
    "organisation": "parties",
    "person": "parties",
    "report.compose": "compositions",
    "run": "desk",
    "system": "parties",
    "tenant": "parties",
    "verdict": "evidence",
}
"""Modules of nouns that have none of their own, and of an action that is not with its noun; any other is beside this
file, under its noun in the plural."""
_NEEDS_ALL = frozenset({"proposal.decide", "run.read"})
_PLUMBING = frozenset(
    {
        "base",
        "perform",
        "views",
        "waiting",
        "worker",
        "aims",
        "rows",
        "casework",
        "intake",
        "made",
        "composed",
        "makers",
        "acceptance_views",
        "exit_views",
        "logbook_views",
        "logbook_staff",
    }
)


@cache
def load_actions() -> Mapping[str, Action]:
    """All actions by name: every module beside this file that is a noun."""
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name not in _PLUMBING:
            importlib.import_module(f"{__name__}.{module.name}")
    return MappingProxyType(ACTIONS)


def load_action(name: str) -> Action:
    """One action, without loading what it does not need: a command then begins sooner. Raises KeyError."""
    noun = name.partition(".")[0]
    home = f"{__name__}.{_HOMES.get(name, _HOMES.get(noun, noun + 's'))}"
    if name not in ACTIONS and name not in _NEEDS_ALL and importlib.util.find_spec(home) is not None:
        importlib.import_module(home)
    return ACTIONS[name] if name in ACTIONS else load_actions()[name]


__all__ = ["Action", "Content", "Desk", "Outcome", "at_machine", "load_action", "load_actions", "perform"]
