"""Builds the full Debian guest: systemd, cloud-init, sshd, the guest agent, on a file system image booted directly."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from yunqi.engines.command import run
from yunqi.engines.files import locked
from yunqi.engines.guest.build import Report, find_kernel_package, half_made_folder
from yunqi.engines.guest.catalogue import Image, apply_image, is_current

NAME = "debian-12"
DISK_BYTES = 1536 << 20
_PACKAGES = (
    "linux-image-cloud-amd64",
    "systemd-sysv",
    "cloud-init",
    "openssh-server",
    "qemu-guest-agent",
    "ifupdown",
    "iproute2",
    "iputils-ping",
    "netbase",
    "e2fsprogs",
)
_BUILD_DEADLINE_S = 1200


def build_debian_image(target_dir: Path, report: Report = lambda _line: None) -> Path:
    """The folder of the Debian image in `target_dir`, built unless one of the same kernel and packages is there."""
    target_dir.mkdir(parents=True, exist_ok=True)
    parts = "\n".join((find_kernel_package(), *_PACKAGES, Path(__file__).read_text(encoding="utf-8")))
    key = hashlib.sha256(parts.encode()).hexdigest()[:16]
    with locked(target_dir / f".{NAME}.lock", deadline_s=_BUILD_DEADLINE_S):
        if is_current(target_dir, NAME, key):
            report(f"{NAME} {key}: unchanged")
            return target_dir / NAME
        with half_made_folder(target_dir, NAME) as folder:
            root = folder / "root"
            report(f"{NAME} {key}: mmdebstrap")
            names = ",".join(_PACKAGES)
            sources = ("--variant=minbase", f"--include={names}", "bookworm", root)
            run(["mmdebstrap", "--mode=root", *sources], deadline_s=_BUILD_DEADLINE_S)
            _settle(root)
            for kind, target in (("vmlinuz", "vmlinuz"), ("initrd.img", "initrd.img")):
                (found,) = (root / "boot").glob(f"{kind}-*")
                shutil.copyfile(found, folder / target)
            report(f"{NAME} {key}: file system")
            disk = folder / "disk.raw"
            size_kib = f"{DISK_BYTES >> 10}k"
            run(["mke2fs", "-q", "-t", "ext4", "-L", "yunqi-root", "-d", root, disk, size_kib], deadline_s=300)
            shutil.rmtree(root)
            image = Image(
                name=NAME,
                key=key,
                title="Debian 12",
                kernel="vmlinuz",
                initrd="initrd.img",
                cmdline="root=LABEL=yunqi-root rw console=ttyS0 quiet net.ifnames=0",
                seed="nocloud",
                disk=disk.name,
                disk_bytes=DISK_BYTES,
                memory_min_mib=256,
            )
            return apply_image(target_dir, folder, image)


def _settle(root: Path) -> None:
    """What a guest must not share with its siblings is taken out; what it needs to find its disks is put in."""
    (root / "etc/fstab").write_text("LABEL=yunqi-root / ext4 defaults,errors=remount-ro 0 1\n", encoding="utf-8")
    (root / "etc/machine-id").write_text("", encoding="utf-8")
    (root / "etc/cloud/cloud.cfg.d/90_yunqi.cfg").write_text("datasource_list: [NoCloud, None]\n", encoding="utf-8")
    for key in (root / "etc/ssh").glob("ssh_host_*"):
        key.unlink()
    shutil.rmtree(root / "var/cache/apt/archives", ignore_errors=True)
