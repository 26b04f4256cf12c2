"""A database that the first release made, brought to the present schema on both databases: nothing is lost of it.

The dumps were made by `make_first_release.py` with that release's own code; `first_release.json` says what was in them.
"""

from __future__ import annotations

import gzip
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.kits.postgres import Cluster
from tests.kits.session import Session

from yunqi.kernel.clock import FixedClock
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Month
from yunqi.operations.delivery import make_reconciler
from yunqi.operations.months import read_inputs
from yunqi.operations.settings import load_settings
from yunqi.operations.upgrade import list_copies, rehearse_upgrade, upgrade_installation
from yunqi.settlement import Inputs, Reading, compute_statement
from yunqi.store.audit import verify_evidence
from yunqi.store.copies import count_rows
from yunqi.store.database import open_database
from yunqi.store.statements import require_statement
from yunqi.store.upgrade import read_revision

HERE = Path(__file__).parent
KNOWN: dict[str, dict[str, Any]] = json.loads((HERE / "first_release.json").read_text("utf-8"))
FIRST = "0003"


def _home(folder: Path, url: str = "", more: str = "") -> Path:
    home = folder / "home"
    home.mkdir()
    line = f'database_url = "{url}"\n' if url else ""
    (home / "site.toml").write_text(f'engine = "fake"\n{line}{more}', "utf-8")
    return home


def fill_sqlite(path: Path) -> None:
    """The SQLite file as the first release left it."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(gzip.decompress((HERE / "first_release.sqlite.sql.gz").read_bytes()).decode())
    connection.close()


def fill_postgresql(cluster: Cluster) -> str:
    """The address of a PostgreSQL database as the first release left it."""
    name = cluster.make_database()
    command = ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(cluster.folder), "-U", cluster.user, "-d", name]
    text = gzip.decompress((HERE / "first_release.postgresql.sql.gz").read_bytes())
    subprocess.run(command, input=text, check=True, stdout=subprocess.DEVNULL)
    return cluster.url_of(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def first(request: pytest.FixtureRequest, tmp_path: Path) -> Session:
    """An installation of the first release on each database; nothing has opened it since."""
    if request.param == "sqlite":
        home = _home(tmp_path)
        fill_sqlite(home / "yunqi.db")
    else:
        home = _home(tmp_path, fill_postgresql(request.getfixturevalue("postgres")))
    return Session(home, FixedClock(datetime.fromisoformat(KNOWN[request.param]["now"])))


def known_of(session: Session) -> dict[str, Any]:
    return KNOWN["sqlite" if load_settings(session.home).database_url.startswith("sqlite") else "postgresql"]


def revision_of(session: Session) -> tuple[str | None, str]:
    database = open_database(load_settings(session.home).database_url)
    try:
        return read_revision(database)
    finally:
        database.close()


def check_all_kept(session: Session) -> None:
    """Every row, the evidence, the statements to the last digit, and the resources as they were built."""
    known = known_of(session)
    with session.installation() as opened:
        assert read_revision(opened.database)[0] == read_revision(opened.database)[1] != FIRST
        with opened.database.read() as connection:
            rows = count_rows(connection)
        assert {name: rows[name] for name in known["rows"]} == known["rows"]
        for report in verify_evidence(opened.database, trusted_keys=frozenset({known["key_id"]})):
            assert report.findings == []
            assert report.facts > 0
        for identifier, month, version, sm3 in known["statements"]:
            with opened.database.read() as connection:
                row = require_statement(connection, identifier)
            assert (row.month, row.version, row.sm3) == (month, version, sm3)
            inputs = read_inputs(opened, row.contract_id, Month.parse(row.month), row.known_at)
            made_again = _as_first_asked(inputs, row.data)
            assert {**made_again, "known_at": row.data["known_at"]} == row.data


def _as_first_asked(inputs: Inputs, first: Mapping[str, Any]) -> dict[str, Any]:
    """The statement without what the first release did not ask yet: how a month counts in which nobody handed in how
    available or durable the data was. It left such a level unknown, and still final; all else it must still say to the
    last digit.
    """
    later = ("unmeasured.data_availability", "unmeasured.durability")
    known = (*inputs.readings, *(Reading(code, "met", "无") for code in later))
    made = compute_statement(replace(inputs, readings=known)).model_dump(mode="json")
    assert made.pop("frozen_fen") == 0  # nothing could be disputed yet
    # What may end the contract was not worked out yet: it stands beside the money and changes none of it.
    for ground in made.pop("grounds"):
        made["trace"].pop(ground["node"])
    assert made.pop("titles") == {}  # nothing was found late
    assert all(one.pop("items") == [] for one in made["open_points"])
    assert made.pop("caps") == []  # no clause of that contract has a cap on its sum
    assert all(one.pop("cut_fen") == 0 for one in made["candidates"])
    made["readings"] = [one for one in made["readings"] if one["code"] not in later]
    for level, old in zip(made["levels"], first["levels"], strict=True):
        if f"unmeasured.{level['metric']}" in later:
            assert (level["state"], old["state"]) == ("met", "unknown")
            level["state"] = old["state"]
            made["trace"][level["node"]] = first["trace"][level["node"]]
    return made


def test_the_dumps_are_of_the_first_release(first: Session) -> None:
    assert revision_of(first)[0] == FIRST
    assert known_of(first)["rows"]["statement"] == 3


def test_upgraded_nothing_is_lost(first: Session) -> None:
    said = first.run("upgrade", "--check")
    assert f"预演：结构版本 {FIRST} → " in said
    assert "2 份合同的证据已核对" in said
    assert revision_of(first)[0] == FIRST  # a rehearsal changes nothing
    assert list_copies(load_settings(first.home)) == ()
    said = first.run("upgrade")
    assert "已升级" in said
    (copy,) = list_copies(load_settings(first.home))
    assert str(copy) in said
    assert copy.stat().st_mode & 0o077 == 0
    check_all_kept(first)
    assert first.run("upgrade").startswith("数据库已是结构版本")
    assert len(list_copies(load_settings(first.home))) == 1
    with first.installation() as opened:  # and work goes on: what the first release left to be done is done
        worker = make_reconciler(opened)
        worker.run_until_settled(20)
        worker.release()


def test_one_command_leads_back(first: Session) -> None:
    first.run("upgrade")
    said = first.run("upgrade", "--rollback")
    assert "请改用升级前的程序版本" in said
    assert revision_of(first)[0] == FIRST
    database = open_database(load_settings(first.home).database_url)
    with database.read() as connection:
        rows = count_rows(connection)
    database.close()
    assert {name: rows[name] for name in known_of(first)["rows"]} == known_of(first)["rows"]
    first.run("upgrade")  # and forth again
    check_all_kept(first)


def test_opened_sqlite_is_copied_first_and_postgresql_asks(first: Session) -> None:
    settings = load_settings(first.home)
    if settings.database_url.startswith("sqlite"):
        first.run("contract", "list")
        (copy,) = list_copies(settings)
        assert FIRST in copy.name
        check_all_kept(first)
        return
    said = first.refused("upgrade.needed", "contract", "list")
    assert "yunqi upgrade --check" in said
    assert revision_of(first)[0] == FIRST
    with (first.home / "site.toml").open("a", encoding="utf-8") as file:
        file.write("auto_upgrade = true\n")
    first.run("contract", "list")
    check_all_kept(first)


def test_no_copy_no_way_back(first: Session) -> None:
    assert "yunqi restore" in first.refused("upgrade.no_copy", "upgrade", "--rollback")


def test_a_rehearsal_that_finds_damage_keeps_the_upgrade_away(first: Session) -> None:
    database = open_database(load_settings(first.home).database_url)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE fact SET payload = '{}' WHERE no = (SELECT min(fact_no) FROM chain)")
    database.close()
    result = first.call("upgrade", "--check")
    assert result.exit_code == 1
    assert "✗" in result.output
    first.refused("upgrade.refused", "upgrade")
    assert revision_of(first)[0] == FIRST


def test_while_a_server_runs_nothing_is_upgraded(first: Session) -> None:
    from yunqi.operations.claim import claim_home

    code = "import sys, time; from pathlib import Path; from yunqi.operations.claim import claim_home\n"
    code += "from yunqi.operations.settings import load_settings\n"
    code += "with claim_home(load_settings(Path(sys.argv[1]))): print('on', flush=True); time.sleep(60)\n"
    command = [sys.executable, "-c", code, str(first.home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "on\n"
        assert str(server.pid) in first.refused("upgrade.running", "upgrade")
        server.kill()
    with claim_home(load_settings(first.home)):
        upgrade_installation(load_settings(first.home))
    check_all_kept(first)


@pytest.mark.parametrize("delay_s", [0.05, 0.15, 0.4])
def test_killed_during_the_upgrade_it_is_old_or_new(first: Session, delay_s: float) -> None:
    settings = load_settings(first.home)
    child = os.fork()
    if child == 0:
        upgrade_installation(settings)
        os._exit(0)
    try:
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG)
        signal.sigtimedwait([], delay_s)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert revision_of(first)[0] in {FIRST, revision_of(first)[1]}
    first.run("upgrade")
    check_all_kept(first)


def test_a_database_of_a_later_release_is_left_alone(first: Session) -> None:
    database = open_database(load_settings(first.home).database_url)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    first.refused("database.newer", "contract", "list")
    with pytest.raises(Problem) as caught:
        rehearse_upgrade(load_settings(first.home))
    assert caught.value.code == "database.newer"
    assert list_copies(load_settings(first.home)) == ()
