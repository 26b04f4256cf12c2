"""Everybody asks for everything, and the answers are those of the committed matrix; nobody reads another's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from tests.kits.desk import People
from tests.kits.session import Session
from tests.kits.walk import CALLERS, OTHERS, Walk, is_aimed
from tests.rules.house import ROOT

from yunqi.api.app import make_api
from yunqi.kernel.rights import Caller
from yunqi.operations.actions import load_actions

pytestmark = pytest.mark.slow
MATRIX = Path(__file__).parent / "rights-matrix.txt"
HEAD = """# Who may do what, asked over HTTP with an object of the first agency and its provider (tests/kits/walk.py).
# clerk, approver, manager: of that agency; engineer: of the integrator that serves its system; operator, lead: of its
# provider; other_…: of another agency and a competing provider; the last three administer the installation.
# yes: the rights let it through · role: the role does not suffice · unknown: as if it did not exist · consent: the
# tenant has not consented. A list is `yes` for whoever may look; what it shows is tried apart.
"""


@pytest.fixture(scope="module")
def walk(settled_template: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    settled = settled_template.copy(tmp_path_factory.mktemp("walk") / "home")
    with settled.installation() as site:
        people = People(site, settled)

        def authenticate(http: Request) -> Caller:
            caller: Caller = getattr(people, http.headers["x-person"])
            return caller

        with TestClient(make_api(site, authenticate), raise_server_exceptions=False) as client:
            made = Walk(site, people, client)
            made.prepare(settled)
            yield made


def render(rows: dict[str, list[str]]) -> str:
    width = max(len(name) for name in rows) + 2
    columns = [max(len(caller), 7) + 1 for caller in CALLERS]
    lines = [" " * width + "".join(caller.ljust(size) for caller, size in zip(CALLERS, columns, strict=True))]
    for name, words in rows.items():
        lines.append(name.ljust(width) + "".join(word.ljust(size) for word, size in zip(words, columns, strict=True)))
    return HEAD + "\n".join(line.rstrip() for line in lines) + "\n"


def test_everybody_gets_what_the_matrix_says(walk: Walk) -> None:
    actions = load_actions()
    rows: dict[str, list[str]] = {}
    # Reading first, endings last: what is asked for must still be there.
    for name in sorted(actions, key=lambda one: (actions[one].method != "GET", "DELETE" in actions[one].method, one)):
        rows[name] = [walk.word(actions[name], caller) for caller in CALLERS]
    found = render(dict(sorted(rows.items())))
    fresh = ROOT / "build" / "rights-matrix.txt"
    fresh.parent.mkdir(exist_ok=True)
    fresh.write_text(found, "utf-8")
    for name, words in rows.items():
        for caller, word in zip(CALLERS, words, strict=True):
            if caller in OTHERS and is_aimed(actions[name]):
                assert word != "yes", f"{caller} reaches another's object with {name}"
    assert found == MATRIX.read_text("utf-8"), "the matrix changed: look at build/rights-matrix.txt, then copy it"


def test_nothing_of_one_agency_is_shown_to_another_or_to_a_competing_provider(walk: Walk) -> None:
    side = walk.people.cast.first
    telling = {side.contract_id, side.contract, side.using_unit, side.provider, *side.systems, *walk.ids.values()}
    for name, found in load_actions().items():
        if found.method != "GET" or name in {"organisation.list", "resource.kinds", "tenant.list"}:
            continue
        for caller in OTHERS:
            text = walk.send(found, caller).text
            shown = [word for word in telling if word in text]
            assert not shown, (name, caller, shown)
