"""Disks as files: one folder a volume, `disk.raw` and `volume.json`, that appears whole by a rename or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from yunqi.engines.base import Erasure, Volume
from yunqi.engines.command import run
from yunqi.engines.files import load_json, sync_folder, write_whole
from yunqi.engines.guest.catalogue import load_image
from yunqi.engines.libvirt.media import METHOD, apply_overwrite, read_medium, require_in_place
from yunqi.engines.things import load_thing, render_thing, require_safe_id
from yunqi.kernel.errors import Problem, Trouble

_HALF_MADE = (".partial", ".gone")
_COPY_DEADLINE_S = 1800


@dataclass(frozen=True, slots=True)
class KeptVolume:
    """A volume as its folder said when read: `erasing` from the moment that its destruction began.

    `allocated_bytes` are those that its file took on the medium at that instant; the file may be gone a moment later.
    """

    thing: Volume
    token: int
    erasing: bool
    erasure: Erasure | None
    path: Path
    allocated_bytes: int


class VolumeStore:
    """The volumes of one site, in `<root>/<grade>/<id>/`."""

    def __init__(self, root: Path, image_dir: Path) -> None:
        self._root = root
        self._image_dir = image_dir

    def prepare(self) -> None:
        """Makes the root; raises Problem engine.medium where content could not be destroyed."""
        self._root.mkdir(parents=True, exist_ok=True)
        require_in_place(self._root)

    def load_all(self) -> dict[str, KeptVolume]:
        """Every whole volume, by id."""
        kept = (self._load(folder) for folder in self._folders() if not folder.name.endswith(_HALF_MADE))
        return {volume.thing.id: volume for volume in kept if volume}

    def load(self, volume_id: str) -> KeptVolume | None:
        """The whole volume of that id; raises Trouble engine.damaged for one of which a part is missing."""
        for folder in self._root.glob(f"*/{require_safe_id(volume_id)}"):
            kept = self._load(folder)
            if kept is None:
                raise Trouble(
                    "engine.damaged",
                    "文件 {path} 已损坏:{reason}",
                    path=folder,
                    reason="disk.raw / volume.json",
                    way_out="请从备份恢复该文件,系统不会自行覆盖",
                )
            return kept
        return None

    def make_half(self, volume: Volume) -> Path:
        """A folder with the new volume's disk, not yet under its name; `finish` gives it its name."""
        self._require_grade(volume.grade)
        half = self._root / volume.grade / f"{volume.id}.partial"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        disk = half / "disk.raw"
        image = load_image(self._image_dir, volume.image) if volume.image else None
        if image and image.disk:
            if image.disk_bytes > volume.size_bytes:
                raise Problem(
                    "engine.image_too_big",
                    "镜像 {image} 需要 {needed} 字节,云硬盘 {volume} 只有 {size} 字节",
                    field="size_bytes",
                    image=image.name,
                    needed=image.disk_bytes,
                    volume=volume.id,
                    size=volume.size_bytes,
                    way_out="请增大系统盘",
                )
            source = self._image_dir / image.name / image.disk
            run(["cp", "--sparse=always", "--reflink=never", source, disk], deadline_s=_COPY_DEADLINE_S)
        with disk.open("ab") as stream:
            os.truncate(stream.fileno(), volume.size_bytes)
            os.fsync(stream.fileno())
        disk.chmod(0o600)
        return half

    def finish(self, half: Path, volume: Volume, token: int) -> None:
        """Gives the half-made volume its name: from now on it is whole."""
        self._write_sidecar(half, volume, token, erasing=False, erasure=None)
        half.rename(half.with_suffix(""))
        sync_folder(half.parent)

    def change(self, kept: KeptVolume, wanted: Volume, token: int) -> None:
        """Grows the disk and keeps the new wishes; the file first, so that the promise is never ahead of it."""
        if kept.path.stat().st_size < wanted.size_bytes:
            with kept.path.open("r+b") as stream:
                os.truncate(stream.fileno(), wanted.size_bytes)
                os.fsync(stream.fileno())
        if kept.thing != wanted or kept.token != token:
            self._write_sidecar(kept.path.parent, wanted, token, erasing=kept.erasing, erasure=kept.erasure)

    def begin_erase(self, kept: KeptVolume, token: int) -> None:
        """Marks the volume as being destroyed: no domain starts on it any more."""
        if not kept.erasing:
            self._write_sidecar(kept.path.parent, kept.thing, token, erasing=True, erasure=kept.erasure)

    def overwrite(self, kept: KeptVolume) -> Erasure:
        """Overwrites and reads back; takes as long as the medium needs."""
        require_in_place(kept.path)
        done = apply_overwrite(kept.path)
        return Erasure(volume=kept.thing.id, medium=read_medium(kept.path), method=METHOD, **asdict(done))

    def finish_erase(self, kept: KeptVolume, erasure: Erasure, token: int) -> None:
        """Keeps what the erase did."""
        self._write_sidecar(kept.path.parent, kept.thing, token, erasing=True, erasure=erasure)

    def drop(self, kept: KeptVolume) -> None:
        """Takes an erased volume away."""
        gone = kept.path.parent.with_suffix(".gone")
        shutil.rmtree(gone, ignore_errors=True)
        kept.path.parent.rename(gone)
        sync_folder(gone.parent)
        shutil.rmtree(gone)

    def find_strays(self) -> tuple[str, ...]:
        """Names of half-made or half-removed volumes, `volume:…`; and of damaged ones, which hold data, `damaged:…`."""
        strays = []
        for folder in self._folders():
            if folder.name.endswith(_HALF_MADE):
                strays.append(f"volume:{folder.parent.name}/{folder.name}")
            elif self._load(folder) is None:
                strays.append(f"damaged:{folder.parent.name}/{folder.name}")
        return tuple(sorted(strays))

    def sweep(self, stray: str) -> bool:
        """Removes a stray of ours that holds no data; whether it did."""
        kind, _, name = stray.partition(":")
        if kind != "volume":
            return False
        shutil.rmtree(self._root / name, ignore_errors=True)
        return True

    def _folders(self) -> Iterator[Path]:
        yield from sorted(path for path in self._root.glob("*/*") if path.is_dir())

    def _load(self, folder: Path) -> KeptVolume | None:
        body = load_json(folder / "volume.json")
        disk = folder / "disk.raw"
        try:
            seen = disk.stat()
        except FileNotFoundError:
            return None
        if body is None:
            return None
        thing = load_thing("volume", body["thing"])
        if not isinstance(thing, Volume):
            return None
        # What is promised is what the file is: a file cut short by another hand is seen as a difference.
        thing = replace(thing, size_bytes=min(thing.size_bytes, seen.st_size))
        erasure = Erasure(**body["erasure"]) if body["erasure"] else None
        return KeptVolume(thing, body["token"], body["erasing"], erasure, disk, seen.st_blocks * 512)

    @staticmethod
    def _write_sidecar(folder: Path, thing: Volume, token: int, *, erasing: bool, erasure: Erasure | None) -> None:
        body: dict[str, Any] = {
            "thing": json.loads(render_thing(thing)),
            "token": token,
            "erasing": erasing,
            "erasure": asdict(erasure) if erasure else None,
        }
        write_whole(folder / "volume.json", json.dumps(body, ensure_ascii=False))

    @staticmethod
    def _require_grade(grade: str) -> None:
        require_safe_id(grade)
