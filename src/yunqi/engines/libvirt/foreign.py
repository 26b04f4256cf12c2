"""The domains of a hypervisor that no Yunqi made: looked at, never touched."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

import libvirt

from yunqi.engines.base import ForeignDomain, Usage
from yunqi.engines.libvirt.daemon import Hypervisor
from yunqi.engines.libvirt.domain_xml import load_domain
from yunqi.engines.libvirt.settings import Names
from yunqi.engines.libvirt.usage import load_counters

_GONE = libvirt.VIR_ERR_NO_DOMAIN
_KIB = {"b": -10, "bytes": -10, "kib": 0, "k": 0, "mib": 10, "m": 10, "gib": 20, "g": 20, "tib": 30, "t": 30}


def list_foreign(hypervisor: Hypervisor, names: Names) -> tuple[ForeignDomain, ...]:
    """Every domain, running or not, that carries no metadata of a Yunqi and no name of this site's, by name."""

    def ask(connection: Any) -> list[ForeignDomain]:
        found = []
        for domain in connection.listAllDomains():
            if domain.name().startswith(names.domain_prefix):
                continue
            try:
                active = bool(domain.isActive())
                xml = domain.XMLDesc(0 if active else libvirt.VIR_DOMAIN_XML_INACTIVE)
                if load_domain(xml) is None:
                    found.append(_load(domain, xml, running=active))
            except libvirt.libvirtError as error:
                if error.get_error_code() != _GONE:  # it went away meanwhile
                    raise
        return found

    return tuple(sorted(hypervisor.ask(ask), key=lambda one: (one.name, one.uuid)))


def read_foreign_usage(hypervisor: Hypervisor, subjects: Mapping[str, str]) -> tuple[Usage, ...]:
    """Counters of those that run, by what their uuids are called here."""
    if not subjects:
        return ()

    def ask(connection: Any) -> list[tuple[str, dict[str, int]]]:
        every = connection.getAllDomainStats(0, libvirt.VIR_CONNECT_GET_ALL_DOMAINS_STATS_RUNNING)
        return [(uuid, stats) for domain, stats in every if (uuid := domain.UUIDString()) in subjects]

    return tuple(
        Usage(
            subjects[uuid],
            load_counters([str(no) for no in range(stats.get("block.count", 0))], stats.get("net.count", 0), stats),
        )
        for uuid, stats in sorted(hypervisor.ask(ask))
    )


def _load(domain: Any, xml: str, *, running: bool) -> ForeignDomain:
    root = ET.fromstring(xml)  # noqa: S314 - it comes from the hypervisor of this machine
    processors = root.find("vcpu")
    given = "0" if processors is None else processors.get("current") or processors.text or "0"
    memory = root.find("currentMemory") if root.find("memory") is None else root.find("memory")
    return ForeignDomain(
        name=domain.name(),
        uuid=domain.UUIDString(),
        title=root.findtext("title", ""),
        vcpus=int(given),
        memory_mib=_mebibytes(memory),
        disks=tuple(_size(domain, disk) for disk in root.findall("devices/disk") if disk.get("device") == "disk"),
        macs=tuple(one.get("address", "") for one in root.findall("devices/interface/mac")),
        running=running,
    )


def _mebibytes(element: ET.Element | None) -> int:
    if element is None:
        return 0
    shift = _KIB[element.get("unit", "KiB").lower()] - 10
    count = int(element.text or "0")
    return count << shift if shift >= 0 else count >> -shift


def _size(domain: Any, disk: ET.Element) -> int | None:
    """The bytes that the guest sees; None where the hypervisor can't say."""
    target = disk.find("target")
    try:
        return int(domain.blockInfo("" if target is None else target.get("dev", ""))[0])
    except libvirt.libvirtError:
        return None
