"""An installation with people of every kind of organisation, each with an account, on either database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from yunqi.kernel.clock import FixedClock
from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Caller
from yunqi.operations.actions.base import Desk
from yunqi.operations.identity.accounts import open_account
from yunqi.operations.identity.callers import caller_of_session
from yunqi.operations.identity.sessions import SignedIn
from yunqi.operations.identity.sign_in import sign_in
from yunqi.operations.installation import Installation
from yunqi.operations.settings import load_settings
from yunqi.store import parties
from yunqi.store.accounts import set_password_hash
from yunqi.store.database import Database
from yunqi.store.tables import audit
from yunqi.store.undertakings import add_undertaking

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
PASSWORD = "雨后 the quiet harbour 7 lamps"  # noqa: S105
CHEAP = "password_memory_mib = 1\npassword_passes = 1\n"
MACHINE = Caller(None, "", None, "", "", frozenset(), at_machine=True)
_ORGANISATIONS = {
    "unit": ("using_unit", "市民服务局"),
    "other_unit": ("using_unit", "档案局"),
    "provider": ("provider", "云上公司"),
    "rival": ("provider", "云下公司"),
    "integrator": ("integrator", "软件公司"),
    "administration": ("administration", "大数据局"),
}
_PEOPLE = {
    "clerk": ("unit", "operator"),
    "approver": ("unit", "approver"),
    "other_approver": ("other_unit", "approver"),
    "operator": ("provider", "operator"),
    "colleague": ("provider", "operator"),
    "rival_operator": ("rival", "operator"),
    "engineer": ("integrator", "operator"),
    "system": ("administration", "system_admin"),
    "security": ("administration", "security_admin"),
    "auditor": ("administration", "audit_admin"),
}


@dataclass
class Office:
    """`people` and `organisations` by short name; `desk` opens a transaction as somebody."""

    site: Installation
    clock: FixedClock
    organisations: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)

    def register(self, with_accounts: bool = True) -> None:
        now = self.clock.now()
        with self.site.database.write() as connection:
            for key, (role, name) in _ORGANISATIONS.items():
                self.organisations[key] = parties.add_organisation(connection, name=name, role=role, now=now)
            for key, (organisation, role) in _PEOPLE.items():
                person = parties.add_person(
                    connection, organisation_id=self.organisations[organisation], name=f"人{key}", now=now
                )
                self.people[key] = person
                parties.set_role(connection, person_id=person, role=role, granted=True, valid_from=now, now=now)
        if with_accounts:
            for key in _PEOPLE:
                self.open(key)

    def open(self, key: str, password: str = PASSWORD) -> str:
        """Undertaking and account with a password of the person's own."""
        person = self.people[key]
        with self.desk() as desk:
            add_undertaking(
                desk.connection,
                person_id=person,
                signed_on=desk.now.date(),
                reference="档案柜 1",
                recorded_by=None,
                now=desk.now,
            )
            made = open_account(desk, person_id=person, login=key)
            from yunqi.operations.identity.hashing import hashing_of

            hashed = hashing_of(self.site.settings).make(password)
            set_password_hash(desk.connection, made.id, hashed, must_change=False, now=desk.now)
        self.accounts[key] = made.id
        return made.id

    @contextmanager
    def desk(self, caller: Caller = MACHINE) -> Iterator[Desk]:
        with self.site.database.write() as connection:
            yield Desk(self.site, caller, self.clock.now(), connection)

    def sign_in(self, key: str, password: str = PASSWORD, **more: Any) -> SignedIn:
        done = sign_in(self.site, login=key, password=password, **more)
        assert isinstance(done, SignedIn)
        return done

    def caller(self, signed: SignedIn) -> Caller:
        found = caller_of_session(self.site, signed.token.reveal())
        assert found is not None
        return found

    def enter(self, key: str) -> Caller:
        """A fresh sign-in's caller."""
        return self.caller(self.sign_in(key))

    def is_in(self, signed: SignedIn) -> bool:
        return caller_of_session(self.site, signed.token.reveal()) is not None

    def audited(self, *actions: str) -> list[Any]:
        with self.site.database.read() as connection:
            query = select(audit).where(audit.c.action.in_(actions)).order_by(audit.c.no)
            return list(connection.execute(query))

    def later(self, **by: int) -> None:
        self.clock.advance(timedelta(**by))


def open_office(database: Database, home: Path, with_accounts: bool = True, extra: str = "") -> Office:
    """An office in a home of its own."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "site.toml").write_text(CHEAP + extra, "utf-8")
    clock = FixedClock(START)

    def no_engine(_settings: Any) -> Any:
        raise AssertionError("identity drives no engine")

    office = Office(Installation(load_settings(home), database, no_engine, clock), clock)
    office.register(with_accounts)
    return office


def refusal(code: str, work: Callable[[], Any]) -> Problem:
    """What a refused call says."""
    with pytest.raises(Problem) as caught:
        work()
    assert caught.value.code == code, caught.value
    return caught.value
