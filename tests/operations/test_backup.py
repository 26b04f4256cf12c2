"""Backup and restore of the installation on both databases: whole while writers write, old or new when killed."""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url
from tests.kits.postgres import Cluster
from tests.kits.session import Session, write_site

from yunqi.kernel.clock import FixedClock
from yunqi.operations.archive import read_archive
from yunqi.operations.backup import write_backup
from yunqi.operations.claim import claim_home
from yunqi.operations.delivery import make_reconciler
from yunqi.operations.restore import restore_backup
from yunqi.operations.settings import load_settings
from yunqi.operations.watch import close_past_days, seal_all
from yunqi.store.audit import verify_evidence
from yunqi.store.copies import count_rows, list_chain_heads
from yunqi.store.database import open_database
from yunqi.store.facts import NewFact, record_fact

NOW = datetime(2026, 11, 21, tzinfo=UTC)
WORDS = "四个随意的词 correct horse"


def silent(_name: str, _size_bytes: int) -> None:
    """Takes what would be told."""


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.touch(mode=0o600)
    path.write_text(WORDS + "\n", "utf-8")
    return path


@pytest.fixture
def sealed(settled: Session) -> Session:
    """A home in which a month is settled, days are closed, a document made and something is built in the engine."""
    given = ("--contract", settled.number, "--as", settled.side.clerk, "--work-order", settled.side.work_order)
    settled.run("order", "network", "main", *given)
    with settled.installation() as opened:
        settle(opened)
        settled.clock.advance(timedelta(days=1))
        close_past_days(opened)
    (settled.home / "documents" / "甲").mkdir(parents=True)
    (settled.home / "documents" / "甲" / "月报.pdf").write_bytes(os.urandom(3000))
    return settled


def settle(opened: Any) -> None:
    worker = make_reconciler(opened)
    worker.run_until_settled(20)
    worker.release()


@pytest.fixture
def elsewhere(sealed: Session, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Session]:
    """An empty home on a database of the same kind."""
    home = tmp_path / "elsewhere"
    home.mkdir()
    if load_settings(sealed.home).database_url.startswith("sqlite"):
        yield Session(home, FixedClock(sealed.clock.at), sealed.cast, list(sealed.statements))
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = cluster.make_database()
    write_site(home, cluster.url_of(name))
    yield Session(home, FixedClock(sealed.clock.at), sealed.cast, list(sealed.statements))
    cluster.drop_database(name)


def rows_of(session: Session) -> dict[str, int]:
    database = open_database(load_settings(session.home).database_url)
    try:
        with database.read() as connection:
            rows = count_rows(connection)
            return {name: count for name, count in rows.items() if name != "lease"}
    finally:
        database.close()


def check_same(restored: Session, rows: dict[str, int]) -> None:
    """Every row, the evidence by the installation's own key, and the statements."""
    assert rows_of(restored) == rows
    assert restored.run("evidence", "verify", restored.number)
    assert restored.run("statement", "recompute", restored.statements[-1].id) == "重算一致\n"


def test_one_command_each(sealed: Session, elsewhere: Session, passphrase: Path, tmp_path: Path) -> None:
    rows = rows_of(sealed)
    target = tmp_path / "backup.tar.gz"
    said = sealed.run("backup", target, "--passphrase-file", passphrase)
    assert "清单的 SM3：" in said
    assert "MiB" in said
    assert target.stat().st_mode & 0o077 == 0
    assert WORDS.encode() not in gzip.decompress(target.read_bytes())
    assert b"PRIVATE KEY" not in gzip.decompress(target.read_bytes())
    assert "备份完好" in sealed.run("backup", "verify", target)
    manifest = read_archive(target)
    with sealed.installation() as opened, opened.database.read() as connection:
        assert manifest.heads == list_chain_heads(connection)
    assert all(head.position > 0 for head in manifest.heads if head.contract_id == sealed.side.contract_id)
    said = elsewhere.run("restore", target, "--passphrase-file", passphrase)
    assert "已恢复到" in said
    check_same(elsewhere, rows)
    document = Path("documents") / "甲" / "月报.pdf"
    assert (elsewhere.home / document).read_bytes() == (sealed.home / document).read_bytes()
    key = load_settings(elsewhere.home).key_path
    assert key.read_bytes() == load_settings(sealed.home).key_path.read_bytes()
    assert key.stat().st_mode & 0o077 == 0
    assert not list(elsewhere.home.glob(".*restore-*"))
    with elsewhere.installation() as opened:  # and the ledger goes on
        elsewhere.clock.advance(timedelta(days=1))
        assert close_past_days(opened)
        assert all(report.findings == [] for report in verify_evidence(opened.database))


def test_taken_while_writers_write(sealed: Session, elsewhere: Session, passphrase: Path, tmp_path: Path) -> None:
    stop = threading.Event()
    contract = sealed.side.contract_id

    def write() -> None:
        with sealed.installation() as opened:
            number = 0
            while not stop.is_set():
                number += 1
                with opened.database.write() as connection:
                    for half in ("a", "b"):  # always both or neither
                        new = NewFact(contract, f"test.{half}", "x", sealed.clock.at, {"n": number})
                        record_fact(connection, new, now=sealed.clock.at)
                seal_all(opened)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for one in writers:
        one.start()
    try:
        target = tmp_path / "backup.tar.gz"
        done = write_backup(load_settings(sealed.home), target, silent, passphrase_file=passphrase)
    finally:
        stop.set()
        for one in writers:
            one.join()
    restored = restore_backup(elsewhere.home, target, silent, passphrase_file=passphrase)
    assert restored.findings == ()
    with elsewhere.installation() as opened, opened.database.read() as connection:
        assert list_chain_heads(connection) == done.manifest.heads
        counts = [
            connection.exec_driver_sql(f"SELECT count(*) FROM fact WHERE kind = 'test.{half}'").scalar()
            for half in ("a", "b")
        ]
    assert counts[0] == counts[1]


def test_what_is_there_is_not_replaced_unless_asked(sealed: Session, passphrase: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar.gz"
    sealed.run("backup", target, "--passphrase-file", passphrase)
    rows = rows_of(sealed)
    given = ("--contract", sealed.number, "--as", sealed.side.clerk, "--work-order", sealed.side.work_order)
    sealed.run("order", "network", "later", *given)
    with sealed.installation() as opened:
        seal_all(opened)
        settle(opened)
        fence = opened.engine.observe()
    assert len(fence.networks) == 2
    sealed.refused("restore.not_empty", "restore", target, "--passphrase-file", passphrase)
    sealed.refused("restore.no_passphrase", "restore", target, "--replace")
    said = sealed.run("restore", target, "--passphrase-file", passphrase, "--replace")
    assert "原有数据保留在" in said
    assert "只在原有数据中" in said  # what the old ledger had beyond the backup is said
    assert sealed.side.contract_id in said
    check_same(sealed, rows)
    with sealed.installation() as opened:  # the engine's fence is ahead of the database: the reconciler passes it
        settle(opened)
        seen = opened.engine.observe()
        assert seen.networks
        assert not seen.strays


def test_keys_are_never_bare_and_never_forgotten(sealed: Session, elsewhere: Session, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar.gz"
    assert "--without-keys" in sealed.refused("backup.no_passphrase", "backup", target)
    assert not target.exists()
    open_to_all = tmp_path / "open"
    open_to_all.write_text(WORDS, "utf-8")
    open_to_all.chmod(0o644)
    sealed.refused("passphrase.exposed", "backup", target, "--passphrase-file", open_to_all)
    short = tmp_path / "short"
    short.touch(mode=0o600)
    short.write_text("abc", "utf-8")
    sealed.refused("passphrase.short", "backup", target, "--passphrase-file", short)
    sealed.refused("passphrase.unreadable", "backup", target, "--passphrase-file", tmp_path / "none")
    sealed.run("backup", target, "--without-keys")
    assert "未恢复密钥" in elsewhere.run("restore", target)
    elsewhere.refused("key.missing", "evidence", "verify", elsewhere.number)
    load_settings(elsewhere.home).key_dir.mkdir(exist_ok=True)
    shutil.copy(load_settings(sealed.home).key_path, load_settings(elsewhere.home).key_path)
    assert elsewhere.run("evidence", "verify", elsewhere.number)


def test_a_wrong_passphrase_opens_nothing(
    sealed: Session, elsewhere: Session, passphrase: Path, tmp_path: Path
) -> None:
    target = tmp_path / "backup.tar.gz"
    sealed.run("backup", target, "--passphrase-file", passphrase)
    passphrase.write_text("another passphrase", "utf-8")
    elsewhere.refused("passphrase.wrong", "restore", target, "--passphrase-file", passphrase)
    assert not load_settings(elsewhere.home).key_dir.exists()
    assert not list(elsewhere.home.glob(".*restore-*"))


# --- killed


STEPS = ("read", "staged", "checked", "files", "journal", "moved yunqi.db", "moved keys", "moved documents", "swapped")


@pytest.mark.parametrize("step", STEPS)
def test_killed_in_a_restore_the_old_is_whole_or_the_new(
    sealed: Session, passphrase: Path, tmp_path: Path, step: str
) -> None:
    target = tmp_path / "backup.tar.gz"
    sealed.run("backup", target, "--passphrase-file", passphrase)
    backed_up = rows_of(sealed)
    given = ("--contract", sealed.number, "--as", sealed.side.clerk, "--work-order", sealed.side.work_order)
    sealed.run("order", "network", "later", *given)
    (sealed.home / "documents" / "later").write_bytes(b"later")
    before = rows_of(sealed)
    assert before != backed_up
    killed = _restore_and_kill(sealed.home, target, passphrase, step)
    on_sqlite = load_settings(sealed.home).database_url.startswith("sqlite")
    assert killed == (step != ("swapped" if on_sqlite else "moved yunqi.db"))
    moved = STEPS.index(step) >= STEPS.index("journal")
    sealed.run("contract", "list")  # whoever opens it next finishes what was begun
    assert rows_of(sealed) == (backed_up if moved else before)
    assert (sealed.home / "documents" / "later").exists() is not moved
    assert not (sealed.home / "restore.json").exists()
    assert sealed.run("evidence", "verify", sealed.number)
    sealed.run("restore", target, "--passphrase-file", passphrase, "--replace")  # and it can be done again
    check_same(sealed, backed_up)
    assert not list(sealed.home.glob(".*restore-*"))


def _restore_and_kill(home: Path, target: Path, passphrase: Path, step: str) -> bool:
    child = os.fork()
    if child == 0:

        def fuse(told: str) -> None:
            if told == step:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            restore_backup(home, target, silent, passphrase_file=passphrase, replace=True, on_step=fuse)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_killed_in_a_backup_there_is_none(sealed: Session, tmp_path: Path) -> None:
    target = tmp_path / "there" / "backup.tar.gz"
    child = os.fork()
    if child == 0:
        tell: Callable[[str, int], None] = lambda _name, _size: os.kill(os.getpid(), signal.SIGKILL)  # noqa: E731
        try:
            write_backup(load_settings(sealed.home), target, tell, without_keys=True)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert not target.exists()
    sealed.run("backup", target, "--without-keys")
    assert "备份完好" in sealed.run("backup", "verify", target)


# --- folders, and who is in the way


def test_a_folder_keeps_the_newest(sealed: Session, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("notes.tar.gz", "yunqi-zzzz-20260101T000000000000Z.tar.gz"):
        (folder / name).write_bytes(b"not ours")
    for _ in range(4):
        sealed.run("backup", folder, "--without-keys", "--keep", "2")
    ours = sorted(folder.glob(f"yunqi-{load_settings(sealed.home).site_id}-*"))
    assert len(ours) == 2
    assert len(list(folder.iterdir())) == 4
    assert "备份完好" in sealed.run("backup", "verify", ours[-1])
    sealed.refused("backup.keep", "backup", folder / "x", "--without-keys", "--keep", "2")
    sealed.refused("backup.exists", "backup", ours[-1], "--without-keys")


def test_who_runs_is_not_overwritten(sealed: Session, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar.gz"
    settings = load_settings(sealed.home)
    with claim_home(settings, "second"):  # taken while a server runs
        sealed.run("backup", target, "--without-keys")
    child = os.fork()
    if child == 0:
        with claim_home(settings):
            signal.pause()
    try:
        until = 200
        while not settings.pid_path.exists() and until:
            until -= 1
            signal.sigtimedwait([], 0.02)
        signal.sigtimedwait([], 0.1)
        assert str(child) in sealed.refused("restore.running", "restore", target, "--replace")
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if settings.database_url.startswith("sqlite"):
        return
    rows = rows_of(sealed)
    other = open_database(settings.database_url)
    with other.read() as connection:
        connection.exec_driver_sql("SELECT 1")
        said = sealed.refused("restore.in_use", "restore", target, "--replace")
        assert str(make_url(settings.database_url).database) in said
    other.close()
    assert rows_of(sealed) == rows  # nothing has moved, and nothing waits to
    assert not (sealed.home / "restore.json").exists()
    sealed.run("restore", target, "--replace")
    assert rows_of(sealed) == rows


def test_a_backup_of_an_older_release_comes_up_to_date(tmp_path: Path) -> None:
    from tests.upgrades.test_first_release import KNOWN, fill_sqlite

    old = tmp_path / "old"
    old.mkdir()
    write_site(old)
    fill_sqlite(old / "yunqi.db")
    target = tmp_path / "backup.tar.gz"
    done = write_backup(load_settings(old), target, silent, without_keys=True)
    assert done.manifest.schema == "0003"
    restored = restore_backup(tmp_path / "new", target, silent)
    assert restored.findings == ()
    assert restored.settings.site_id == load_settings(old).site_id  # said in the new home: it would be another
    with Session(tmp_path / "new", FixedClock(NOW)).installation() as opened, opened.database.read() as connection:
        rows = count_rows(connection)
    assert {name: rows[name] for name in KNOWN["sqlite"]["rows"]} == KNOWN["sqlite"]["rows"]
    assert replace(done.manifest, members=()) == replace(restored.manifest, members=())
