"""A domain as libvirt's XML, with the whole wanted thing in its metadata, and back. Pure."""

from __future__ import annotations

import hashlib
import json
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from yunqi.engines.base import Domain, Network, Volume
from yunqi.engines.guest.catalogue import Image
from yunqi.engines.libvirt.settings import LibvirtSettings, Names
from yunqi.engines.things import load_thing, render_thing

NAMESPACE = "urn:yunqi:thing:1"
_TAG = f"{{{NAMESPACE}}}thing"


@dataclass(frozen=True, slots=True)
class KeptDomain:
    """A domain as the hypervisor keeps it. `digest` is that of the definition it was made from."""

    thing: Domain
    token: int
    digest: str


def render_domain(
    domain: Domain,
    *,
    settings: LibvirtSettings,
    names: Names,
    image: Image,
    volumes: Mapping[str, tuple[Volume, Path]],
    networks: Mapping[str, Network],
    accelerator: str,
    token: int,
) -> str:
    """The definition. `volumes` gives each disk and its file, `networks` those of the ports."""
    root = ET.Element("domain", type="kvm" if accelerator == "kvm" else "qemu")
    _text(root, "name", names.domain(domain.id))
    _text(root, "uuid", str(uuid.uuid5(uuid.NAMESPACE_URL, f"{NAMESPACE}:{settings.site}:{domain.id}")))
    _text(root, "memory", str(domain.memory_mib * 1024), unit="KiB")
    _text(root, "vcpu", str(domain.vcpus))
    folder = settings.image_dir / image.name
    system = ET.SubElement(root, "os")
    _text(system, "type", "hvm", arch="x86_64", machine="q35")
    _text(system, "kernel", str(folder / image.kernel))
    _text(system, "initrd", str(folder / image.initrd))
    _text(system, "cmdline", render_cmdline(domain, image, networks))
    ET.SubElement(ET.SubElement(root, "features"), "acpi")
    if accelerator == "kvm":
        ET.SubElement(root, "cpu", mode="host-passthrough")
    for event, action in (("poweroff", "destroy"), ("reboot", "restart"), ("crash", "destroy")):
        _text(root, f"on_{event}", action)
    devices = ET.SubElement(root, "devices")
    for index, volume_id in enumerate(domain.volumes):
        _add_disk(devices, index, *volumes[volume_id])
    if image.seed == "nocloud":
        seed = ET.SubElement(devices, "disk", type="file", device="disk")
        ET.SubElement(seed, "driver", name="qemu", type="raw")
        ET.SubElement(seed, "source", file=str(seed_path(settings, domain.id)))
        ET.SubElement(seed, "target", dev="vdz", bus="virtio")
        ET.SubElement(seed, "readonly")
    for index, port in enumerate(domain.ports):
        interface = ET.SubElement(devices, "interface", type="bridge")
        ET.SubElement(interface, "mac", address=port.mac)
        ET.SubElement(interface, "source", bridge=names.bridge(port.network))
        ET.SubElement(interface, "target", dev=names.tap(domain.id, index))
        ET.SubElement(interface, "model", type="virtio")
    serial = ET.SubElement(devices, "serial", type="file")
    ET.SubElement(serial, "source", path=str(console_path(settings, domain.id)), append="on")
    ET.SubElement(serial, "target", port="0")
    if image.seed == "nocloud":
        channel = ET.SubElement(devices, "channel", type="unix")
        ET.SubElement(channel, "target", type="virtio", name="org.qemu.guest_agent.0")
    ET.SubElement(devices, "memballoon", model="none")
    ET.SubElement(ET.SubElement(devices, "video"), "model", type="none")
    ET.register_namespace("yunqi", NAMESPACE)
    digest = hashlib.sha256((ET.tostring(root, encoding="unicode") + render_thing(domain)).encode()).hexdigest()
    kept = ET.SubElement(ET.SubElement(root, "metadata"), _TAG, token=str(token), digest=digest)
    kept.text = render_thing(domain)
    return ET.tostring(root, encoding="unicode")


def load_domain(xml: str) -> KeptDomain | None:
    """The domain from the definition that the hypervisor gives; None for one without our metadata.

    Processors, memory and interfaces are read from the definition itself, so that a change made by another hand is seen
    as a difference.
    """
    root = ET.fromstring(xml)  # noqa: S314 - it comes from the hypervisor of this machine
    kept = root.find(f"metadata/{_TAG}")
    if kept is None or not kept.text:
        return None
    try:
        thing = load_thing("domain", json.loads(kept.text))
    except (ValueError, TypeError, KeyError):
        return None
    if not isinstance(thing, Domain):
        return None
    macs = [interface.get("address", "") for interface in root.findall("devices/interface/mac")]
    memory_kib = int(root.findtext("memory", "0"))
    thing = replace(
        thing,
        vcpus=int(root.findtext("vcpu", "0")),
        memory_mib=memory_kib // 1024,
        ports=tuple(replace(port, mac=mac) for port, mac in zip(thing.ports, macs, strict=False)),
    )
    return KeptDomain(thing, int(kept.get("token", "0")), kept.get("digest", ""))


def render_cmdline(domain: Domain, image: Image, networks: Mapping[str, Network]) -> str:
    """The kernel's command line; it names host and interfaces when the image learns them so."""
    words = [image.cmdline]
    if image.seed == "cmdline":
        words.append(f"yq.host={domain.hostname}")
        for port in domain.ports:
            network = networks[port.network]
            words.append(f"yq.nic={port.mac},{port.ip}/{network.cidr.partition('/')[2]},{network.gateway}")
    return " ".join(words)


def console_path(settings: LibvirtSettings, domain_id: str) -> Path:
    """The file that the serial console is written to."""
    return settings.state_dir / "domains" / domain_id / "console.log"


def seed_path(settings: LibvirtSettings, domain_id: str) -> Path:
    """The seed disk of a guest with cloud-init."""
    return settings.state_dir / "domains" / domain_id / "seed.iso"


def disk_target(index: int) -> str:
    """The name of the disk in the guest: vda, vdb, …"""
    return f"vd{chr(ord('a') + index)}"


def _add_disk(devices: ET.Element, index: int, volume: Volume, path: Path) -> None:
    disk = ET.SubElement(devices, "disk", type="file", device="disk")
    # discard=ignore: blocks that the guest frees stay in the file, where the erase finds them.
    ET.SubElement(disk, "driver", name="qemu", type="raw", cache="none", io="threads", discard="ignore")
    ET.SubElement(disk, "source", file=str(path))
    ET.SubElement(disk, "target", dev=disk_target(index), bus="virtio")
    ET.SubElement(disk, "serial").text = volume.id[-20:]
    _text(ET.SubElement(disk, "iotune"), "total_iops_sec", str(volume.iops_max))


def _text(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, tag, attributes).text = text
