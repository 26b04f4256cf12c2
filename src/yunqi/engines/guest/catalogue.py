"""The image catalogue: one folder an image, with `image.json` that says how it boots."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from yunqi.engines.files import load_json, sync_folder, write_whole
from yunqi.kernel.errors import Problem


@dataclass(frozen=True, slots=True)
class Image:
    """A guest image, as `image.json` keeps it; file names are inside the image's folder.

    `seed` says how the guest learns its name and addresses: `cmdline` (kernel command line) or `nocloud` (a seed disk
    for cloud-init). `disk` is a raw file system image that a system disk starts from, or None when the guest needs
    none. `key` names the content: equal keys, equal images.
    """

    name: str
    key: str
    title: str
    kernel: str
    initrd: str
    cmdline: str
    seed: str
    disk: str | None
    disk_bytes: int
    memory_min_mib: int


def load_image(image_dir: Path, name: str) -> Image:
    """The image of that name; raises Problem image.unknown when it was not built."""
    body = load_json(image_dir / name / "image.json") if name.replace("-", "").replace(".", "").isalnum() else None
    if body is None:
        raise Problem(
            "image.unknown",
            "镜像 {image} 不在镜像目录 {folder} 中",
            field="image",
            image=name,
            folder=image_dir,
            way_out="可用镜像:{known}。镜像用 python -m yunqi.engines.guest build 生成",
            known=", ".join(image.name for image in load_images(image_dir)) or "-",
        )
    return Image(**body)


def load_images(image_dir: Path) -> tuple[Image, ...]:
    """All images of the folder, by name."""
    bodies = (load_json(path) for path in sorted(image_dir.glob("*/image.json")) if not path.parent.suffix)
    return tuple(Image(**body) for body in bodies if body)


def is_current(image_dir: Path, name: str, key: str) -> bool:
    """Whether the folder holds the image with this content."""
    body = load_json(image_dir / name / "image.json")
    return body is not None and body.get("key") == key


def apply_image(image_dir: Path, half_made: Path, image: Image) -> Path:
    """Moves a finished folder to its name, in place of an older one; gives the image's folder."""
    write_whole(half_made / "image.json", json.dumps(asdict(image), ensure_ascii=False, indent=1))
    target, old = image_dir / image.name, image_dir / f"{image.name}.old"
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    half_made.rename(target)
    sync_folder(image_dir)
    shutil.rmtree(old, ignore_errors=True)
    return target
