"""The suite that every engine inherits. A subclass gives `engine`, and shows how the world behind it is hurt and
looked at.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from yunqi.engines.base import Address, Domain, Network, Port, StaleToken, Volume
from yunqi.engines.things import load_thing, render_thing
from yunqi.kernel.errors import Problem, Trouble, YunqiError
from yunqi.kernel.ids import make_id

MIB = 1 << 20


class Things:
    """One tenant's things, told apart from those of other tests by their ids; addresses by `number`."""

    def __init__(self, public_ip: str = "203.0.113.10", cidr: str = "10.31.0.0/24") -> None:
        tenant = make_id("ten")
        base = cidr.rsplit(".", 1)[0]
        self.network = Network(make_id("net"), tenant, cidr, f"{base}.1")
        self.system = Volume(make_id("vol"), tenant, "normal", 16 * MIB, 5000)
        self.data = Volume(make_id("vol"), tenant, "high", 16 * MIB, 300)
        port = Port(self.network.id, "52:54:00" + "".join(f":{b:02x}" for b in tenant.encode()[-3:]), f"{base}.10")
        self.domain = Domain(make_id("srv"), tenant, "web-1", 1, 160, "micro", (self.system.id, self.data.id), (port,))
        self.address = Address(make_id("eip"), tenant, self.network.id, public_ip, port.ip, 40)


class EngineKit:
    """What holds for every engine. Points that only a real one can meet stand in `REAL_ONLY`, and its subclass tests
    them.
    """

    REAL_ONLY = (
        "a guest answers on the wire",
        "another tenant reaches neither guest nor gateway",
        "the public address answers from outside, in both directions at its rate",
        "disks have their size and their ceiling of operations",
        "a marker written by the guest is gone after the erase",
        "nothing is left in hypervisor, files, packet filter, traffic control, namespaces",
    )

    # --- what a subclass gives

    @pytest.fixture
    def engine(self) -> Any:
        """A prepared engine whose installation is empty."""
        raise NotImplementedError

    @pytest.fixture
    def things(self) -> Things:
        return Things()

    def kill_domain(self, engine: Any, things: Things) -> None:
        """The domain's process dies behind the engine's back."""
        raise NotImplementedError

    def lose_network_part(self, engine: Any, things: Things) -> None:
        """A part of the network is lost behind the engine's back."""
        raise NotImplementedError

    def lose_address_part(self, engine: Any, things: Things) -> None:
        """A part of the address is lost behind the engine's back."""
        raise NotImplementedError

    def leave_stray(self, engine: Any) -> str:
        """Leaves what a crash leaves half made; returns the name that `observe` must give it."""
        raise NotImplementedError

    def look_outside(self, things: Things) -> None:
        """Asserts through clients other than the engine that all of the things are there."""

    def look_gone(self, things: Things) -> None:
        """Asserts through clients other than the engine that nothing of the things is left."""

    # --- the life of all kinds, each call told twice

    def test_everything_put_is_observed_as_put(self, engine, things):
        put_all(engine, things)
        seen = engine.observe()
        assert dict(seen.networks) == {things.network.id: things.network}
        assert {i: v.thing for i, v in seen.volumes.items()} == {v.id: v for v in (things.system, things.data)}
        assert {i: d.thing for i, d in seen.domains.items()} == {things.domain.id: things.domain}
        assert dict(seen.addresses) == {things.address.id: things.address}
        assert seen.domains[things.domain.id].running
        assert seen.strays == ()
        assert seen.incomplete == frozenset()
        self.look_outside(things)

    def test_told_twice_nothing_changes(self, engine, things):
        put_all(engine, things)
        once = engine.observe()
        put_all(engine, things)
        twice = engine.observe()
        assert (once.networks, once.domains, once.addresses) == (twice.networks, twice.domains, twice.addresses)
        assert {i: v.thing for i, v in once.volumes.items()} == {i: v.thing for i, v in twice.volumes.items()}
        assert twice.incomplete == frozenset()

    def test_everything_dropped_is_gone(self, engine, things):
        put_all(engine, things)
        drop_all(engine, things)
        drop_all(engine, things, erase=False)
        seen = engine.observe()
        assert (seen.networks, seen.volumes, seen.domains, seen.addresses) == ({}, {}, {}, {})
        assert seen.strays == ()
        self.look_gone(things)

    def test_dropping_what_never_was_is_no_error(self, engine, things):
        drop_all(engine, things, erase=False)
        engine.stop_domain(things.domain.id, 1)
        assert engine.observe().domains == {}

    # --- compute

    def test_stop_and_start(self, engine, things):
        put_all(engine, things)
        for _ in range(2):
            engine.stop_domain(things.domain.id, 1)
            assert not engine.observe().domains[things.domain.id].running
        engine.start_domain(things.domain.id, 1)
        assert engine.observe().domains[things.domain.id].running

    def test_killed_domain_is_seen_and_starts_again(self, engine, things):
        put_all(engine, things)
        self.kill_domain(engine, things)
        assert not engine.observe().domains[things.domain.id].running
        engine.start_domain(things.domain.id, 1)
        assert engine.observe().domains[things.domain.id].running

    def test_changed_domain_is_defined_anew(self, engine, things):
        put_disks(engine, things)
        engine.put_domain(things.domain, 1)
        bigger = replace(things.domain, memory_mib=192, vcpus=2)
        engine.put_domain(bigger, 1)
        assert engine.observe().domains[things.domain.id].thing == bigger

    def test_domain_needs_its_disks_and_network(self, engine, things):
        with pytest.raises(Trouble) as caught:
            engine.put_domain(things.domain, 1)
        assert caught.value.code == "engine.missing"
        assert engine.observe().domains == {}

    def test_start_of_an_unknown_domain(self, engine, things):
        with pytest.raises(Trouble) as caught:
            engine.start_domain(things.domain.id, 1)
        assert caught.value.code == "engine.missing"

    def test_disk_belongs_to_one_domain(self, engine, things):
        put_disks(engine, things)
        engine.put_domain(things.domain, 1)
        port = replace(things.domain.ports[0], mac="52:54:00:00:00:99", ip="10.31.0.99")
        other = replace(things.domain, id=make_id("srv"), ports=(port,))
        with pytest.raises(Trouble) as caught:
            engine.put_domain(other, 1)
        assert caught.value.code == "engine.in_use"

    def test_usage_of_running_domains_only(self, engine, things):
        put_all(engine, things)
        assert things.domain.id in {usage.subject for usage in engine.read_usage()}
        engine.stop_domain(things.domain.id, 1)
        assert things.domain.id not in {usage.subject for usage in engine.read_usage()}

    # --- disks

    def test_volume_grows_and_changes_its_ceiling(self, engine, things):
        engine.put_volume(things.data, 1)
        bigger = replace(things.data, size_bytes=24 * MIB, iops_max=600)
        engine.put_volume(bigger, 1)
        assert engine.observe().volumes[bigger.id].thing == bigger

    def test_volume_never_shrinks(self, engine, things):
        engine.put_volume(things.data, 1)
        with pytest.raises(Problem) as caught:
            engine.put_volume(replace(things.data, size_bytes=8 * MIB), 1)
        assert caught.value.code == "engine.no_shrink"
        assert engine.observe().volumes[things.data.id].thing == things.data

    def test_volume_with_content_is_not_removed(self, engine, things):
        engine.put_volume(things.data, 1)
        with pytest.raises(Trouble) as caught:
            engine.drop_volume(things.data.id, 1)
        assert caught.value.code == "engine.not_erased"
        assert things.data.id in engine.observe().volumes

    def test_erase_reads_back_zero_and_may_be_told_again(self, engine, things):
        engine.put_volume(things.data, 1)
        first = engine.erase_volume(things.data.id, 1)
        again = engine.erase_volume(things.data.id, 1)
        assert first == again
        assert first.volume == things.data.id
        assert first.size_bytes == things.data.size_bytes
        assert first.bytes_read_back == first.bytes_overwritten <= first.size_bytes
        assert first.nonzero_found == 0
        assert len(first.sm3) == 64
        assert engine.observe().volumes[things.data.id].erased
        engine.drop_volume(things.data.id, 1)
        assert things.data.id not in engine.observe().volumes

    def test_erased_volume_is_not_used_again(self, engine, things):
        put_disks(engine, things)
        engine.erase_volume(things.data.id, 1)
        for use in (lambda: engine.put_volume(things.data, 1), lambda: engine.put_domain(things.domain, 1)):
            with pytest.raises(Trouble) as caught:
                use()
            assert caught.value.code in {"engine.erased", "engine.missing"}

    def test_running_domain_keeps_its_disks(self, engine, things):
        put_all(engine, things)
        for refused in (engine.erase_volume, engine.drop_volume):
            with pytest.raises(Trouble) as caught:
                refused(things.data.id, 1)
            assert caught.value.code == "engine.in_use"
        assert not engine.observe().volumes[things.data.id].erased

    def test_defined_domain_does_not_start_on_an_erased_disk(self, engine, things):
        put_all(engine, things)
        engine.stop_domain(things.domain.id, 1)
        engine.erase_volume(things.data.id, 1)
        with pytest.raises(Trouble):
            engine.start_domain(things.domain.id, 1)
        assert not engine.observe().domains[things.domain.id].running

    @pytest.mark.parametrize("change", [{"size_bytes": 0}, {"size_bytes": -1}, {"iops_max": 0}])
    def test_absurd_volume_is_refused(self, engine, things, change):
        with pytest.raises(Problem) as caught:
            engine.put_volume(replace(things.data, **change), 1)
        assert caught.value.code == "engine.bad_volume"
        assert engine.observe().volumes == {}

    @pytest.mark.parametrize("bad", ["../up", "a b", "", "A", "x;reboot", "-rf", "a/b", "云", "a" * 80])
    def test_hostile_id_is_refused(self, engine, things, bad):
        for put, thing in (
            (engine.put_volume, things.data),
            (engine.put_network, things.network),
            (engine.put_domain, things.domain),
            (engine.put_address, things.address),
        ):
            with pytest.raises(YunqiError) as caught:
                put(replace(thing, id=bad), 1)
            assert caught.value.code == "engine.bad_id"

    # --- networks

    def test_network_in_use_is_not_taken_away(self, engine, things):
        put_all(engine, things)
        with pytest.raises(Trouble) as caught:
            engine.drop_network(things.network.id, 1)
        assert caught.value.code == "engine.in_use"
        assert engine.observe().incomplete == frozenset()

    def test_address_needs_its_network(self, engine, things):
        with pytest.raises(Trouble) as caught:
            engine.put_address(things.address, 1)
        assert caught.value.code == "engine.missing"

    def test_lost_part_of_a_network_is_seen_and_put_again(self, engine, things):
        put_all(engine, things)
        self.lose_network_part(engine, things)
        assert things.network.id in engine.observe().incomplete
        put_all(engine, things)
        assert engine.observe().incomplete == frozenset()
        self.look_outside(things)

    def test_lost_part_of_an_address_is_seen_and_put_again(self, engine, things):
        engine.put_network(things.network, 1)
        engine.put_address(things.address, 1)
        self.lose_address_part(engine, things)
        assert things.address.id in engine.observe().incomplete
        engine.put_address(things.address, 1)
        assert engine.observe().incomplete == frozenset()

    def test_changed_rate_is_observed(self, engine, things):
        engine.put_network(things.network, 1)
        engine.put_address(things.address, 1)
        slower = replace(things.address, rate_mbit=7)
        engine.put_address(slower, 1)
        seen = engine.observe()
        assert seen.addresses[slower.id] == slower
        assert seen.incomplete == frozenset()

    # --- strays and fencing

    def test_stray_is_seen_and_swept(self, engine):
        name = self.leave_stray(engine)
        assert name in engine.observe().strays
        assert name in engine.sweep_strays(1)
        assert engine.observe().strays == ()
        assert engine.sweep_strays(1) == ()

    def test_older_executor_is_refused_everywhere(self, engine, things):
        put_all(engine, things, token=5)
        before = engine.observe()
        calls: list[Callable[[], Any]] = [
            lambda: engine.put_network(things.network, 4),
            lambda: engine.put_volume(things.data, 4),
            lambda: engine.put_domain(things.domain, 4),
            lambda: engine.put_address(things.address, 4),
            lambda: engine.start_domain(things.domain.id, 4),
            lambda: engine.stop_domain(things.domain.id, 4),
            lambda: engine.drop_domain(things.domain.id, 4),
            lambda: engine.erase_volume(things.data.id, 4),
            lambda: engine.drop_volume(things.data.id, 4),
            lambda: engine.drop_address(things.address.id, 4),
            lambda: engine.drop_network(things.network.id, 4),
            lambda: engine.sweep_strays(4),
        ]
        for call in calls:
            with pytest.raises(StaleToken):
                call()
        after = engine.observe()
        assert (after.domains, after.networks, after.addresses) == (before.domains, before.networks, before.addresses)

    def test_older_executor_cannot_bring_back_what_its_successor_dropped(self, engine, things):
        engine.put_network(things.network, 1)
        engine.drop_network(things.network.id, 2)
        with pytest.raises(StaleToken):
            engine.put_network(things.network, 1)
        assert engine.observe().networks == {}

    def test_words_of_a_thing_come_back_whole(self, things):
        for kind in ("network", "domain", "address"):
            thing = getattr(things, kind)
            assert load_thing(kind, json.loads(render_thing(thing))) == thing


def put_disks(engine: Any, things: Things, token: int = 1) -> None:
    """The network and the disks, without the domain."""
    engine.put_network(things.network, token)
    engine.put_volume(things.system, token)
    engine.put_volume(things.data, token)


def put_all(engine: Any, things: Things, token: int = 1) -> None:
    """All of the things, in the order of their needs, the domain running."""
    put_disks(engine, things, token)
    engine.put_domain(things.domain, token)
    engine.start_domain(things.domain.id, token)
    engine.put_address(things.address, token)


def drop_all(engine: Any, things: Things, token: int = 1, *, erase: bool = True) -> None:
    """Takes all of the things away, in the order of their needs."""
    engine.drop_address(things.address.id, token)
    engine.drop_domain(things.domain.id, token)
    for volume in (things.system, things.data):
        if erase:
            engine.erase_volume(volume.id, token)
        engine.drop_volume(volume.id, token)
    engine.drop_network(things.network.id, token)
