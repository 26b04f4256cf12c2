"""The page of the review's codes is as the registry and the cases give it."""

import importlib.util
import sys

import pytest
from tests.rules.house import ROOT

_spec = importlib.util.spec_from_file_location("findings_page", ROOT / "scripts" / "findings.py")
assert _spec is not None
assert _spec.loader is not None
findings = importlib.util.module_from_spec(_spec)
sys.modules["findings_page"] = findings
_spec.loader.exec_module(findings)


def test_the_page_is_as_the_registry_gives_it() -> None:
    assert findings.PAGE.read_text("utf-8") == findings.render(), "run scripts/findings.py write"


def test_the_page_follows_the_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = dict(findings.load_codes())
    codes.pop("bond.cash")
    monkeypatch.setattr(findings, "load_codes", lambda: codes)
    assert "bond.cash" not in findings.render()
