"""The engine of one machine: says in which order things are written, kept and read back. How, stand in the files
beside it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from yunqi.engines.base import (
    Address,
    Domain,
    Erasure,
    ForeignDomain,
    Network,
    Observed,
    ObservedDomain,
    ObservedVolume,
    Usage,
    Volume,
)
from yunqi.engines.command import keeping
from yunqi.engines.files import is_locked, load_json, locked, raise_fence, write_whole
from yunqi.engines.guest.catalogue import load_image
from yunqi.engines.guest.seed import apply_seed
from yunqi.engines.libvirt.accelerator import read_accelerator
from yunqi.engines.libvirt.daemon import Hypervisor, end_libvirt, ensure_libvirt
from yunqi.engines.libvirt.domain_xml import console_path, load_domain, render_domain, seed_path
from yunqi.engines.libvirt.domains import DomainStore
from yunqi.engines.libvirt.foreign import list_foreign, read_foreign_usage
from yunqi.engines.libvirt.kernel import NETNS_DIR, Seen, read_kernel
from yunqi.engines.libvirt.networks import (
    apply_edge,
    apply_neighbours_forgotten,
    apply_network,
    apply_network_gone,
    apply_ports_gone,
)
from yunqi.engines.libvirt.parts import World, plan_edge, plan_network
from yunqi.engines.libvirt.settings import LibvirtSettings, Names
from yunqi.engines.libvirt.site import find_leftovers, find_strays, require_reachable, sweep_stray
from yunqi.engines.libvirt.usage import read_address_usage, read_domain_usage
from yunqi.engines.libvirt.volumes import VolumeStore
from yunqi.engines.things import (
    load_thing,
    render_thing,
    require_erased,
    require_fresh,
    require_known,
    require_safe_id,
    require_unused,
    require_volume_change,
    users_of_network,
    users_of_volume,
)

_Kept = TypeVar("_Kept", Network, Address)


class LibvirtEngine:
    """See base. All state is outside: in libvirt, in the kernel, and in files below `settings.state_dir`."""

    name = "libvirt"

    def __init__(self, settings: LibvirtSettings) -> None:
        self.settings = settings
        self.names = Names(settings.site)
        self._hypervisor = Hypervisor(settings.uri)
        self._domains = DomainStore(self._hypervisor, self.names)
        self._volumes = VolumeStore(settings.state_dir / "volumes", settings.image_dir)
        self._accelerator = "" if settings.accelerator == "auto" else settings.accelerator

    def prepare(self) -> None:
        """Makes the site ready: folders, medium, libvirt, the edge. Raises Problem for what a person must mend."""
        for kind in ("networks", "addresses", "domains"):
            (self.settings.state_dir / kind).mkdir(parents=True, exist_ok=True)
        self._volumes.prepare()
        ensure_libvirt(self.settings.uri)
        require_reachable([self.settings.state_dir, self.settings.image_dir])
        self._read_accelerator()
        with self._world_lock():
            apply_edge(self._world())

    # --- compute

    def put_domain(self, domain: Domain, token: int) -> None:
        """See base: defines the domain if it is missing or differs."""
        with self._change(domain.id, token):
            image = load_image(self.settings.image_dir, domain.image)
            volumes = {id_: kept for id_ in domain.volumes if (kept := self._volumes.load(id_))}
            require_known("volume", domain.volumes, [i for i, v in volumes.items() if not v.erasing], domain.id)
            networks = self._load_kept(Network)
            require_known("network", [port.network for port in domain.ports], networks, domain.id)
            definitions = self._domains.read_all()
            others = [kept.thing for id_, (kept, _) in definitions.items() if id_ != domain.id]
            for volume in domain.volumes:
                require_unused(volume, users_of_volume(others, volume))
            folder = console_path(self.settings, domain.id).parent
            folder.mkdir(parents=True, exist_ok=True)
            if image.seed == "nocloud":
                apply_seed(seed_path(self.settings, domain.id), domain, networks)
            xml = render_domain(
                domain,
                settings=self.settings,
                names=self.names,
                image=image,
                volumes={id_: (kept.thing, kept.path) for id_, kept in volumes.items()},
                networks=networks,
                accelerator=self._read_accelerator(),
                token=token,
            )
            have, made = definitions.get(domain.id), load_domain(xml)
            if have is None or have[0] != made:
                self._domains.define(xml)
            if have and have[1]:  # one that does not run gets its networks when it starts
                self._make_networks(domain)

    def start_domain(self, domain_id: str, token: int) -> None:
        """See base: starts it unless it runs."""
        with self._change(domain_id, token):
            kept, running = self._domains.require(domain_id)
            if running:
                return
            usable = [id_ for id_ in kept.thing.volumes if (v := self._volumes.load(id_)) and not v.erasing]
            require_known("volume", kept.thing.volumes, usable, domain_id)
            self._make_networks(kept.thing)
            apply_neighbours_forgotten(self.names, kept.thing.ports)
            self._domains.start(domain_id)

    def stop_domain(self, domain_id: str, token: int) -> None:
        """See base: stops it at once if it runs."""
        with self._change(domain_id, token):
            self._domains.stop(domain_id)

    def drop_domain(self, domain_id: str, token: int) -> None:
        """See base: stops and undefines it; its volumes stay."""
        with self._change(domain_id, token):
            self._domains.stop(domain_id)
            kept = self._domains.read_all().get(domain_id)
            if kept:
                taps = [self.names.tap(domain_id, index) for index in range(len(kept[0].thing.ports))]
                apply_ports_gone(self._world(), taps)
            self._domains.drop(domain_id)
            shutil.rmtree(console_path(self.settings, domain_id).parent, ignore_errors=True)

    # --- disks

    def put_volume(self, volume: Volume, token: int) -> None:
        """See base: makes the volume whole or not at all; grows it, also under a running domain."""
        with self._change(volume.id, token):
            kept = self._volumes.load(volume.id)
            require_volume_change(kept.thing if kept else None, erased=bool(kept and kept.erasing), wanted=volume)
            if kept:
                self._volumes.change(kept, volume, token)
                self._domains.change_disk(volume, kept.path)
                return
        with locked(self._volume_lock(volume.id)):
            half = self._volumes.make_half(volume)  # may copy an image: the rest of the site goes on meanwhile
            with self._change(volume.id, token):
                if self._volumes.load(volume.id) is None:
                    self._volumes.finish(half, volume, token)

    def erase_volume(self, volume_id: str, token: int) -> Erasure:
        """See base: overwrites all blocks and reads them back."""
        with self._change(volume_id, token):
            kept = self._volumes.load(volume_id)
            require_known("volume", [volume_id], [volume_id] if kept else [], volume_id)
            running = [domain.thing for domain, is_running in self._domains.read_all().values() if is_running]
            require_unused(volume_id, users_of_volume(running, volume_id))
            if kept and kept.erasure:
                return kept.erasure
            if kept:
                self._volumes.begin_erase(kept, token)
        with locked(self._volume_lock(volume_id)):
            kept = self._volumes.load(volume_id)
            require_known("volume", [volume_id], [volume_id] if kept else [], volume_id)
            assert kept is not None  # noqa: S101 - required just before
            erasure = kept.erasure or self._volumes.overwrite(kept)
            with self._change(volume_id, token):
                self._volumes.finish_erase(kept, erasure, token)
            return erasure

    def drop_volume(self, volume_id: str, token: int) -> None:
        """See base: removes an erased volume."""
        with locked(self._volume_lock(volume_id)), self._change(volume_id, token):
            kept = self._volumes.load(volume_id)
            if kept:
                domains = [domain.thing for domain, _ in self._domains.read_all().values()]
                require_unused(volume_id, users_of_volume(domains, volume_id))
                require_erased(volume_id, erased=kept.erasure is not None)
                self._volumes.drop(kept)
            self._volume_lock(volume_id).unlink(missing_ok=True)

    # --- networks

    def put_network(self, network: Network, token: int) -> None:
        """See base: makes it so, with the addresses and ports that stand on it."""
        with self._change(network.id, token):
            self._keep(network, token)
            apply_network(self._world(), network.id)

    def drop_network(self, network_id: str, token: int) -> None:
        """See base: takes it away with all its parts."""
        with self._change(network_id, token):
            domains = [domain.thing for domain, _ in self._domains.read_all().values()]
            require_unused(network_id, users_of_network(domains, self._load_kept(Address).values(), network_id))
            apply_network_gone(self._world(), network_id)
            self._path("networks", network_id).unlink(missing_ok=True)

    def put_address(self, address: Address, token: int) -> None:
        """See base: makes it so."""
        with self._change(address.id, token):
            require_known("network", [address.network], self._load_kept(Network), address.id)
            others = [a for a in self._load_kept(Address).values() if a.id != address.id]
            require_unused(address.public_ip, [a.id for a in others if a.public_ip == address.public_ip])
            require_unused(
                address.private_ip,
                [a.id for a in others if (a.network, a.private_ip) == (address.network, address.private_ip)],
            )
            before = self._load_kept(Address).get(address.id)
            self._keep(address, token)
            apply_network(self._world(), address.network)
            if before and before.network != address.network:
                apply_network(self._world(), before.network)

    def drop_address(self, address_id: str, token: int) -> None:
        """See base: takes it away with all its parts."""
        with self._change(address_id, token):
            kept = self._load_kept(Address).get(address_id)
            if kept:
                world = self._world()
                left = {id_: address for id_, address in world.addresses.items() if id_ != address_id}
                if kept.network in world.networks:
                    apply_network(replace(world, addresses=left), kept.network)
                self._path("addresses", address_id).unlink(missing_ok=True)

    # --- reading back

    def observe(self) -> Observed:
        """See base: everything of this site, in one bulk read."""
        with self._world_lock():
            seen, world, volumes = read_kernel(self.names), self._world(), self._volumes.load_all()
            definitions, strays = self._domains.read_all(), self._find_strays(world, seen)
        edge = plan_edge(world, seen)
        steps = [step for network in world.networks.values() for step in plan_network(world, network, seen)]
        wrong = {step.owner for step in steps} | (set(world.networks) if edge else set())
        known = set(world.networks) | set(world.addresses)
        return Observed(
            networks=world.networks,
            volumes={
                id_: ObservedVolume(kept.thing, kept.allocated_bytes, erased=kept.erasure is not None)
                for id_, kept in volumes.items()
            },
            domains={id_: ObservedDomain(kept.thing, running) for id_, (kept, running) in definitions.items()},
            addresses=world.addresses,
            strays=strays,
            incomplete=frozenset(wrong & known),
        )

    def sweep_strays(self, token: int) -> tuple[str, ...]:
        """See base: removes the strays that hold no data."""
        with self._change("strays", token):
            world = self._world()
            strays = self._find_strays(world, read_kernel(self.names))
            return tuple(
                stray for stray in strays if self._volumes.sweep(stray) or sweep_stray(stray, world, self._domains)
            )

    def read_usage(self) -> tuple[Usage, ...]:
        """See base: counters of running domains, from the hypervisor, and of addresses, from traffic control."""
        ids = {self.names.domain(id_): kept.thing for id_, (kept, _) in self._domains.read_all().items()}
        return (
            *read_domain_usage(self._hypervisor, ids),
            *read_address_usage(self._world(), read_kernel(self.names)),
        )

    def list_foreign(self) -> tuple[ForeignDomain, ...]:
        """See base: the machines beside ours."""
        return list_foreign(self._hypervisor, self.names)

    def read_foreign_usage(self, subjects: Mapping[str, str]) -> tuple[Usage, ...]:
        """See base: counters of the machines beside ours."""
        return read_foreign_usage(self._hypervisor, subjects)

    # --- places from which guests are asked

    def place_of_network(self, network_id: str) -> Path:
        """See base: the router's namespace."""
        return NETNS_DIR / self.names.router(network_id)

    def place_outside(self) -> Path:
        """See base: the namespace that stands for the Internet."""
        return NETNS_DIR / self.names.outside

    def agent_of_domain(self, domain_id: str) -> str:
        """See base."""
        return f"{self.settings.uri}#{self.names.domain(domain_id)}"

    # --- the end of a site

    def audit_leftovers(self) -> list[str]:
        """Everything on this machine that carries the site's name, edge included; empty when nothing is left."""
        domains = [self.names.domain(id_) for id_ in self._domains.read_all()]
        return find_leftovers(self.names, self.settings.state_dir, self._domains, domains)

    def tear_down(self, *, with_data: bool = False) -> None:
        """Takes the whole site away; refuses while volumes with content are left, unless `with_data`."""
        held = [id_ for id_, kept in self._volumes.load_all().items() if not kept.erasure]
        if not with_data:
            require_unused(self.settings.site, held)
        with self._world_lock():
            world = self._world()
            for name in self.audit_leftovers():
                sweep_stray(name, world, self._domains)
        for kind in ("networks", "addresses", "domains", "volumes"):
            shutil.rmtree(self.settings.state_dir / kind, ignore_errors=True)

    def close(self) -> None:
        """Ends the connection to libvirt."""
        self._hypervisor.close()

    def end(self) -> bool:
        """Ends the connection, and libvirt too where it was started here and no guest runs; whether it did."""
        self.close()
        return end_libvirt(self.settings.uri)

    # --- inside

    def _find_strays(self, world: World, seen: Seen) -> tuple[str, ...]:
        """Names of strays, without disks that somebody is making just now (their lock is held)."""
        idle = (stray for stray in self._volumes.find_strays() if not is_locked(self._volume_lock(stray)))
        return tuple(sorted([*idle, *find_strays(world, seen, self._domains)]))

    def _volume_lock(self, name: str) -> Path:
        """The lock of a volume, by its id or by the name of its folder."""
        return self._lock_path(f"volume-{name.rpartition('/')[2].partition('.')[0]}")

    @contextmanager
    def _world_lock(self) -> Iterator[None]:
        with locked(self._lock_path("world"), deadline_s=120) as descriptor, keeping(descriptor):
            yield

    @contextmanager
    def _change(self, thing_id: str, token: int) -> Iterator[None]:
        require_safe_id(thing_id)
        with self._world_lock():
            require_fresh(token, raise_fence(self.settings.state_dir / "fence.json", token), thing_id)
            yield

    def _lock_path(self, name: str) -> Path:
        return self.settings.state_dir / "locks" / name

    def _path(self, folder: str, thing_id: str) -> Path:
        return self.settings.state_dir / folder / f"{thing_id}.json"

    def _keep(self, thing: Network | Address, token: int) -> None:
        folder = "networks" if isinstance(thing, Network) else "addresses"
        body = {"thing": json.loads(render_thing(thing)), "token": token}
        if load_json(self._path(folder, thing.id)) != body:
            write_whole(self._path(folder, thing.id), json.dumps(body, ensure_ascii=False))

    def _load_kept(self, form: type[_Kept]) -> dict[str, _Kept]:
        kind, folder = ("network", "networks") if form is Network else ("address", "addresses")
        kept: dict[str, _Kept] = {}
        for path in sorted((self.settings.state_dir / folder).glob("*.json")):
            body = load_json(path)
            thing = load_thing(kind, body["thing"]) if body else None
            if isinstance(thing, form):
                kept[thing.id] = thing
        return kept

    def _world(self) -> World:
        definitions = self._domains.read_all()
        return World(
            settings=self.settings,
            names=self.names,
            networks=self._load_kept(Network),
            addresses=self._load_kept(Address),
            domains={id_: kept.thing for id_, (kept, _) in definitions.items()},
            running=frozenset(id_ for id_, (_, running) in definitions.items() if running),
        )

    def _make_networks(self, domain: Domain) -> None:
        """Makes the networks of the domain's ports whole, so that its interfaces find their Ethernet and are bound."""
        world = self._world()
        for network_id in sorted({port.network for port in domain.ports}):
            apply_network(world, network_id)

    def _read_accelerator(self) -> str:
        if not self._accelerator:
            memory = self.settings.image_dir / "accelerator.json"
            self._accelerator = read_accelerator(self.settings.image_dir, memory)
        return self._accelerator
