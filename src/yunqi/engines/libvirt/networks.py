"""Makes a site's networks whole: plans what is missing, does it, and reads back that nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from yunqi.engines.base import Port
from yunqi.engines.command import run
from yunqi.engines.libvirt.kernel import Seen, read_kernel
from yunqi.engines.libvirt.parts import (
    Step,
    World,
    plan_edge,
    plan_network,
    plan_network_gone,
    plan_ports_gone,
)
from yunqi.engines.libvirt.settings import Names
from yunqi.kernel.errors import Trouble

_ROUNDS = 3


def apply_edge(world: World) -> None:
    """Makes the shared parts whole."""
    _apply_until_whole(world, [], lambda seen: plan_edge(world, seen), world.settings.site)


def apply_network(world: World, network_id: str) -> None:
    """Makes a network whole with its addresses and ports; what is too much goes."""
    network = world.networks[network_id]

    def plan(seen: Seen) -> tuple[Step, ...]:
        return (*plan_edge(world, seen), *plan_network(world, network, seen))

    _apply_until_whole(world, [world.names.router(network_id)], plan, network_id)


def apply_network_gone(world: World, network_id: str) -> None:
    """Takes all parts of a network away."""
    _apply_until_whole(world, [], lambda seen: plan_network_gone(world.names, network_id, seen), network_id)


def apply_ports_gone(world: World, taps: Iterable[str]) -> None:
    """Cuts these interfaces off."""
    named = tuple(taps)
    _apply_until_whole(world, [], lambda seen: plan_ports_gone(world, named, seen), world.settings.site)


def apply_neighbours_forgotten(names: Names, ports: Iterable[Port]) -> None:
    """Makes the routers ask anew who has the ports' addresses.

    A router remembers the machine that had an address before: without this, a new one that was given it is not reached
    for half a minute.
    """
    for port in ports:
        run(["ip", "-n", names.router(port.network), "neigh", "flush", "to", port.ip])


def _apply_until_whole(world: World, places: list[str], plan: Callable[[Seen], tuple[Step, ...]], subject: str) -> None:
    """Success is that nothing is left to do when the kernel is read again, not that the commands did not fail."""
    steps: tuple[Step, ...] = ()
    for _ in range(_ROUNDS):
        steps = plan(read_kernel(world.names, [*places, world.names.outside]))
        if not steps:
            return
        for step in steps:
            run(step.args, stdin=step.stdin)
    steps = plan(read_kernel(world.names, [*places, world.names.outside]))
    if steps:
        raise Trouble(
            "engine.not_whole",
            "{subject} 的网络部件写入后读回仍不符:{command}",
            subject=subject,
            command=" ".join(steps[0].args),
            way_out="稍后自动重试;如持续出现,请检查是否有其他程序在修改本机网络",
        )
