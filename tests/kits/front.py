"""The console of a settled home in front of everybody: the sample's people, an integrator, the three administrators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient
from tests.kits.server import PASSWORD
from tests.kits.session import Session, settled_template, signed_template

from yunqi.bootstrap import make_app
from yunqi.kernel.clock import FixedClock
from yunqi.operations.actions.base import Desk
from yunqi.operations.actions.perform import at_machine
from yunqi.operations.identity.accounts import open_account
from yunqi.operations.identity.hashing import hashing_of
from yunqi.operations.identity.sessions import begin_session
from yunqi.operations.installation import Installation
from yunqi.store import parties
from yunqi.store.accounts import set_password_hash
from yunqi.store.undertakings import add_undertaking

__all__ = ["Front", "Seat", "settled_template", "signed_template", "staffed_template"]

INTEGRATOR = "云衡软件有限公司"
CHEAP = "password_memory_mib = 1\npassword_passes = 1\nrequests_per_minute = 100000\n"


@dataclass
class Seat:
    """Somebody at the console, without a browser: gets pages, fills in the forms that stand on them."""

    http: TestClient

    def get(self, path: str, status: int = 200) -> str:
        """A page of the console as text."""
        answer = self.http.get(f"/console{path}")
        assert answer.status_code == status, f"{path}: {answer.status_code}: {words_of(answer.text)[:600]}"
        return answer.text

    def sees(self, path: str, *parts: str) -> str:
        """The page, which holds these words."""
        text = self.get(path)
        shown = words_of(text)
        for part in parts:
            assert part in shown, f"{path}: no {part!r} in {shown[:1500]}"
        return text

    def send(self, at: str, path: str, status: int = 303, **fields: Any) -> httpx.Response:
        """Sends a form to `path` as the page `at` holds it; `status` is what it answers, redirects unfollowed."""
        page = self.get(at)
        data = {"_csrf": field_of(page, "_csrf"), "_key": field_of(page, "_key"), **fields}
        answer = self.http.post(f"/console{path}", data=data, follow_redirects=False)
        assert answer.status_code == status, f"{path}: {answer.status_code}: {words_of(answer.text)[:900]}"
        return answer

    def follow(self, answer: httpx.Response) -> str:
        """The page that a deed leads to."""
        return self.get(answer.headers["location"].removeprefix("/console"))


def words_of(page: str) -> str:
    """The words of a page, without its tags."""
    body = page.partition("<main")[2] or page
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def field_of(page: str, name: str) -> str:
    """What a hidden field of a form holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, f"no {name}: {words_of(page)[:600]}"
    return unescape(found.group(1))


@dataclass
class Front:
    """The installation, everybody's id by short name, and seats."""

    site: Installation
    session: Session
    people: dict[str, str] = field(default_factory=dict)

    @cached_property
    def app(self) -> Any:
        """The application, made once."""
        return make_app(self.site)

    @property
    def clock(self) -> FixedClock:
        return self.session.clock

    def token(self, name: str) -> str:
        """The token of a fresh session."""
        with self.site.database.write() as connection:
            begun = begin_session(
                self.site,
                connection,
                person_id=self.people[name],
                method="password",
                address="127.0.0.1",
                user_agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0",
                now=self.clock.now(),
            )
        return begun.token.reveal()

    def seat(self, name: str = "", language: str = "zh") -> Seat:
        """Somebody's seat; without a name, nobody's."""
        cookies = {"yunqi_language": language}
        if name:
            cookies["yunqi_session"] = self.token(name)
        made = TestClient(self.app, base_url="http://127.0.0.1")
        for key, value in cookies.items():
            made.cookies.set(key, value, domain="127.0.0.1")
        return Seat(made)

    def system_of(self, side: Any, number: int = 0) -> str:
        """The id of one of an agency's systems."""
        with self.site.database.read() as connection:
            unit = parties.require_organisation(connection, side.using_unit)
            return parties.list_systems(connection, unit.id, at=self.clock.now())[number].id


def staff(site: Installation, session: Session) -> dict[str, str]:
    """Registers an integrator, organisations' administrators and the three administrators; opens everybody's account.

    The login of everybody is their short name, the password that of `kits.server`.
    """
    assert session.cast is not None
    cast, now = session.cast, site.clock.now()
    people = {"clerk": cast.first.clerk, "approver": cast.first.approver, "operator": cast.first.operator}
    people |= {"lead": cast.first.lead, "officer": cast.officer, "auditor": cast.auditor}
    people |= {"other_clerk": cast.second.clerk, "other_approver": cast.second.approver}
    people |= {"other_operator": cast.second.operator}
    with site.database.write() as connection:
        parties.add_organisation(connection, name=INTEGRATOR, role="integrator", now=now)
        more = (
            ("manager", cast.first.using_unit, "江若水", "administrator"),
            ("provider_manager", cast.first.provider, "韩立", "administrator"),
            ("engineer", INTEGRATOR, "程亦", "operator"),
            ("system", cast.administration, "石磊", "system_admin"),
            ("security", cast.administration, "安然", "security_admin"),
            ("trail", cast.administration, "审慎", "audit_admin"),
        )
        for key, organisation, name, role in more:
            owner = parties.require_organisation(connection, organisation)
            people[key] = parties.add_person(connection, organisation_id=owner.id, name=name, now=now)
            parties.set_role(connection, person_id=people[key], role=role, granted=True, valid_from=now, now=now)
        hashed = hashing_of(site.settings).make(PASSWORD)
        desk = Desk(site, at_machine(), now, connection)
        for key, person in people.items():
            add_undertaking(
                connection,
                person_id=person,
                signed_on=date(2026, 1, 5),
                reference="承诺书 2026-014",
                recorded_by=None,
                now=now,
            )
            made = open_account(desk, person_id=person, login=key)
            set_password_hash(connection, made.id, hashed, must_change=False, now=now)
    return people


@dataclass
class Staffed:
    """A home to copy, and who is who."""

    session: Session
    people: dict[str, str]

    @contextmanager
    def open(self, home: Path, settings: str = "") -> Iterator[Front]:
        """A copy of it, opened; `settings`: more lines for its site.toml."""
        made = self.session.copy(home)
        with (home / "site.toml").open("a", encoding="utf-8") as file:
            file.write(settings)
        with made.installation() as site:
            yield Front(site, made, self.people)


@pytest.fixture(scope="session")
def staffed_template(settled_template: Session, tmp_path_factory: pytest.TempPathFactory) -> Staffed:
    session = settled_template.copy(tmp_path_factory.mktemp("staffed") / "home")
    with (session.home / "site.toml").open("a", encoding="utf-8") as file:
        file.write(CHEAP)
    with session.installation() as site:
        return Staffed(session, staff(site, session))
