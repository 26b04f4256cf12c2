"""Putting an installation back from a backup: checked whole beside the old one, then swapped in by renaming.

Until the journal is written nothing of the old installation is touched; after it, whoever opens the installation next
finishes the renaming. So one that is killed leaves the old one whole or the new one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from yunqi.engines.files import locked, sync_folder, write_whole
from yunqi.kernel.errors import Problem
from yunqi.operations.archive import DATABASES, DOCUMENTS, KEYS, SITE, Manifest, Tell, read_archive
from yunqi.operations.claim import list_running
from yunqi.operations.sealed_keys import open_keys, read_keys, read_passphrase
from yunqi.operations.settings import Settings, load_settings
from yunqi.store import copies
from yunqi.store.audit import verify_evidence
from yunqi.store.checks import sm3_hex
from yunqi.store.database import Database, open_database
from yunqi.store.leases import forget_agreement
from yunqi.store.upgrade import upgrade_database

_FOLDER = ".restore-"
_SITE_AGREEMENT = "site"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back. `kept` is where the old installation's parts lie now, `lost` how many sealed records of which
    contract the old one had beyond the backup, `findings` evidence that does not verify.
    """

    manifest: Manifest
    settings: Settings
    facts: int
    kept: tuple[str, ...]
    lost: tuple[tuple[str, int], ...]
    findings: tuple[str, ...]


def restore_backup(
    home: Path,
    archive: Path,
    tell: Tell,
    *,
    passphrase_file: Path | None = None,
    without_keys: bool = False,
    replace: bool = False,
    as_is: bool = False,
    on_step: Callable[[str], None] = lambda _name: None,
) -> Restored:
    """Puts a backup into a home: hashes, the ends of the ledgers and all evidence are checked before anything moves.

    `replace` lets it take the place of an installation with data, which is kept beside it; `as_is` takes evidence that
    does not verify. Raises `Problem` restore.running, restore.not_empty, restore.other_database, restore.no_passphrase,
    restore.shortened, restore.evidence, restore.in_use, and what `read_archive` says.
    """
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    settings = load_settings(home)
    finish_restore(settings)
    _refuse_running(settings)
    stamp = datetime.now(UTC).strftime("%Y%m%dt%H%M%S%f")
    _sweep(settings)
    folder = home / f"{_FOLDER}{stamp}"
    folder.mkdir(mode=0o700)
    try:
        manifest = read_archive(archive, folder, tell)
        on_step("read")
        if not (home / SITE).exists() and (folder / SITE).exists():
            settings = load_settings(home, site=folder / SITE)
        _refuse_other_kind(settings, manifest)
        heads_before = _look_at_present(settings, replace=replace)
        keys = _open_keys(folder, manifest, passphrase_file, without_keys=without_keys)
        with _staged(settings, folder, manifest, stamp) as staged:
            on_step("staged")
            facts, findings = _check(staged.database, manifest, as_is=as_is)
            if manifest.site_id != settings.site_id and (home / SITE).exists():
                with staged.database.write() as connection:  # the record of another engine than this home's
                    forget_agreement(connection, _SITE_AGREEMENT)
            staged.database.close()
            on_step("checked")
            moves = staged.moves + _stage_files(settings, folder, keys, stamp)
            on_step("files")
            if not (home / SITE).exists():
                write_whole(home / SITE, _site_text(folder, manifest))
            body = {"moves": moves, "postgresql": staged.swap, "folder": str(folder)}
            write_whole(settings.journal_path, json.dumps(body, indent=1))
            on_step("journal")
        try:
            finish_restore(settings, on_step)
        except Problem:  # the database is in use: the first thing to move, so nothing has moved
            settings.journal_path.unlink()
            raise
    except BaseException:
        if not settings.journal_path.exists():
            _sweep(settings)
        raise
    kept = [move[2] for move in moves if Path(move[2]).exists()]
    if staged.swap is not None and heads_before is not None:
        kept.append(staged.swap[1])
    ends = {head.contract_id: head.position for head in manifest.heads}
    lost = tuple(
        (contract, position - ends.get(contract, 0))
        for contract, position in (heads_before or {}).items()
        if position > ends.get(contract, 0)
    )
    return Restored(manifest, load_settings(home), facts, tuple(kept), lost, findings)


def _sweep(settings: Settings) -> None:
    """Takes away what a restore left that ended before anything moved."""
    path = copies.sqlite_path(settings.database_url)
    if path is None:
        copies.drop_postgresql(settings.database_url, _fresh_name(settings))
    for place in (path, settings.key_dir):
        if place is not None:
            for left in place.parent.glob(f".{place.name}.restore-*"):
                shutil.rmtree(left) if left.is_dir() else left.unlink()
    for folder in settings.home.glob(f"{_FOLDER}*"):
        shutil.rmtree(folder)


def finish_restore(settings: Settings, on_step: Callable[[str], None] = lambda _name: None) -> bool:
    """Finishes a restore whose journal stands; returns whether there was one. Told again, it does nothing."""
    journal = settings.journal_path
    if not journal.exists():
        return False
    with locked(settings.home / ".restore.lock"):  # two who open the installation at once: one moves, one waits
        if not journal.exists():
            return False
        body = json.loads(journal.read_text("utf-8"))
        if body["postgresql"] is not None:
            copies.swap_postgresql(settings.database_url, *body["postgresql"])
            on_step("swapped")
        for new, target, kept in body["moves"]:
            _move(Path(new) if new else None, Path(target), Path(kept))
            on_step(f"moved {Path(target).name}")
        shutil.rmtree(body["folder"], ignore_errors=True)
        journal.unlink()
        sync_folder(settings.home)
        return True


def _move(new: Path | None, target: Path, kept: Path) -> None:
    """The new in the place of the old, the old under the name `kept`; each half is done once, however often it is told.

    Without a new one, the old only gives way.
    """
    if new is not None and not new.exists():
        return  # done
    if target.exists() and not kept.exists():
        target.rename(kept)
    if new is not None:
        new.rename(target)
    sync_folder(target.parent)


@dataclass
class _Staged:
    database: Database
    moves: list[list[str]]
    swap: list[str] | None


@contextmanager
def _staged(settings: Settings, folder: Path, manifest: Manifest, stamp: str) -> Iterator[_Staged]:
    """The database of the backup beside the present one, at the present schema; closed at the end of the block."""
    source = folder / DATABASES[manifest.database]
    path = copies.sqlite_path(settings.database_url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f".{path.name}.restore-{stamp}")
        shutil.move(source, new)
        kept = path.with_name(f"{path.name}.before-{stamp}")
        # What the old file's log held goes with it: a new file must never meet it.
        beside = [["", str(path) + end, str(kept) + end] for end in ("-wal", "-shm")]
        database = open_database(f"sqlite:///{new}")
        try:
            upgrade_database(database)
            yield _Staged(database, [*beside, [str(new), str(path), str(kept)]], None)
        finally:
            database.close()
        return
    name = _fresh_name(settings)
    url = copies.make_postgresql(settings.database_url, name)
    database = open_database(url)
    try:
        copies.load_postgresql(source, url)
        upgrade_database(database)
        yield _Staged(database, [], [name, f"yunqi_before_{stamp}"])
    finally:
        database.close()


def _fresh_name(settings: Settings) -> str:
    """One name for every restore into this database, so that what a killed one left is found."""
    return f"yunqi_restore_{sm3_hex(copies.name_database(settings.database_url).encode())[:12]}"


def _stage_files(settings: Settings, folder: Path, keys: dict[str, bytes] | None, stamp: str) -> list[list[str]]:
    """Keys and documents beside the present ones; the moves that put them in place."""
    moves = []
    if keys is not None:
        new = settings.key_dir.with_name(f".{settings.key_dir.name}.restore-{stamp}")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True, mode=0o700)
        for name, content in keys.items():
            descriptor = os.open(new / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        moves.append([str(new), str(settings.key_dir), str(settings.key_dir) + f".before-{stamp}"])
    documents = folder / DOCUMENTS.rstrip("/")
    documents.mkdir(exist_ok=True)
    kept = settings.document_dir.with_name(f"{settings.document_dir.name}.before-{stamp}")
    moves.append([str(documents), str(settings.document_dir), str(kept)])
    return moves


def _site_text(folder: Path, manifest: Manifest) -> str:
    """The settings of the backup, with the site's id said: it would otherwise follow from where the home lies."""
    path = folder / SITE
    text = path.read_text("utf-8") if path.exists() else ""
    said = any(line.split("=")[0].strip() == "site_id" for line in text.splitlines())
    return text if said else f'site_id = "{manifest.site_id}"\n{text}'


def _open_keys(
    folder: Path, manifest: Manifest, passphrase_file: Path | None, *, without_keys: bool
) -> dict[str, bytes] | None:
    if manifest.keys != "sealed" or without_keys:
        return None
    if passphrase_file is None:
        raise Problem(
            "restore.no_passphrase",
            "备份中的密钥已加密，而没有给出口令",
            field="passphrase-file",
            way_out="请给出制作该备份时的口令文件：--passphrase-file；或不恢复密钥：--without-keys",
        )
    return open_keys((folder / KEYS).read_bytes(), read_passphrase(passphrase_file))


def _look_at_present(settings: Settings, *, replace: bool) -> dict[str, int] | None:
    """Where the present ledgers end by contract, None where there is none; raises `Problem` restore.not_empty."""
    path = copies.sqlite_path(settings.database_url)
    there = path.exists() if path is not None else copies.has_postgresql(settings.database_url)
    ends: dict[str, int] | None = None
    filled = bool(read_keys(settings.key_dir))
    if there:
        database = open_database(settings.database_url)
        try:
            with database.read() as connection:
                rows = copies.count_rows(connection)
                if "chain" in rows:
                    ends = {head.contract_id: head.position for head in copies.list_chain_heads(connection)}
        finally:
            database.close()
        filled = filled or any(rows.values())
    if filled and not replace:
        raise Problem(
            "restore.not_empty",
            "{home} 中已有数据，不能恢复到此处",
            field="home",
            home=settings.home,
            way_out="请换一个空的安装目录；确要替换时加 --replace，原有数据会保留在旁",
        )
    return (ends or {}) if there else None


def _check(database: Database, manifest: Manifest, *, as_is: bool) -> tuple[int, tuple[str, ...]]:
    """How many facts verify, and what does not."""
    with database.read() as connection:
        heads = {head.contract_id: head for head in copies.list_chain_heads(connection)}
    for head in manifest.heads:
        if heads.get(head.contract_id) != head:
            raise Problem(
                "restore.shortened",
                "合同 {contract} 的证据链与备份清单所记的末端不一致",
                field="file",
                contract=head.contract_id,
                way_out="该备份已被改动；请改用另一份备份",
            )
    reports = verify_evidence(database)
    findings = tuple(f"{one.record} [{one.code}]" for report in reports for one in report.findings)
    if findings and not as_is:
        raise Problem(
            "restore.evidence",
            "备份中的证据核验不通过：{what}",
            field="file",
            what="、".join(findings)[:300],
            way_out="请改用另一份备份；确需按原样恢复时加 --as-is",
        )
    return sum(report.facts for report in reports), findings


def _refuse_other_kind(settings: Settings, manifest: Manifest) -> None:
    kind = "sqlite" if copies.sqlite_path(settings.database_url) is not None else "postgresql"
    if manifest.database != kind:
        raise Problem(
            "restore.other_database",
            "备份来自 {given}，而本安装使用 {wanted}",
            field="database_url",
            given=manifest.database,
            wanted=kind,
            way_out="请在 site.toml 中设置同一种数据库后再恢复",
        )


def _refuse_running(settings: Settings) -> None:
    running = {pid for pid in list_running(settings).values() if pid != os.getpid()}
    if running:
        raise Problem(
            "restore.running",
            "服务正在运行（进程 {pids}），不能恢复",
            field="home",
            pids="、".join(str(pid) for pid in sorted(running)),
            way_out="请先停止：yunqi stop",
        )
