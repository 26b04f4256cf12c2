"""Bringing an installation's database to the present schema: rehearsed on a copy, with a copy kept, and back again."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from yunqi.kernel.errors import Problem, Trouble
from yunqi.operations.claim import list_running
from yunqi.operations.restore import finish_restore
from yunqi.operations.settings import Settings
from yunqi.store import copies
from yunqi.store.audit import verify_evidence
from yunqi.store.database import Database, open_database
from yunqi.store.upgrade import read_revision, upgrade_database

_FOLDER = "upgrade"
_PREFIX = "before-"
_WAIT_S = 600

Tell = Callable[[str, int], None]
"""Told what was made and its size in bytes."""


def _silent(_path: str, _size_bytes: int) -> None:
    return


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade did, or its rehearsal on a copy.

    `copy` is what was kept of the database before, None where nothing had to be kept. `lost` names tables that have
    fewer rows than before, `findings` evidence that no longer verifies: both empty, or the upgrade is not to be done.
    """

    before: str | None
    after: str
    duration_s: float
    rows: int
    contracts: int
    copy: Path | None = None
    lost: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether everything is there and verifies."""
        return not (self.lost or self.findings)


def open_current(settings: Settings) -> Database:
    """The database of the installation at the present schema.

    An empty one is made so. One with data is migrated after a copy was kept (SQLite), or by `yunqi upgrade` alone
    (PostgreSQL, unless `auto_upgrade`): raises `Problem` upgrade.needed then, and database.newer.
    """
    finish_restore(settings)
    database = open_database(settings.database_url)
    try:
        present, needed = read_revision(database)
        if present != needed:
            _bring_up(settings, database)
    except BaseException:
        database.close()
        raise
    return database


def rehearse_upgrade(settings: Settings, tell: Tell = _silent) -> Upgrade:
    """Does the upgrade on a copy, checks it, and takes the copy away; the installation is only read."""
    with _work_folder(settings) as folder, _copy_to_try(settings, folder, tell) as url:
        return _upgrade_checked(url)


def upgrade_installation(settings: Settings, tell: Tell = _silent) -> Upgrade:
    """Rehearses, keeps a copy, upgrades; at the present schema already, it does nothing.

    Raises `Problem` upgrade.running while a server of this home runs, and upgrade.refused when the rehearsal lost rows
    or evidence.
    """
    _refuse_running(settings)
    database = open_database(settings.database_url)
    try:
        present, needed = read_revision(database)
    finally:
        database.close()
    if present == needed:
        return Upgrade(present, needed, 0.0, 0, 0)
    rehearsed = rehearse_upgrade(settings)
    if not rehearsed.good:
        raise Problem(
            "upgrade.refused",
            "在副本上预演升级后，数据或证据不完整：{what}；原数据库未改变",
            field="database_url",
            what="、".join((*rehearsed.lost, *rehearsed.findings))[:300],
            way_out="请保留现状，并将此信息报告给开发者",
        )
    with _exclusive(settings):
        database = open_database(settings.database_url)
        try:
            kept = _keep_copy(settings, database, tell)
            started_s = time.monotonic()
            after = upgrade_database(database)
            return Upgrade(present, after, time.monotonic() - started_s, rehearsed.rows, rehearsed.contracts, copy=kept)
        finally:
            database.close()


def list_copies(settings: Settings) -> tuple[Path, ...]:
    """The copies kept before upgrades, the newest last."""
    folder = settings.home / _FOLDER
    return tuple(sorted(folder.glob(f"{_PREFIX}*"), key=lambda path: path.name.rpartition("-")[2]))


def roll_back(settings: Settings) -> tuple[Path, str]:
    """Puts the newest copy in the place of the database; returns the copy and where the upgraded database lies now.

    What was written since the upgrade is only in the latter. Raises `Problem` upgrade.no_copy and upgrade.running.
    """
    _refuse_running(settings)
    kept = list_copies(settings)
    if not kept:
        raise Problem(
            "upgrade.no_copy",
            "{path} 中没有升级前的副本",
            field="home",
            path=settings.home / _FOLDER,
            way_out="请从备份恢复：yunqi restore",
        )
    copy = kept[-1]
    stamp = _stamp()
    with _exclusive(settings):
        path = copies.sqlite_path(settings.database_url)
        if path is not None:
            aside = path.with_name(f"{path.name}.upgraded-{stamp}")
            fresh = path.with_name(f"{path.name}.back-{stamp}")
            copies.copy_sqlite(copy, fresh)
            for suffix in ("-wal", "-shm"):  # nobody has it open: what they held is in the file, or is moved with it
                beside = path.with_name(path.name + suffix)
                if beside.exists():
                    beside.rename(aside.with_name(aside.name + suffix))
            path.rename(aside)
            fresh.rename(path)
            return copy, str(aside)
        name, aside_name = f"yunqi_back_{stamp}", f"yunqi_upgraded_{stamp}"
        target = copies.make_postgresql(settings.database_url, name.lower())
        copies.load_postgresql(copy, target)
        copies.swap_postgresql(settings.database_url, name.lower(), aside_name.lower())
        return copy, aside_name.lower()


def _bring_up(settings: Settings, database: Database) -> None:
    with _exclusive(settings):
        present, needed = read_revision(database)  # another may have done it while we waited
        if present == needed:
            return
        with database.read() as connection:
            empty = not copies.has_rows(connection)
        if not empty and present is not None and _is_known(present, needed):
            _refuse_running(settings)
            if database.is_sqlite:
                _keep_copy(settings, database, _silent)
            elif not settings.auto_upgrade:
                raise Problem(
                    "upgrade.needed",
                    "数据库的结构版本是 {present}，程序需要 {needed}",
                    field="database_url",
                    present=present,
                    needed=needed,
                    way_out="请停止所有云契进程，先预演再升级：yunqi upgrade --check，yunqi upgrade",
                )
        upgrade_database(database)


def _is_known(present: str, needed: str) -> bool:
    """Whether it is an earlier release's; a later one's is refused by `upgrade_database`."""
    return present < needed


def _refuse_running(settings: Settings) -> None:
    running = {pid for pid in list_running(settings).values() if pid != os.getpid()}
    if running:
        raise Problem(
            "upgrade.running",
            "服务正在运行（进程 {pids}），不能升级数据库",
            field="home",
            pids="、".join(str(pid) for pid in sorted(running)),
            way_out="请先停止：yunqi stop",
        )


def _keep_copy(settings: Settings, database: Database, tell: Tell) -> Path:
    present, _needed = read_revision(database)
    folder = settings.home / _FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = copies.sqlite_path(settings.database_url)
    kept = folder / f"{_PREFIX}{present}-{_stamp()}{'.db' if path else '.dump'}"
    part = kept.with_name(f".{kept.name}.part")
    if path is not None:
        copies.copy_sqlite(path, part)
    else:
        copies.dump_postgresql(settings.database_url, part)
    part.chmod(0o600)
    part.replace(kept)
    tell(str(kept), kept.stat().st_size)
    return kept


@contextmanager
def _copy_to_try(settings: Settings, folder: Path, tell: Tell) -> Iterator[str]:
    """The address of a copy of the database, gone at the end."""
    path = copies.sqlite_path(settings.database_url)
    if path is not None:
        copy = folder / f"try-{os.getpid()}.db"
        try:
            copies.copy_sqlite(path, copy)
            tell(str(copy), copy.stat().st_size)
            yield f"sqlite:///{copy}"
        finally:
            for suffix in ("", "-wal", "-shm"):
                copy.with_name(copy.name + suffix).unlink(missing_ok=True)
        return
    name = f"yunqi_try_{os.getpid()}_{_stamp().lower()}"
    dump = folder / f"try-{os.getpid()}.dump"
    try:
        copies.dump_postgresql(settings.database_url, dump)
        tell(str(dump), dump.stat().st_size)
        target = copies.make_postgresql(settings.database_url, name)
        copies.load_postgresql(dump, target)
        yield target
    finally:
        dump.unlink(missing_ok=True)
        copies.drop_postgresql(settings.database_url, name)


def _upgrade_checked(url: str) -> Upgrade:
    database = open_database(url)
    try:
        present, _needed = read_revision(database)
        with database.read() as connection:
            before = copies.count_rows(connection)
        started_s = time.monotonic()
        after = upgrade_database(database)
        duration_s = time.monotonic() - started_s
        with database.read() as connection:
            left = copies.count_rows(connection)
        lost = tuple(name for name, count in before.items() if left.get(name, 0) < count)
        reports = verify_evidence(database)
        findings = tuple(f"{one.record} [{one.code}]" for report in reports for one in report.findings)
        return Upgrade(present, after, duration_s, sum(before.values()), len(reports), lost=lost, findings=findings)
    finally:
        database.close()


@contextmanager
def _work_folder(settings: Settings) -> Iterator[Path]:
    folder = settings.home / _FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    yield folder


@contextmanager
def _exclusive(settings: Settings) -> Iterator[None]:
    """One process of this home at a time; the lock ends with its holder."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / ".upgrade.lock").open("a") as file:
        until = time.monotonic() + _WAIT_S
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Trouble("upgrade.busy", "另一进程正在升级数据库", way_out="请稍后重试") from None
                time.sleep(0.05)
        yield


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
