"""The file of a backup: a gzip'ed tar of a few members, and at its end a manifest with the SM3 of each.

It is written and read as a stream, so that memory does not grow with it. A name that is not one of ours is refused.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.store.copies import ChainHead

FORMAT = "yunqi-backup/1"
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
KEYS = "keys.sealed"
SITE = "site.toml"
DOCUMENTS = "documents/"
_SINGLE = frozenset({*DATABASES.values(), KEYS, SITE, MANIFEST})
_MANIFEST_LIMIT = 64 << 20
_CHUNK = 1 << 20
_LEVEL = 6

Tell = Callable[[str, int], None]
"""Told the name of a member and its size in bytes."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member as written."""

    name: str
    size_bytes: int
    sm3: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `keys`: sealed, left out, or none where there were none.

    `heads` are the ends of the ledgers: a restored one that ends earlier was shortened.
    """

    made_at: str
    program: str
    schema: str
    database: str
    site_id: str
    keys: str
    heads: tuple[ChainHead, ...]
    members: tuple[Member, ...] = field(default=())

    def render(self) -> bytes:
        """Its JSON."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1).encode() + b"\n"


class ArchiveWriter:
    """Writes members one after another; `finish` ends with the manifest."""

    def __init__(self, stream: Any, tell: Tell) -> None:
        self._gzip = gzip.GzipFile(filename="", fileobj=stream, mode="wb", compresslevel=_LEVEL, mtime=0)
        self._tar = tarfile.open(fileobj=self._gzip, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115  # see finish
        self._tell = tell
        self.members: list[Member] = []

    def add_file(self, name: str, path: Path) -> None:
        """Adds a file's bytes under a name; one that shrinks meanwhile raises OSError."""
        with path.open("rb") as file:
            self._add(name, file, path.stat().st_size)

    def add_bytes(self, name: str, content: bytes) -> None:
        """Adds bytes under a name."""
        self._add(name, io.BytesIO(content), len(content))

    def finish(self, manifest: bytes) -> None:
        """Adds the manifest and ends the file."""
        self._tar.addfile(_header(MANIFEST, len(manifest)), io.BytesIO(manifest))
        self._tar.close()
        self._gzip.close()

    def _add(self, name: str, file: Any, size_bytes: int) -> None:
        reader = _Hashing(file)
        self._tar.addfile(_header(name, size_bytes), reader)
        self.members.append(Member(name, size_bytes, reader.digest.hexdigest()))
        self._tell(name, size_bytes)


def read_archive(path: Path, into: Path | None = None, tell: Tell = lambda _name, _size: None) -> Manifest:
    """Reads a whole backup and checks every hash; with `into`, the members are written there.

    Raises `Problem` backup.unreadable, backup.damaged and backup.path, each naming the member.
    """
    found: dict[str, Member] = {}
    text: bytes | None = None
    with _opened(path, found) as tar:
        for header in tar:
            name = _check_name(header, found)
            if text is not None:
                raise _damaged(path, name)
            if name == MANIFEST:
                text = _read_manifest(path, tar, header)
                continue
            target = None if into is None else into / name
            found[name] = Member(name, header.size, "")
            digest = _copy(tar, header, target)
            found[name] = Member(name, header.size, digest)
            tell(name, header.size)
    if text is None:
        raise _damaged(path, MANIFEST)
    manifest = _parse(path, text)
    for member in manifest.members:
        if found.get(member.name) != member:
            raise _damaged(path, member.name)
    for name in found.keys() - {member.name for member in manifest.members}:
        raise _damaged(path, name)
    if DATABASES.get(manifest.database) not in found:
        raise _damaged(path, MANIFEST)
    return manifest


class _Hashing(io.RawIOBase):
    def __init__(self, file: Any) -> None:
        self._file = file
        self.digest = hashlib.new("sm3")

    def read(self, size: int = -1) -> bytes:
        content: bytes = self._file.read(size)
        self.digest.update(content)
        return content


@contextmanager
def _opened(path: Path, found: dict[str, Member]) -> Iterator[tarfile.TarFile]:
    try:
        with path.open("rb") as file, gzip.GzipFile(fileobj=file) as stream:
            with tarfile.open(fileobj=stream, mode="r|") as tar:
                yield tar
            while stream.read(_CHUNK):  # to the end, where gzip's own sum stands
                pass
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(path, next(reversed(found), "")) from error
    except OSError as error:
        raise Problem(
            "backup.unreadable",
            "无法读取 {path}：{reason}",
            field="file",
            path=path,
            reason=error.strerror or str(error),
            way_out="请核对路径、权限与磁盘空间",
        ) from error


def _copy(tar: tarfile.TarFile, header: tarfile.TarInfo, target: Path | None) -> str:
    digest = hashlib.new("sm3")
    source = tar.extractfile(header)
    if source is None:
        raise tarfile.ReadError(header.name)
    if target is None:
        while content := source.read(_CHUNK):
            digest.update(content)
        return digest.hexdigest()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("xb") as file:
        target.chmod(0o600)
        while content := source.read(_CHUNK):
            digest.update(content)
            file.write(content)
    return digest.hexdigest()


def _check_name(header: tarfile.TarInfo, found: dict[str, Member]) -> str:
    """The member's name; raises `Problem` backup.path for whatever would lie elsewhere, is no file, or comes twice."""
    name = header.name
    inner = PurePosixPath(name)
    ours = name in _SINGLE or (name.startswith(DOCUMENTS) and len(inner.parts) > 1)
    plain = str(inner) == name and not inner.is_absolute() and not {"..", "."} & set(inner.parts)
    if not header.isreg() or not ours or not plain or "\\" in name or not name.isprintable() or name in found:
        raise Problem(
            "backup.path",
            "备份中的成员「{member}」不可用",
            field="file",
            member="".join(char if char.isprintable() else "?" for char in name[:200]),
            way_out="该文件不是云契制作的备份，或已被改动；请勿使用来历不明的备份",
        )
    return name


def _read_manifest(path: Path, tar: tarfile.TarFile, header: tarfile.TarInfo) -> bytes:
    source = tar.extractfile(header)
    if source is None or header.size > _MANIFEST_LIMIT:
        raise _damaged(path, MANIFEST)
    return source.read()


def _parse(path: Path, text: bytes) -> Manifest:
    try:
        body = json.loads(text)
        known = body.pop("format") == FORMAT
        body["heads"] = tuple(ChainHead(**one) for one in body["heads"])
        body["members"] = tuple(Member(**one) for one in body["members"])
        manifest = Manifest(**body)
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path, MANIFEST) from error
    if not known:
        raise _damaged(path, MANIFEST)
    return manifest


def _header(name: str, size_bytes: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size_bytes, 0o600
    return header


def _damaged(path: Path, member: str) -> Problem:
    return Problem(
        "backup.damaged",
        "备份文件 {path} 在成员「{member}」处损坏或不完整",
        field="file",
        path=path,
        member=member or "—",
        way_out="请改用另一份备份；未改变任何数据",
    )
