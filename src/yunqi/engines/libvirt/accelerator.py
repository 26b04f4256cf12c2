"""Asks a tiny guest, once, whether KVM works: a /dev/kvm that is there may still hang every guest."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

from yunqi.engines.command import run
from yunqi.engines.files import load_json, write_whole
from yunqi.engines.guest.catalogue import load_image

_DEADLINE_S = 12
_DEVICE = Path("/dev/kvm")


def read_accelerator(image_dir: Path, memory: Path) -> str:
    """`kvm` when a guest came up with it within the deadline, else `tcg`; the answer for this kernel and QEMU is
    kept.
    """
    if not _DEVICE.exists():
        return "tcg"
    version = run(["qemu-system-x86_64", "--version"]).splitlines()[0]
    key = f"{os.uname().release} / {version}"
    kept = load_json(memory)
    if kept and kept.get("key") == key:
        return str(kept["accelerator"])
    accelerator = "kvm" if _boots(image_dir, "kvm") else "tcg"
    write_whole(memory, json.dumps({"key": key, "accelerator": accelerator}))
    return accelerator


def _boots(image_dir: Path, accelerator: str) -> bool:
    image = load_image(image_dir, "micro")
    folder = image_dir / image.name
    guest = subprocess.Popen(
        [
            *("qemu-system-x86_64", "-accel", accelerator, "-machine", "q35", "-m", str(image.memory_min_mib)),
            *("-nodefaults", "-display", "none", "-no-reboot", "-serial", "stdio"),
            *("-kernel", str(folder / image.kernel), "-initrd", str(folder / image.initrd)),
            *("-append", f"{image.cmdline} yq.host=probe"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        if guest.stdout is None:
            return False
        os.set_blocking(guest.stdout.fileno(), False)
        said, until = b"", time.monotonic() + _DEADLINE_S
        while time.monotonic() < until and guest.poll() is None:
            said += guest.stdout.read() or b""
            if b"yunqi guest probe ready" in said:
                return True
            time.sleep(0.1)
        return False
    finally:
        guest.kill()
        guest.wait()
