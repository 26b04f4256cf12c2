"""Builds the micro guest: Debian's cloud kernel and an initramfs of busybox, the needed modules and our pages."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from yunqi.engines.command import run
from yunqi.engines.files import locked
from yunqi.engines.guest.catalogue import Image, apply_image, is_current
from yunqi.kernel.errors import Problem

NAME = "micro"
KERNEL_META = "linux-image-cloud-amd64"
MODULES = ("virtio_pci", "virtio_blk", "virtio_net")
_HERE = Path(__file__).parent
_BUSYBOX = Path("/bin/busybox")

Report = Callable[[str], None]
"""Told one line for each step of a build."""


def build_guest_image(target_dir: Path, report: Report = lambda _line: None) -> Path:
    """The folder of the micro image in `target_dir`, built unless the same content is there already."""
    target_dir.mkdir(parents=True, exist_ok=True)
    package = find_kernel_package()
    key = _compute_key(package)
    with locked(target_dir / f".{NAME}.lock", deadline_s=600):
        if is_current(target_dir, NAME, key):
            report(f"{NAME} {key}: unchanged")
            return target_dir / NAME
        with half_made_folder(target_dir, NAME) as folder:
            report(f"{NAME} {key}: kernel {package}")
            modules_root = unpack_kernel(package, folder)
            report(f"{NAME} {key}: initramfs")
            _make_initramfs(folder, modules_root)
            shutil.rmtree(folder / "unpacked")
            image = Image(
                name=NAME,
                key=key,
                title="微型测试系统(busybox)",
                kernel="vmlinuz",
                initrd="initrd.img",
                cmdline="console=ttyS0 quiet panic=1 random.trust_cpu=on",
                seed="cmdline",
                disk=None,
                disk_bytes=0,
                memory_min_mib=96,
            )
            return apply_image(target_dir, folder, image)


@contextmanager
def half_made_folder(target_dir: Path, name: str) -> Iterator[Path]:
    """A folder for an image in the making; what an earlier build left is removed, and so is this one when it fails."""
    folder = target_dir / f"{name}.partial"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_kernel_package() -> str:
    """The real kernel package behind Debian's metapackage, as name=version."""
    depends = run(["apt-cache", "depends", KERNEL_META])
    found = re.search(r"Depends: (linux-image-\S+)", depends)
    version = run(["apt-cache", "show", "--no-all-versions", found.group(1)]) if found else ""
    if not found or not (number := re.search(r"^Version: (\S+)", version, re.MULTILINE)):
        raise Problem(
            "image.no_kernel",
            "软件源中没有内核包 {package}",
            package=KERNEL_META,
            way_out="请先运行 apt-get update",
        )
    return f"{found.group(1)}={number.group(1)}"


def unpack_kernel(package: str, folder: Path) -> Path:
    """Downloads and unpacks the kernel package: `vmlinuz` into the folder; gives the root of its modules."""
    with tempfile.TemporaryDirectory(prefix="yunqi-kernel-") as download:
        run(["apt-get", "-q", "download", package], deadline_s=600, cwd=Path(download))
        (deb,) = Path(download).glob("*.deb")
        run(["dpkg-deb", "-x", deb, folder / "unpacked"], deadline_s=120)
    (kernel,) = (folder / "unpacked" / "boot").glob("vmlinuz-*")
    shutil.copyfile(kernel, folder / "vmlinuz")
    (modules_root,) = (folder / "unpacked" / "lib" / "modules").iterdir()
    return modules_root


def _compute_key(package: str) -> str:
    if not _BUSYBOX.exists() or not _is_static(_BUSYBOX):
        raise Problem("image.no_busybox", "本机没有静态 busybox", way_out="请安装 busybox-static")
    digest = hashlib.sha256(package.encode())
    digest.update(_BUSYBOX.read_bytes())
    for path in sorted(path for path in _HERE.rglob("*") if path.suffix in {".sh", ".c", ".py"}):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _is_static(program: Path) -> bool:
    return b"ld-linux" not in program.read_bytes()[:4096]


def _make_initramfs(folder: Path, modules_root: Path) -> None:
    root = folder / "unpacked" / "initramfs"
    for name in ("bin", "modules", "etc", "www/cgi-bin"):
        (root / name).mkdir(parents=True)
    _copy(_BUSYBOX, root / "bin/busybox", 0o755)
    for applet in run([_BUSYBOX, "--list"]).split():
        if applet != "busybox" and "/" not in applet:
            (root / "bin" / applet).symlink_to("busybox")
    for program in ("disk", "net"):
        source = _HERE / f"{program}.c"
        run(["gcc", "-static", "-Os", "-s", "-Wall", "-o", root / "bin" / program, source], deadline_s=120)
    order = []
    for module in _sort_modules(modules_root):
        _copy(modules_root / module, root / "modules" / Path(module).name, 0o644)
        order.append(Path(module).name)
    (root / "modules/order").write_text("".join(f"{name}\n" for name in order))
    _copy(_HERE / "init.sh", root / "init", 0o755)
    _copy(_HERE / "inittab.sh", root / "etc/inittab", 0o644)
    _copy(_HERE / "pages/common.sh", root / "www/common", 0o644)
    for page in (_HERE / "pages").glob("*.sh"):
        if page.stem != "common":
            _copy(page, root / "www/cgi-bin" / page.stem, 0o755)
    names = "\0".join(sorted(str(path.relative_to(root)) for path in root.rglob("*")))
    archive = _render_cpio(root, names)
    with gzip.GzipFile(folder / "initrd.img", "wb", compresslevel=9, mtime=0) as stream:
        stream.write(archive)


def _render_cpio(root: Path, names: str) -> bytes:
    """The newc archive of the named files of `root`, owned by root, with no times of this machine in it."""
    for path in root.rglob("*"):
        os.utime(path, (0, 0), follow_symlinks=False)
    target = root.parent / "initramfs.cpio"
    run(
        ["cpio", "--null", "--create", "--format=newc", "--owner=0:0", "--reproducible", "--quiet", "-O", target],
        stdin=names,
        cwd=root,
        deadline_s=60,
    )
    return target.read_bytes()


def _copy(source: Path, target: Path, mode: int) -> None:
    shutil.copyfile(source, target)
    target.chmod(mode)


def _sort_modules(modules_root: Path) -> list[str]:
    """Paths of the needed modules below `modules_root`, each after those that it depends on."""
    run(["depmod", "-b", modules_root.parent.parent.parent, modules_root.name], deadline_s=120)
    depends: dict[str, list[str]] = {}
    paths: dict[str, str] = {}
    for line in (modules_root / "modules.dep").read_text().splitlines():
        path, _, needs = line.partition(":")
        paths[Path(path).name.partition(".")[0].replace("-", "_")] = path
        depends[path] = needs.split()
    order: list[str] = []

    def add(path: str) -> None:
        for need in depends[path]:
            add(need)
        if path not in order:
            order.append(path)

    for module in MODULES:
        add(paths[module])
    return order
