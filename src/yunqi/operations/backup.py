"""A backup of the installation itself: database, documents, settings and keys. The guests' disks are not in it."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from yunqi import __version__
from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.operations.archive import (
    DATABASES,
    DOCUMENTS,
    KEYS,
    SITE,
    ArchiveWriter,
    Manifest,
    Tell,
    read_archive,
)
from yunqi.operations.restore import finish_restore
from yunqi.operations.sealed_keys import read_keys, read_passphrase, seal_keys
from yunqi.operations.settings import Settings
from yunqi.store import copies
from yunqi.store.checks import sm3_hex
from yunqi.store.copies import ChainHead
from yunqi.store.database import open_database
from yunqi.store.upgrade import read_revision

_SUFFIX = ".tar.gz"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written; `manifest_sm3` is the hash to note elsewhere. `dropped` are older ones taken away."""

    path: Path
    size_bytes: int
    manifest: Manifest
    manifest_sm3: str
    dropped: tuple[Path, ...]


def write_backup(
    settings: Settings,
    target: Path,
    tell: Tell,
    *,
    passphrase_file: Path | None = None,
    without_keys: bool = False,
    keep: int | None = None,
) -> Backup:
    """Writes one file, whole or not at all, while servers go on working.

    A folder as target gets a file named by site and instant; with `keep`, only that many of the newest stay there.
    Raises `Problem` backup.no_passphrase, backup.exists, backup.keep, and what the database's own programs say.
    """
    finish_restore(settings)
    now = datetime.now(UTC)
    sealed, keys = _take_keys(settings, passphrase_file, without_keys=without_keys)
    path = _name(settings, target, now, keep)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    work = Path(tempfile.mkdtemp(prefix=".backup-", dir=path.parent))
    try:
        kind, copy, schema, heads = _copy_database(settings, work)
        with part.open("xb") as file:
            part.chmod(0o600)
            writer = ArchiveWriter(file, tell)
            writer.add_file(DATABASES[kind], copy)
            site = settings.home / SITE
            if site.exists():
                writer.add_file(SITE, site)
            if sealed is not None:
                writer.add_bytes(KEYS, sealed)
            for document in sorted(one for one in settings.document_dir.rglob("*") if one.is_file()):
                writer.add_file(DOCUMENTS + document.relative_to(settings.document_dir).as_posix(), document)
            manifest = Manifest(render_instant(now), __version__, schema, kind, settings.site_id, keys, heads)
            manifest = replace(manifest, members=tuple(writer.members))
            text = manifest.render()
            writer.finish(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
        shutil.rmtree(work, ignore_errors=True)
    return Backup(path, path.stat().st_size, manifest, sm3_hex(text), _drop_old(settings, path, keep))


def verify_backup(path: Path, tell: Tell) -> Manifest:
    """Reads a backup to its end and checks every hash; raises `Problem` as `read_archive` does."""
    return read_archive(path, None, tell)


def _take_keys(settings: Settings, passphrase_file: Path | None, *, without_keys: bool) -> tuple[bytes | None, str]:
    found = read_keys(settings.key_dir)
    if not found:
        return None, "none"
    if without_keys:
        return None, "left out"
    if passphrase_file is None:
        raise Problem(
            "backup.no_passphrase",
            "密钥须加密后才能放入备份，而没有给出口令",
            field="passphrase-file",
            way_out="请给出口令文件：--passphrase-file；或明确不备份密钥：--without-keys（须另行保管）",
        )
    return seal_keys(found, read_passphrase(passphrase_file)), "sealed"


def _copy_database(settings: Settings, work: Path) -> tuple[str, Path, str, tuple[ChainHead, ...]]:
    """Kind, copy, schema and ends of the ledgers, all of one moment."""
    path = copies.sqlite_path(settings.database_url)
    if path is not None:
        if not path.exists():
            raise Problem(
                "backup.nothing",
                "{path} 中还没有数据库",
                field="home",
                path=settings.home,
                way_out="请核对安装目录：yunqi --home",
            )
        copy = work / DATABASES["sqlite"]
        copies.copy_sqlite(path, copy)
        opened = open_database(f"sqlite:///{copy}")
        try:
            schema = read_revision(opened)[0]
            with opened.read() as connection:
                heads = copies.list_chain_heads(connection) if schema else ()
        finally:
            opened.close()
        return "sqlite", copy, schema or "", heads
    copy = work / DATABASES["postgresql"]
    database = open_database(settings.database_url)
    try:
        schema = read_revision(database)[0]
        with copies.snapshot_postgresql(database) as (connection, snapshot):
            heads = copies.list_chain_heads(connection) if schema else ()
            copies.dump_postgresql(settings.database_url, copy, snapshot=snapshot)
    finally:
        database.close()
    return "postgresql", copy, schema or "", heads


def _prefix(settings: Settings) -> str:
    return f"yunqi-{settings.site_id}-"


def _name(settings: Settings, target: Path, now: datetime, keep: int | None) -> Path:
    if target.is_dir():
        return target / f"{_prefix(settings)}{now:%Y%m%dT%H%M%S%fZ}{_SUFFIX}"
    if keep is not None:
        raise Problem(
            "backup.keep",
            "--keep 只用于目录，而 {path} 不是目录",
            field="keep",
            path=target,
            way_out="请把目标写成一个已有的目录",
        )
    if target.exists():
        raise Problem("backup.exists", "{path} 已存在", field="file", path=target, way_out="请换一个文件名，或写到目录")
    return target


def _drop_old(settings: Settings, written: Path, keep: int | None) -> tuple[Path, ...]:
    """Takes away all but the newest of this site's own backups in the folder; other files stay."""
    if keep is None:
        return ()
    ours = re.compile(re.escape(_prefix(settings)) + r"\d{8}T\d{12}Z" + re.escape(_SUFFIX))
    found = sorted(path for path in written.parent.iterdir() if ours.fullmatch(path.name))
    old = tuple(path for path in found[:-keep] if path != written)
    for path in old:
        path.unlink()
    return old
