"""Destroys the content of a file on a medium that overwrites in place, and reads it back past every cache."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SM3, Hash

from yunqi.engines.command import run
from yunqi.kernel.errors import Problem, Trouble

METHOD = "overwrite.random-zero"
"""One pass of random bytes, one of zeros, over all blocks that the file has. Source: NIST SP 800-88 rev. 1, Clear."""

_IN_PLACE = frozenset({"ext2", "ext3", "ext4"})
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Overwritten:
    """What an overwrite did and read back; see `Erasure`."""

    size_bytes: int
    bytes_overwritten: int
    bytes_read_back: int
    nonzero_found: int
    sm3: str


def read_medium(path: Path) -> str:
    """The type of the file system under the path, such as ext4."""
    return _read_mount(path)[0]


def require_in_place(path: Path) -> str:
    """The medium's type; raises Problem engine.medium for one on which an overwrite would leave the old blocks behind.

    On a copy-on-write file system, or one that journals data, old content survives an overwrite.
    """
    medium, options, device = _read_mount(path)
    reason = ""
    if medium == "xfs":
        reason = "" if "reflink=0" in run(["xfs_info", device]) else "reflink=1"
    elif medium not in _IN_PLACE:
        reason = medium
    elif "data=journal" in options:
        reason = "data=journal"
    if reason:
        raise Problem(
            "engine.medium",
            "云硬盘目录 {path} 所在文件系统({reason})不能原地覆写,删除后的数据无法真正销毁",
            field="state_dir",
            path=path,
            reason=reason,
            way_out="请把云硬盘目录放在 ext4 文件系统上",
        )
    return medium


def apply_overwrite(path: Path) -> Overwritten:
    """Overwrites all blocks that the file has, forces them to the medium, and reads them back from it.

    Holes hold no data and are left. May be told again after a crash at any point. Raises Trouble engine.erase_failed
    when a byte other than zero is read back.
    """
    size_bytes = path.stat().st_size
    with path.open("r+b", buffering=0) as stream:
        descriptor = stream.fileno()
        os.fsync(descriptor)
        extents = tuple(_data_extents(descriptor, size_bytes))
        for fill in (os.urandom, bytes):
            for start, end in extents:
                for at in range(start, end, _CHUNK_BYTES):
                    _write_all(descriptor, fill(min(_CHUNK_BYTES, end - at)), at)
            os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    overwritten = sum(end - start for start, end in extents)
    read_back, nonzero, sm3 = _read_back(path, extents)
    if nonzero or read_back != overwritten:
        raise Trouble(
            "engine.erase_failed",
            "云硬盘文件 {path} 覆写后读回 {read} 字节(应为 {wanted}),其中 {nonzero} 字节不为零",
            path=path,
            read=read_back,
            wanted=overwritten,
            nonzero=nonzero,
            way_out="请检查磁盘健康状况;系统将再次覆写",
        )
    return Overwritten(size_bytes, overwritten, read_back, nonzero, sm3)


def _read_mount(path: Path) -> tuple[str, str, str]:
    target = path.resolve()
    best, found = -1, ("", "", "")
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        left, _, right = line.partition(" - ")
        point = Path(left.split()[4].replace("\\040", " "))
        if (target == point or point in target.parents) and len(point.parts) >= best:
            medium, device, options = right.split(" ", 2)
            best, found = len(point.parts), (medium, options, device)
    return found


def _data_extents(descriptor: int, size_bytes: int) -> Iterator[tuple[int, int]]:
    at = 0
    while at < size_bytes:
        try:
            start = os.lseek(descriptor, at, os.SEEK_DATA)
        except OSError:  # ENXIO: only a hole is left
            return
        at = os.lseek(descriptor, start, os.SEEK_HOLE)
        yield start, at


def _write_all(descriptor: int, block: bytes, at: int) -> None:
    view = memoryview(block)
    while view:
        done = os.pwrite(descriptor, view, at)
        view, at = view[done:], at + done


def _read_back(path: Path, extents: tuple[tuple[int, int], ...]) -> tuple[int, int, str]:
    """Bytes read, bytes not zero, and the SM3 of what was read, from the medium (O_DIRECT wants an aligned buffer)."""
    digest = Hash(SM3())
    read, nonzero = 0, 0
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECT)
    try:
        with mmap.mmap(-1, _CHUNK_BYTES) as buffer:
            for start, end in extents:
                at = start
                while at < end:
                    got = min(os.preadv(descriptor, [buffer], at), end - at)
                    if got <= 0:
                        break
                    block = buffer[:got]
                    nonzero += got - block.count(0)
                    digest.update(block)
                    read, at = read + got, at + got
    finally:
        os.close(descriptor)
    return read, nonzero, digest.finalize().hex()
