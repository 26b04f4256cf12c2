"""Sessions at the command line on the fake engine: one home, a clock that stands, and what each command said."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import make_url
from tests.kits.postgres import Cluster

from yunqi.bootstrap import open_site
from yunqi.cli import site
from yunqi.cli.main import main
from yunqi.cli.show import Steps
from yunqi.cli.tour import agree_and_find, import_sample_month, take_contract
from yunqi.cli.tour.cast import Cast, plan_side, register_people, register_tenants
from yunqi.cli.tour.deliver import file_work_orders
from yunqi.cli.tour.month import plan_month
from yunqi.kernel.clock import FixedClock
from yunqi.kernel.period import day_start
from yunqi.operations.contracts import sign_contract
from yunqi.operations.installation import Installation
from yunqi.operations.months import close_month
from yunqi.operations.settings import load_settings, project_root
from yunqi.store.statements import StatementRow

EXAMPLES = (project_root() or Path()) / "examples"
SAMPLE, SMALL = EXAMPLES / "contract-sample.docx", EXAMPLES / "contract-small.docx"
INTO_TERM = timedelta(days=143, hours=12)
"""How far into the sample's term the sessions play: some months are over."""


def silent(_line: str) -> None:
    """Takes what would be said."""


@dataclass
class Session:
    """One home. `run` expects success and returns what was said; `refused` expects a refusal."""

    home: Path
    clock: FixedClock
    cast: Cast | None = None
    statements: list[StatementRow] = field(default_factory=list)

    @property
    def number(self) -> str:
        return self.side.contract

    @property
    def side(self) -> Any:
        assert self.cast is not None
        return self.cast.first

    def call(self, *words: object) -> Result:
        before, site.opener = site.opener, self._open
        try:
            result = CliRunner().invoke(main, ["--home", str(self.home), *(str(word) for word in words)])
        finally:
            site.opener = before
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def run(self, *words: object) -> str:
        result = self.call(*words)
        assert result.exit_code == 0, result.output
        return result.output

    def refused(self, code: str, *words: object) -> str:
        """What a refusal says; it is a Problem of this code, told in one line."""
        result = self.call(*words)
        assert result.exit_code == 2, (result.exit_code, result.output)
        assert result.stderr.endswith(f"[{code}]\n"), result.stderr
        lines = [line for line in result.stderr.splitlines() if not line.endswith(" MiB")]  # what was read so far
        assert len(lines) == 1
        return lines[0]

    @contextmanager
    def installation(self) -> Iterator[Installation]:
        made = self._open(load_settings(self.home))
        try:
            yield made
        finally:
            made.close()

    def _open(self, settings: Any) -> Installation:
        made = open_site(settings)
        made.clock = self.clock
        return made

    def copy(self, home: Path, cluster: Cluster | None = None) -> Session:
        """The same in another home; with a cluster, on a copy of its PostgreSQL database."""
        shutil.copytree(self.home, home)
        if cluster is not None:
            name = str(make_url(load_settings(home).database_url).database)
            write_site(home, cluster.url_of(cluster.make_database(name)))
        return Session(home, FixedClock(self.clock.at), self.cast, list(self.statements))


def write_site(home: Path, database_url: str | None = None) -> None:
    """The settings of a session's home: the fake engine, and PostgreSQL where an address is given."""
    more = "" if database_url is None else f'database_url = "{database_url}"\n'
    (home / "site.toml").write_text('engine = "fake"\nlisten_port = 0\n' + more, "utf-8")


def open_session(home: Path, on: date | None = None, database_url: str | None = None) -> Session:
    """An empty home on the fake engine; the clock stands at noon of a day."""
    home.mkdir(parents=True, exist_ok=True)
    write_site(home, database_url)
    return Session(home, FixedClock(day_start(on or date(2026, 11, 21)) + timedelta(hours=12)))


def make_signed(home: Path, database_url: str | None = None) -> Session:
    """Both sample contracts imported and signed, everybody registered, work orders filed and approved."""
    session = open_session(home, database_url=database_url)
    steps = Steps(1)
    steps.say = silent  # type: ignore[method-assign]
    with session.installation() as opened:
        first, second = (take_contract(opened, path.name, steps) for path in (SAMPLE, SMALL))
        assert first.contract.start_on is not None
        session.clock.at = day_start(first.contract.start_on) + INTO_TERM
        cast = session.cast = Cast(
            plan_side(opened, first), plan_side(opened, second), first.data["parties"]["administration"]
        )
        register_people(opened, cast)
        for side in (cast.first, cast.second):
            for person in (side.approver, side.lead):
                sign_contract(opened, side.contract, person)
        register_tenants(opened, cast)
        file_work_orders(opened, cast, silent)
    return session


def settle_month(session: Session) -> None:
    """The sample month: a provisional first version, then readings and findings until a final one; kept in order."""
    assert session.cast is not None
    with session.installation() as opened:
        month = plan_month(opened, session.cast)
        import_sample_month(opened, session.cast, month, silent)
        session.clock.advance(timedelta(minutes=1))
        first = close_month(opened, session.number, str(month))
        session.clock.advance(timedelta(minutes=1))
        agree_and_find(opened, session.cast, first, silent)
        session.clock.advance(timedelta(minutes=1))
        session.statements = [first, close_month(opened, session.number, str(month))]


@pytest.fixture(scope="session")
def signed_template(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return make_signed(tmp_path_factory.mktemp("signed") / "home")


@pytest.fixture(scope="session")
def settled_template(signed_template: Session, tmp_path_factory: pytest.TempPathFactory) -> Session:
    session = signed_template.copy(tmp_path_factory.mktemp("settled") / "home")
    settle_month(session)
    return session


DATABASES = ["sqlite", "postgresql"]
_templates: dict[tuple[str, bool], Session] = {}


def _postgresql_template(cluster: Cluster, factory: pytest.TempPathFactory, *, settled: bool) -> Session:
    """A session on PostgreSQL that others are copied from, made once for a cluster."""
    key = (str(cluster.folder), settled)
    if key not in _templates:
        home = factory.mktemp("template") / "home"
        if settled:
            _templates[key] = _postgresql_template(cluster, factory, settled=False).copy(home, cluster)
            settle_month(_templates[key])
        else:
            _templates[key] = make_signed(home, cluster.url_of(cluster.make_database()))
    return _templates[key]


def _on_postgresql(request: pytest.FixtureRequest, home: Path, *, settled: bool) -> Iterator[Session]:
    cluster: Cluster = request.getfixturevalue("postgres")
    factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
    session = _postgresql_template(cluster, factory, settled=settled).copy(home, cluster)
    yield session
    cluster.drop_database(str(make_url(load_settings(home).database_url).database))


@pytest.fixture(params=DATABASES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    """A home with nothing in it, on each of the two databases."""
    if request.param == "sqlite":
        yield open_session(tmp_path / "home")
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = cluster.make_database()
    yield open_session(tmp_path / "home", database_url=cluster.url_of(name))
    cluster.drop_database(name)


@pytest.fixture(params=DATABASES)
def signed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    """A home with the sample contracts signed, and work orders that one can order on."""
    if request.param == "sqlite":
        yield request.getfixturevalue("signed_template").copy(tmp_path / "home")
    else:
        yield from _on_postgresql(request, tmp_path / "home", settled=False)


@pytest.fixture(params=DATABASES)
def settled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    """A home in which the sample month is settled."""
    if request.param == "sqlite":
        yield request.getfixturevalue("settled_template").copy(tmp_path / "home")
    else:
        yield from _on_postgresql(request, tmp_path / "home", settled=True)
