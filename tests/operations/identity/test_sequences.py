"""Whatever happens in whatever order: who is locked out, over or taken back never gives a caller."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kits.identity import PASSWORD, Office, open_office

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import INSTALLATION_ROLES, Caller
from yunqi.operations.identity import accounts, assumptions, consents, sessions, tokens
from yunqi.operations.identity.callers import caller_of_session, caller_of_token
from yunqi.operations.identity.sessions import SignedIn, sign_out
from yunqi.operations.identity.sign_in import sign_in
from yunqi.store import parties
from yunqi.store.database import Database, open_database
from yunqi.store.parties import list_roles, set_role

EVENTS = (
    "sign_in",
    "fail",
    "lock",
    "unlock",
    "disable",
    "enable",
    "sign_out",
    "end_all",
    "token",
    "revoke",
    "assume",
    "withdraw",
    "wait",
    "wait_long",
)


class World:
    """The provider's operator, and what should be known of them after each event."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.site = office.site
        self.sessions: dict[str, str] = {}
        """Of the session's id the token text, while it may still work."""
        self.over: list[str] = []
        self.tokens: list[tuple[str, str]] = []
        self.void: list[str] = []
        self.locked = self.disabled = self.withdrawn = False
        self.assumed: set[str] = set()
        now = office.clock.now()
        with office.desk() as desk:
            unit, provider = office.organisations["unit"], office.organisations["provider"]
            parties.add_tenant(desk.connection, organisation_id=unit, provider_id=provider, name="租户", now=now)
        with office.desk(office.enter("operator")) as desk:
            span = {"valid_from": now, "valid_until": now + timedelta(days=5)}
            self.consent = consents.ask_consent(
                desk, using_unit="市民服务局", scope="assume_role", reason="x", roles=("operator",), **span
            ).id
        with office.desk(office.enter("approver")) as desk:
            consents.give_consent(desk, self.consent)

    def keep(self, signed: SignedIn) -> None:
        self.sessions[signed.session_id] = signed.token.reveal()

    def end(self, session_id: str) -> None:
        self.over.append(self.sessions.pop(session_id))
        self.assumed.discard(session_id)

    def end_all(self) -> None:
        for session_id in list(self.sessions):
            self.end(session_id)

    def live(self) -> list[Caller]:
        found = (caller_of_session(self.site, token) for token in self.sessions.values())
        return [caller for caller in found if caller is not None]

    def do(self, event: str) -> None:
        office, account = self.office, self.office.accounts["operator"]
        if event == "sign_in":
            try:
                done = sign_in(self.site, login="operator", password=PASSWORD)
            except Problem as error:
                self.refused(error.code, "sign_in.locked", "sign_in.closed" if self.locked or self.disabled else "")
                return
            assert isinstance(done, SignedIn)
            assert not self.locked
            assert not self.disabled
            self.keep(done)
        elif event == "fail":
            for _ in range(3):
                with contextlib.suppress(Problem):
                    sign_in(self.site, login="operator", password="wrong")
        elif event in {"lock", "unlock", "disable", "enable"}:
            with office.desk() as desk:
                if event == "lock":
                    accounts.lock_account(desk, account)
                elif event == "unlock":
                    accounts.unlock_account(desk, account)
                else:
                    accounts.disable_account(desk, account, disabled=event == "disable")
            self.locked = {"lock": True, "unlock": False}.get(event, self.locked)
            self.disabled = {"disable": True, "enable": False}.get(event, self.disabled)
            if event in {"lock", "disable"}:
                self.end_all()
        elif event == "sign_out":
            for caller in self.live()[:1]:
                sign_out(self.site, caller)
                self.end(caller.session_id or "")
        elif event == "end_all":
            with office.desk() as desk:
                sessions.end_sessions(desk, office.people["operator"])
            self.end_all()
        elif event == "token":
            for caller in [one for one in self.live() if one.assumption is None][:1]:
                with office.desk(caller) as desk, contextlib.suppress(Problem):
                    until = desk.now + timedelta(days=1)
                    made = tokens.create_token(desk, name="x", actions=("resource.list",), expires_at=until)
                    self.tokens.append((made.row.id, made.token.reveal()))
        elif event == "revoke" and self.tokens:
            token_id, text = self.tokens.pop()
            with office.desk() as desk:
                tokens.revoke_token(desk, token_id)
            self.void.append(text)
        elif event == "assume":
            for caller in [one for one in self.live() if one.assumption is None][:1]:
                try:
                    with office.desk(caller) as desk:
                        renewed = assumptions.begin_assumption(
                            desk, consent_id=self.consent, roles=("operator",), reason="x"
                        )
                except Problem as error:
                    self.refused(error.code, "assumption.consent")
                    continue
                assert not self.withdrawn
                self.end(caller.session_id or "")
                self.keep(renewed)
                self.assumed.add(renewed.session_id)
        elif event == "withdraw" and not self.withdrawn:
            with office.desk(office.enter("approver")) as desk, contextlib.suppress(Problem):
                consents.withdraw_consent(desk, self.consent, reason="x")
                self.withdrawn = True
            for session_id in list(self.assumed if self.withdrawn else ()):
                self.end(session_id)
        elif event == "wait":
            office.later(minutes=7)
        elif event == "wait_long":
            office.later(hours=9)
            self.end_all()

    def refused(self, code: str, *allowed: str) -> None:
        assert code in allowed

    def check(self) -> None:
        assert all(caller_of_session(self.site, token) is None for token in self.over)
        assert all(caller_of_token(self.site, text) is None for text in self.void)
        tokens_live = [caller_of_token(self.site, text) for _id, text in self.tokens]
        if self.locked or self.disabled:
            assert not self.live()
            assert not any(tokens_live)
        for caller in self.live():
            assert (caller.assumption is not None) == (caller.session_id in self.assumed)
            assert caller.assumption is None or not self.withdrawn
            assert caller.true_person_id == self.office.people["operator"]


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sequences")
    shutil.copy(sqlite_template, folder / "yunqi.db")
    return folder / "yunqi.db"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(st.sampled_from(EVENTS), min_size=5, max_size=25))
def test_what_is_over_never_gives_a_caller(template: Path, events: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(template, Path(folder) / "yunqi.db")
        database = open_database(f"sqlite:///{folder}/yunqi.db")
        try:
            world = World(open_office(database, Path(folder) / "home"))
            for event in events:
                world.do(event)
                world.check()
        finally:
            database.close()


def test_two_grants_at_once_never_make_two_administrators_of_one_person(database: Database, tmp_path: Path) -> None:
    office = open_office(database, tmp_path / "home", with_accounts=False)
    now = office.clock.now()
    with database.write() as connection:
        owner = office.organisations["administration"]
        people = [
            parties.add_person(connection, organisation_id=owner, name=f"候选{number}", now=now) for number in range(8)
        ]
    refused: list[str] = []

    def grant(person: str, role: str) -> None:
        try:
            with database.write() as connection:
                set_role(connection, person_id=person, role=role, granted=True, valid_from=now, now=now)
        except Problem as error:
            refused.append(error.code)

    threads = [
        threading.Thread(target=grant, args=(person, role))
        for person in people
        for role in (*sorted(INSTALLATION_ROLES), "reader")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["role.apart"] * (3 * len(people))
    with database.read() as connection:
        assert all(len(list_roles(connection, person, at=now)) == 1 for person in people)
