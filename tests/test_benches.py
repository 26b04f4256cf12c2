"""Every bench at a tiny size: what its figures are worth is asked of `make bench`, that it still runs is asked here."""

from __future__ import annotations

import importlib
import math
from typing import Any

import pytest
from bench.__main__ import SUITES

_NOT_HERE = {"city", "delivery", "scan"}
"""A peer's environment is fetched, real guests are built, pages are recognised: these are imported."""
_TINY: dict[str, dict[str, Any]] = {
    "chain": {"RECORDS": 20, "BATCH": 10, "TURNS": 1},
    "sweep": {"NETWORKS": 1, "SERVERS_EACH": 2, "ADDRESSES_EACH": 1},
    "month": {"CONTRACTS": 2, "_SAMPLED": 1},
    "contract": {"PAGES": 1, "TURNS": 1},
    "contract_accuracy": {"SEEDS": 1, "SCANS": 0, "LAYOUTS": ("county",), "GROUPS": (("clean", ("txt",)),)},
    "obligations": {"SEEDS": 1},
    "memory": {"SERVERS": 1, "SECONDS": 1},
    "api": {"SESSIONS": 2, "TURNS": 1, "SECONDS": 0.05},
    "reports": {"MACHINES": 4},
}


def test_every_bench_is_here() -> None:
    assert _TINY.keys() | _NOT_HERE == set(SUITES)
    for name in sorted(_NOT_HERE):
        assert callable(importlib.import_module(f"bench.{name}").measure)


@pytest.mark.parametrize("name", sorted(_TINY))
def test_a_bench_gives_its_figures(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    suite = importlib.import_module(f"bench.{name}")
    for key, value in _TINY[name].items():
        monkeypatch.setattr(suite, key, value)
    if name == "api":
        monkeypatch.setattr(importlib.import_module("bench.api_world"), "RESOURCES", 200)
    figures = list(suite.measure())
    assert figures
    assert all(math.isfinite(figure.value) for figure in figures)
    assert all(figure.as_json()["name"] == figure.name for figure in figures)
