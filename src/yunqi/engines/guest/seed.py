"""The seed disk from which a guest with cloud-init learns its name and its addresses (NoCloud)."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yunqi.engines.base import Domain, Network
from yunqi.engines.command import run

_USER_DATA = "#cloud-config\n" + json.dumps({"ssh_pwauth": False, "disable_root": True})


def apply_seed(target: Path, domain: Domain, networks: Mapping[str, Network]) -> None:
    """Writes the domain's seed disk to `target`, in place of an older one."""
    with tempfile.TemporaryDirectory(prefix="yunqi-seed-", dir=target.parent) as folder:
        root = Path(folder)
        (root / "user-data").write_text(_USER_DATA, encoding="utf-8")
        (root / "meta-data").write_text(json.dumps(render_meta(domain)), encoding="utf-8")
        (root / "network").write_text(json.dumps(render_network(domain, networks)), encoding="utf-8")
        made = root / "seed.iso"
        run(["cloud-localds", f"--network-config={root / 'network'}", made, root / "user-data", root / "meta-data"])
        made.replace(target)


def render_meta(domain: Domain) -> dict[str, str]:
    """Name and instance: a new id makes cloud-init set the guest up anew."""
    return {"instance-id": domain.id, "local-hostname": domain.hostname}


def render_network(domain: Domain, networks: Mapping[str, Network]) -> dict[str, Any]:
    """Addresses of its ports, each found by its hardware address (JSON is YAML)."""
    ethernets = {}
    for index, port in enumerate(domain.ports):
        network = networks[port.network]
        ethernets[f"port{index}"] = {
            "match": {"macaddress": port.mac},
            "set-name": f"eth{index}",
            "addresses": [f"{port.ip}/{network.cidr.partition('/')[2]}"],
            **({"gateway4": network.gateway} if index == 0 else {}),
        }
    return {"version": 2, "ethernets": ethernets}
