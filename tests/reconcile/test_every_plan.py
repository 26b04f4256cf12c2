"""What holds of every plan, of any world and any observation."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kits.worlds import SERVICES, SITE, address, disk, ending, server, view, world

from yunqi.engines.base import Observed, ObservedDomain, ObservedVolume
from yunqi.reconcile.lint import lint
from yunqi.reconcile.planner import plan
from yunqi.reconcile.render import render_plan, render_wait
from yunqi.reconcile.steps import DropVolume, EraseVolume, Plan, Reserve
from yunqi.reconcile.world import Status, World


@st.composite
def worlds(draw: st.DrawFn) -> tuple[World, Observed]:
    """A world of any resources in any state, and any observation: parts right, wrong, missing or nobody's."""
    networks = [view("network", f"net-{number}", cidr=None) for number in range(draw(st.integers(1, 2)))]
    servers = [server(f"srv-{number}", draw(st.sampled_from(networks)).id) for number in range(draw(st.integers(0, 3)))]
    resources = [*networks, *servers]
    if servers:
        resources.extend(
            disk(f"dsk-{number}", draw(st.sampled_from(servers)).id) for number in range(draw(st.integers(0, 3)))
        )
        for number, one in enumerate(servers):
            if draw(st.booleans()):
                resources.append(address(f"adr-{number}", one.id))
    first = plan(world(*resources), Observed(), SITE, SERVICES)
    choices: dict[str, dict[str, str]] = {}
    taken = set()
    for step in first.steps:
        if isinstance(step, Reserve) and draw(st.integers(0, 9)):
            choices.setdefault(step.resource, {})[step.pool] = step.value
            taken.add((step.pool, step.scope, step.value))
    seen = _hurt(draw, first)
    marked = {}
    for one in resources:
        if draw(st.booleans()):
            marked[one.id] = ending(one, approved=draw(st.booleans()))
        else:
            marked[one.id] = one
    statuses = {
        key: Status(
            draw(st.sampled_from(["ordered", "building", "ready", "repairing", "erasing"])),
            draw(st.integers(0, 1)),
            "",
            draw(st.booleans()),
        )
        for key in marked
    }
    volumes = sorted(seen.volumes)
    wanted = World(
        marked,
        choices,
        frozenset(taken),
        statuses,
        open_erasures=frozenset(key for key in volumes if draw(st.integers(0, 5)) == 0),
        certified=frozenset(key for key in volumes if draw(st.integers(0, 5)) == 0),
    )
    return wanted, seen


def _hurt(draw: st.DrawFn, first: Plan) -> Observed:
    networks, volumes, domains, addresses = {}, {}, {}, {}
    for step in first.steps:
        fate = draw(st.sampled_from(["same", "same", "gone", "differs", "orphaned"]))
        if fate == "gone":
            continue
        key = step.key if fate != "orphaned" else step.key.replace("-", "-x", 1)
        match step.name:
            case "put_network":
                networks[key] = replace(step.network, id=key, gateway="10.0.0.9" if fate == "differs" else "10.64.0.1")
            case "put_volume":
                size = step.volume.size_bytes + (draw(st.sampled_from([-1, 1])) << 20 if fate == "differs" else 0)
                volumes[key] = ObservedVolume(replace(step.volume, id=key, size_bytes=size), 0, draw(st.booleans()))
            case "put_domain":
                some = tuple(name for name in step.domain.volumes if draw(st.integers(0, 3)))
                thing = replace(step.domain, id=key, volumes=some if fate == "differs" else step.domain.volumes)
                domains[key] = ObservedDomain(thing, draw(st.booleans()))
            case "put_address":
                addresses[key] = replace(step.address, id=key, rate_mbit=9 if fate == "differs" else 10)
            case _:
                pass
    incomplete = frozenset(key for key in [*networks, *addresses] if draw(st.booleans()))
    strays = tuple(f"half-{number}" for number in range(draw(st.integers(0, 2))))
    return Observed(networks, volumes, domains, addresses, strays, incomplete)


@settings(max_examples=200, deadline=None)
@given(worlds(), st.randoms())
def test_every_plan_is_sound_and_independent_of_order(case: tuple[World, Observed], shuffle: random.Random) -> None:
    wanted, seen = case
    planned = plan(wanted, seen, SITE, SERVICES)
    assert lint(planned, wanted, seen) == ()
    for step in planned.steps:
        if isinstance(step, EraseVolume):
            assert wanted.resources[step.resource].delete_wanted
            assert wanted.resources[step.resource].erase_approved
        if isinstance(step, DropVolume):
            assert seen.volumes[step.volume].erased

    def shuffled(mapping: Any) -> Any:
        items = list(mapping.items())
        shuffle.shuffle(items)
        return dict(items)

    again = plan(
        replace(wanted, resources=shuffled(wanted.resources), statuses=shuffled(wanted.statuses)),
        Observed(
            shuffled(seen.networks),
            shuffled(seen.volumes),
            shuffled(seen.domains),
            shuffled(seen.addresses),
            seen.strays,
            seen.incomplete,
        ),
        SITE,
        SERVICES,
    )
    assert again == planned
    for wait in planned.waits:
        assert render_wait(wait, wanted.resources)
    assert bool(render_plan(planned, wanted.resources)) == bool(planned.steps or planned.waits)
