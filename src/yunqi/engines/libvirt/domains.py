"""The domains of one site in the hypervisor: read back, defined, started, stopped."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import libvirt

from yunqi.engines.base import Volume
from yunqi.engines.libvirt.daemon import Hypervisor
from yunqi.engines.libvirt.domain_xml import KeptDomain, disk_target, load_domain
from yunqi.engines.libvirt.settings import Names
from yunqi.engines.things import require_known


class DomainStore:
    """What libvirt keeps under the site's names."""

    def __init__(self, hypervisor: Hypervisor, names: Names) -> None:
        self._hypervisor = hypervisor
        self._names = names

    def read_all(self) -> dict[str, tuple[KeptDomain, bool]]:
        """Every domain with our metadata, by id, and whether it runs."""
        kept = {}
        for _, xml, running in self._hypervisor.ask(self._list):
            if domain := load_domain(xml):
                kept[domain.thing.id] = (domain, running)
        return kept

    def read_nameless(self) -> tuple[str, ...]:
        """Names of domains that carry the site's name but no thing of ours."""
        return tuple(name for name, xml, _ in self._hypervisor.ask(self._list) if load_domain(xml) is None)

    def require(self, domain_id: str) -> tuple[KeptDomain, bool]:
        """The domain and whether it runs; raises Trouble engine.missing."""
        found = self.read_all().get(domain_id)
        require_known("domain", [domain_id], [domain_id] if found else [], domain_id)
        assert found is not None  # noqa: S101 - required just before
        return found

    def define(self, xml: str) -> None:
        """Defines it, or defines it anew."""
        self._hypervisor.ask(lambda connection: connection.defineXML(xml))

    def start(self, domain_id: str) -> None:
        """Starts it unless it runs."""
        self._on(self._names.domain(domain_id), lambda domain: domain.isActive() or domain.create())

    def stop(self, domain_id: str) -> None:
        """Stops it at once; nothing happens when it does not run or is not there."""
        self._on(self._names.domain(domain_id), _destroy)

    def drop(self, domain_id: str) -> None:
        """Undefines a stopped domain; nothing happens when it is not there."""
        self._on(self._names.domain(domain_id), _undefine)

    def drop_nameless(self, name: str) -> None:
        """Stops and undefines a domain by its name in the hypervisor."""
        self._on(name, _destroy)
        self._on(name, _undefine)

    def change_disk(self, volume: Volume, path: Path) -> None:
        """Tells the domain that has the disk its new size and ceiling: at once when it runs, and for its next start."""
        for domain_id, (kept, running) in self.read_all().items():
            if volume.id in kept.thing.volumes:
                target = disk_target(kept.thing.volumes.index(volume.id))
                change = partial(_change_disk, volume=volume, path=path, target=target, running=running)
                self._on(self._names.domain(domain_id), change)

    def _list(self, connection: Any) -> list[tuple[str, str, bool]]:
        found = []
        for domain in connection.listAllDomains():
            if domain.name().startswith(self._names.domain_prefix):
                try:
                    xml = domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)
                    found.append((domain.name(), xml, bool(domain.isActive())))
                except libvirt.libvirtError as error:
                    if error.get_error_code() != libvirt.VIR_ERR_NO_DOMAIN:  # it went away meanwhile
                        raise
        return found

    def _on(self, name: str, change: Callable[[Any], Any]) -> None:
        def ask(connection: Any) -> None:
            try:
                domain = connection.lookupByName(name)
            except libvirt.libvirtError as error:
                if error.get_error_code() == libvirt.VIR_ERR_NO_DOMAIN:
                    return
                raise
            change(domain)

        self._hypervisor.ask(ask)


def _destroy(domain: Any) -> None:
    if domain.isActive():
        domain.destroy()


def _undefine(domain: Any) -> None:
    domain.undefineFlags(libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE)


def _change_disk(domain: Any, *, volume: Volume, path: Path, target: str, running: bool) -> None:
    flags = libvirt.VIR_DOMAIN_AFFECT_CONFIG | (libvirt.VIR_DOMAIN_AFFECT_LIVE if running else 0)
    domain.setBlockIoTune(target, {"total_iops_sec": volume.iops_max}, flags)
    if running:
        domain.blockResize(str(path), volume.size_bytes, libvirt.VIR_DOMAIN_BLOCK_RESIZE_BYTES)
