"""What is shown once is kept nowhere: neither the answer nor a digest of the password that came with the request."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from tests.kits.identity import Office, open_office, refusal

from yunqi.kernel.rights import Assumption
from yunqi.operations.actions.base import ACTIONS, Action, Desk
from yunqi.operations.actions.perform import perform
from yunqi.store.database import Database
from yunqi.store.tables import audit, idempotency
from yunqi.wire.base import Answer, Request

SAID, TOLD = "a password that came along", "a code that is shown once"


class Asked(Request):
    id: str
    password: str


class Told(Answer):
    code: str


def work(_desk: Desk, _request: Asked) -> Told:
    return Told(code=TOLD)


@pytest.fixture
def office(database: Database, tmp_path, monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Action(
        "token.create",
        "POST",
        "/tried",
        Asked,
        Told,
        work,
        "write",
        "",
        secret_fields=frozenset({"password"}),
        shown_once=True,
    )
    monkeypatch.setitem(ACTIONS, "token.create", made)
    return open_office(database, tmp_path / "home")


def test_nothing_of_it_is_kept_and_it_is_not_said_again(office: Office) -> None:
    caller = office.enter("clerk")
    request = Asked(id="x", password=SAID)
    done = perform(office.site, caller, "token.create", request, key="k1")
    assert TOLD in done.body.decode()
    other = Asked(id="x", password="another")
    refusal("idempotency.once", lambda: perform(office.site, caller, "token.create", other, key="k1"))
    refusal(
        "idempotency.reused",
        lambda: perform(office.site, caller, "token.create", Asked(id="y", password=SAID), key="k1"),
    )
    with office.site.database.read() as connection:
        kept = [str(row) for table in (idempotency, audit) for row in connection.execute(select(table))]
    assert kept
    assert not [row for row in kept if SAID in row or TOLD in row]


def test_an_answer_given_in_an_assumed_role_is_not_given_again_outside_it(office: Office) -> None:
    office_action = replace(ACTIONS["token.create"], shown_once=False)
    ACTIONS["token.create"] = office_action
    caller = office.enter("clerk")
    until = office.clock.now()
    assumed = Assumption("asm-1", caller.person_id or "", "人", "org-x", "x", until)
    within = replace(caller, organisation_id=office.organisations["other_unit"], assumption=assumed)
    request = Asked(id="x", password="x")
    assert TOLD in perform(office.site, within, "token.create", request, key="k1").body.decode()
    refusal("idempotency.reused", lambda: perform(office.site, caller, "token.create", request, key="k1"))
