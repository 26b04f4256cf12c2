"""The client's methods are those that the actions give."""

import importlib.util
import sys

import pytest
from tests.rules.house import ROOT, judge

_spec = importlib.util.spec_from_file_location("client_methods", ROOT / "scripts" / "client.py")
assert _spec is not None
assert _spec.loader is not None
client = importlib.util.module_from_spec(_spec)
sys.modules["client_methods"] = client
_spec.loader.exec_module(client)


def test_the_methods_are_as_the_actions_give_them() -> None:
    judge("client", [f"{client.FOLDER.name}/{name} is stale: run make client" for name in client.find_stale()])


def test_a_stale_file_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    made = dict(client.render_all())
    path = next(iter(made))
    monkeypatch.setattr(client, "render_all", lambda: iter({**made, path: made[path] + "\n"}.items()))
    assert client.find_stale() == [path.name]
    monkeypatch.setattr(
        client, "render_all", lambda: iter({one: text for one, text in made.items() if one != path}.items())
    )
    assert client.find_stale() == [path.name]
