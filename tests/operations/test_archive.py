"""Backup files that are not as they were made: each is refused by the name of the member, and nothing is touched."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.kits.postgres import Cluster
from tests.kits.session import Session, write_site

from yunqi.kernel.clock import FixedClock
from yunqi.operations.backup import write_backup
from yunqi.operations.settings import load_settings

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def silent(_name: str, _size_bytes: int) -> None:
    """Takes what would be told."""


@pytest.fixture(scope="module")
def made(
    settled_template: Session, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Session, dict[str, bytes], bytes]:
    """A backup's members and its bytes."""
    folder = tmp_path_factory.mktemp("made")
    target = folder / "backup.tar.gz"
    write_backup(load_settings(settled_template.home), target, silent, without_keys=True)
    with tarfile.open(target) as tar:
        members = {one.name: (tar.extractfile(one) or io.BytesIO()).read() for one in tar}
    return settled_template, members, target.read_bytes()


def _pack(path: Path, members: list[tuple[tarfile.TarInfo | str, bytes]]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for given, content in members:
            header = tarfile.TarInfo(given) if isinstance(given, str) else given
            header.size = len(content)
            tar.addfile(header, io.BytesIO(content))
    return path


def _refused(code: str, path: Path, tmp_path: Path) -> str:
    home = tmp_path / "new"
    home.mkdir(exist_ok=True)
    session = Session(home, FixedClock(NOW))
    said = session.refused(code, "restore", path)
    assert not (home / "yunqi.db").exists()
    assert not (home / "site.toml").exists()
    assert not list(home.glob(".*restore-*"))
    session.refused(code, "backup", "verify", path)
    return said


def test_one_changed_byte_of_a_member_is_named(made: Any, tmp_path: Path) -> None:
    _session, members, _content = made
    for name in ("database.sqlite", "site.toml"):
        changed = dict(members)
        changed[name] = changed[name][:-1] + bytes([changed[name][-1] ^ 1])
        said = _refused("backup.damaged", _pack(tmp_path / "changed.tar.gz", list(changed.items())), tmp_path)
        assert name in said


def test_a_member_too_many_or_too_few_is_named(made: Any, tmp_path: Path) -> None:
    _session, members, _content = made
    body = members["manifest.json"]
    rest = [(name, content) for name, content in members.items() if name != "manifest.json"]
    fewer = [one for one in rest if one[0] != "site.toml"]
    assert "site.toml" in _refused("backup.damaged", _pack(tmp_path / "a", [*fewer, ("manifest.json", body)]), tmp_path)
    more = [*rest, ("documents/x.pdf", b"x"), ("manifest.json", body)]
    assert "documents/x.pdf" in _refused("backup.damaged", _pack(tmp_path / "b", more), tmp_path)
    assert "manifest.json" in _refused("backup.damaged", _pack(tmp_path / "c", list(rest)), tmp_path)
    after = [*rest, ("manifest.json", body), ("documents/x.pdf", b"x")]
    assert "documents/x.pdf" in _refused("backup.damaged", _pack(tmp_path / "d", after), tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.9, 0.999, "one"])
def test_a_truncated_file_is_refused(made: Any, tmp_path: Path, share: float | str) -> None:
    _session, _members, content = made
    cut = len(content) - 1 if share == "one" else int(len(content) * float(share))
    (tmp_path / "cut.tar.gz").write_bytes(content[:cut])
    _refused("backup.damaged", tmp_path / "cut.tar.gz", tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", gzip.compress(b"no tar"), gzip.compress(bytes(1 << 16))],
    ids=["empty", "no gzip", "no tar", "zeros"],  # a name made of the bytes would hold the second they were packed in
)
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    _refused("backup.damaged", tmp_path / "x", tmp_path)


def _link(name: str, kind: bytes) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.type, header.linkname = kind, "/etc/passwd"
    return header


@pytest.mark.parametrize(
    "name",
    [
        "../site.toml",
        "/etc/cron.d/x",
        "documents/../../x",
        "documents/./x",
        "documents//x",
        "documents/",
        "documents",
        "documents\\..\\x",
        "documents/a\nb",
        "engine/x",
        "yunqi.db",
        "keys/root.sm2.pem",
        _link("documents/x", tarfile.SYMTYPE),
        _link("site.toml", tarfile.LNKTYPE),
        _link("documents/x", tarfile.DIRTYPE),
        _link("documents/x", tarfile.FIFOTYPE),
    ],
    ids=lambda member: member if isinstance(member, str) else f"{member.name}-{member.type!r}-{member.linkname}",
)
def test_no_member_lies_elsewhere(tmp_path: Path, name: Any) -> None:
    outside = sorted(path.name for path in tmp_path.iterdir())
    _refused("backup.path", _pack(tmp_path / "bad.tar.gz", [(name, b"")]), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({*outside, "bad.tar.gz", "new"})


def test_a_name_that_comes_twice_is_refused(made: Any, tmp_path: Path) -> None:
    _session, members, _content = made
    twice = [("site.toml", members["site.toml"]), *members.items()]
    assert "site.toml" in _refused("backup.path", _pack(tmp_path / "twice", twice), tmp_path)


def test_a_shortened_ledger_is_told_from_a_whole_one(made: Any, tmp_path: Path) -> None:
    """A whole, well-hashed file whose ledger ends earlier than its manifest says."""
    _session, members, _content = made
    body = json.loads(members["manifest.json"])
    body["heads"][0]["position"] += 1
    changed = {**members, "manifest.json": json.dumps(body).encode()}
    path = _pack(tmp_path / "short.tar.gz", list(changed.items()))
    home = tmp_path / "new"
    home.mkdir()
    said = Session(home, FixedClock(NOW)).refused("restore.shortened", "restore", path)
    assert body["heads"][0]["contract_id"] in said
    assert not (home / "yunqi.db").exists()


def test_a_backup_of_the_other_database_is_refused(made: Any, tmp_path: Path, postgres: Cluster) -> None:
    _session, _members, content = made
    (tmp_path / "b.tar.gz").write_bytes(content)
    home = tmp_path / "postgresql"
    home.mkdir()
    write_site(home, postgres.url_of(postgres.make_database()))
    Session(home, FixedClock(NOW)).refused("restore.other_database", "restore", tmp_path / "b.tar.gz")
