"""The pure half of networking: what is missing, given what the kernel has."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kits.engine import Things

from yunqi.engines.libvirt.kernel import Link, Place, Seen, Shape, _load_shape
from yunqi.engines.libvirt.parts import World, plan_edge, plan_network, plan_network_gone
from yunqi.engines.libvirt.rules import (
    SeenChain,
    find_wrong_owners,
    load_ruleset,
    plan_guard,
    plan_router,
    render_ports,
    render_table,
)
from yunqi.engines.libvirt.settings import LibvirtSettings, Names
from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id

SETTINGS = LibvirtSettings("a1b2", Path("/nowhere"), Path("/nowhere"))
NAMES = Names("a1b2")


def _world(things: Things, *, address: bool = True) -> World:
    return World(
        settings=SETTINGS,
        names=NAMES,
        networks={things.network.id: things.network},
        addresses={things.address.id: things.address} if address else {},
        domains={things.domain.id: things.domain},
    )


def _seen_chains(chains) -> dict[str, SeenChain]:
    return {chain.name: SeenChain(chain.hook, chain.policy, chain.tags()) for chain in chains}


def _whole(things: Things) -> Seen:
    """The kernel as it is when everything was put."""
    network, address = things.network, things.address
    bridge, router = NAMES.bridge(network.id), NAMES.router(network.id)
    links = {
        NAMES.edge_bridge: Link(NAMES.edge_bridge, "bridge", "", True, "", frozenset()),
        NAMES.edge_link: Link(NAMES.edge_link, "veth", "", True, NAMES.edge_bridge, frozenset()),
        bridge: Link(bridge, "bridge", "", True, "", frozenset()),
        NAMES.router_link(network.id): Link(NAMES.router_link(network.id), "veth", "", True, bridge, frozenset()),
        NAMES.up_link(network.id): Link(NAMES.up_link(network.id), "veth", "", True, NAMES.edge_bridge, frozenset()),
    }
    inner = {
        "lo": Link("lo", "", "", True, "", frozenset()),
        "lan": Link("lan", "veth", "", True, "", frozenset({f"{network.gateway}/24"})),
        "wan": Link("wan", "veth", "", True, "", frozenset({f"{address.public_ip}/32"})),
    }
    shape = Shape(True, {26: 40_000_000}, {26: address.public_ip}, {26: 0})
    chains = _seen_chains(plan_router(network, [address]))
    edge = {"lo": inner["lo"], "edge0": Link("edge0", "veth", "", True, "", frozenset({"203.0.113.1/24"}))}
    return Seen(
        links=links,
        shapes={NAMES.up_link(network.id): shape},
        places={
            router: Place(inner, ("203.0.113.1", "wan"), chains, shape, forwards=True),
            NAMES.outside: Place(edge, ("", ""), {}, Shape(), forwards=True),
        },
        broken_places=frozenset(),
        guard=_seen_chains(plan_guard(NAMES)),
        ports=_world(things).ports(),
    )


NOTHING = Seen({}, {}, {}, frozenset(), {}, frozenset())


def test_nothing_is_left_to_do_for_a_whole_network():
    things = Things()
    world, seen = _world(things), _whole(things)
    assert plan_edge(world, seen) == ()
    assert plan_network(world, things.network, seen) == ()


def test_everything_is_to_do_where_nothing_is():
    things = Things()
    owners = {step.owner for step in plan_network(_world(things), things.network, NOTHING)}
    assert owners == {things.network.id, things.address.id}
    assert plan_network_gone(NAMES, things.network.id, NOTHING) == ()


def test_what_is_too_much_goes_when_the_address_goes():
    things = Things()
    steps = plan_network(_world(things, address=False), things.network, _whole(things))
    text = "\n".join(" ".join(step.args) for step in steps)
    assert {step.owner for step in steps} == {things.network.id}
    assert f"addr delete {things.address.public_ip}/32 dev wan" in text
    assert text.count("class delete") == text.count("filter delete") == 2
    assert "nft -f -" in text


def test_rate_is_changed_in_place():
    things = Things()
    world = _world(things)
    faster = replace(things.address, rate_mbit=1500)
    steps = plan_network(replace(world, addresses={faster.id: faster}), things.network, _whole(things))
    assert [step.args[step.args.index("class") + 1] for step in steps] == ["change", "change"]
    assert all("1500000000bit" in step.args for step in steps)


@pytest.mark.parametrize("part", ["links", "shapes", "places", "guard", "ports"])
def test_loss_of_any_kind_of_part_is_seen(part):
    things = Things()
    seen = replace(_whole(things), **{part: type(getattr(NOTHING, part))()})
    assert plan_edge(_world(things), seen) + plan_network(_world(things), things.network, seen) != ()


def test_changed_ip_of_a_port_takes_the_old_one_away():
    things = Things()
    moved = replace(things.domain, ports=(replace(things.domain.ports[0], ip="10.31.0.20"),))
    world = replace(_world(things), domains={moved.id: moved})
    verbs = [step.args[1] for step in plan_network(world, things.network, _whole(things))]
    assert verbs == ["delete", "add"]


@given(st.data())
def test_any_change_of_the_rules_is_seen(data):
    things = Things()
    chains = plan_router(things.network, [things.address])
    seen = _seen_chains(chains)
    name = data.draw(st.sampled_from(sorted(name for name, chain in seen.items() if chain.tags)))
    tags = list(seen[name].tags)
    at = data.draw(st.integers(0, len(tags) - 1))
    change = data.draw(st.sampled_from(["lose", "add", "replace", "swap"]))
    if change == "lose":
        del tags[at]
    elif change == "add":
        tags.insert(at, "?")
    elif change == "replace":
        tags[at] = "?"
    elif len(tags) > 1:
        tags[0], tags[-1] = tags[-1], tags[0]
    else:
        return
    seen[name] = replace(seen[name], tags=tuple(tags))
    assert find_wrong_owners(chains, seen)


def test_table_names_every_rule_and_reads_back():
    things = Things()
    chains = plan_guard(NAMES)
    text = render_table("bridge", NAMES.guard_table, chains, render_ports(_world(things).ports()))
    assert all(tag in text for chain in chains for tag in chain.tags())
    port = next(iter(_world(things).ports()))
    answer = {
        "nftables": [
            {"chain": {"name": "input", "hook": "input", "policy": "accept"}},
            {"rule": {"chain": "input", "comment": "base:1"}},
            {"rule": {"chain": "input"}},
            {"set": {"name": "ports", "elem": [{"concat": list(port)}]}},
        ]
    }
    seen = load_ruleset(json.dumps(answer))
    assert seen["chains"] == {"input": SeenChain("input", "accept", ("base:1", "?"))}
    assert seen["ports"] == {port}


@pytest.mark.parametrize(
    ("text", "rate_bit"),
    [("40Mbit", 40 * 10**6), ("1Gbit", 10**9), ("1500Mbit", 1500 * 10**6), ("512Kbit", 512_000), ("800bit", 800)],
)
def test_rates_are_read_in_every_unit(text, rate_bit):
    classes = f"class htb 1:1a root leaf 8006: prio 0 rate {text} ceil {text} burst 64Kb\n Sent 77 bytes 1 pkt\n"
    shape = _load_shape('[{"kind": "htb"}]', classes, "[]")
    assert shape.rates_bit == {26: rate_bit}
    assert shape.sent_bytes == {26: 77}


def test_names_fit_the_kernel_and_sites_never_meet():
    other = Names("zz99")
    network, domain = make_id("net"), make_id("srv")
    for ours, theirs in (
        (NAMES.bridge(network), other.bridge(network)),
        (NAMES.router_link(network), other.router_link(network)),
        (NAMES.up_link(network), other.up_link(network)),
        (NAMES.tap(domain, 0), other.tap(domain, 0)),
        (NAMES.edge_bridge, other.edge_bridge),
        (NAMES.edge_link, other.edge_link),
    ):
        assert ours != theirs
        assert len(ours) <= 15
    assert NAMES.tap(domain, 0) != NAMES.tap(domain, 1)
    assert NAMES.mac("lan", network) != NAMES.mac("wan", network)


@pytest.mark.parametrize(
    "bad",
    [{"site": "toolong"}, {"site": "A1b2"}, {"site": "a-b2"}, {"accelerator": "hvf"}, {"edge_cidr": "203.0.113.5/24"}],
)
def test_bad_settings_are_refused_with_their_field(bad):
    given_ = {"site": "a1b2", "state_dir": Path("/x"), "image_dir": Path("/y"), **bad}
    with pytest.raises(Problem) as caught:
        LibvirtSettings(**given_)
    assert caught.value.field == next(iter(bad))
