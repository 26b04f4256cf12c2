"""Contradictions that no plan may hold, whoever made it: checked before each applying. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from yunqi.engines.base import Observed
from yunqi.reconcile.steps import (
    DropAddress,
    DropDomain,
    DropNetwork,
    DropVolume,
    EraseVolume,
    MarkGone,
    MarkReady,
    Plan,
    PutAddress,
    PutDomain,
    PutNetwork,
    PutVolume,
    Reserve,
    StartDomain,
    Step,
)
from yunqi.reconcile.world import World
from yunqi.services.catalogue import owner_of

_PUTS = (PutNetwork, PutVolume, PutDomain, PutAddress, StartDomain)
_DROPS = (DropNetwork, DropVolume, DropDomain, DropAddress, EraseVolume)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What is wrong with a step: a code, and the ids concerned."""

    code: str
    subject: str
    others: tuple[str, ...] = ()


class RefusedPlanError(Exception):
    """A plan that contradicts itself: a bug of the planner, and nothing of it was applied."""

    def __init__(self, found: tuple[Contradiction, ...]) -> None:
        super().__init__("; ".join(f"{item.code} {item.subject} {' '.join(item.others)}".strip() for item in found))
        self.found = found


def lint(plan: Plan, world: World, observed: Observed) -> tuple[Contradiction, ...]:
    """What contradicts: empty for a sound plan."""
    found: list[Contradiction] = []
    put = {step.key for step in plan.steps if isinstance(step, _PUTS)}
    dropped = {step.key for step in plan.steps if isinstance(step, _DROPS)}
    found += [Contradiction("put_and_dropped", key) for key in sorted(put & dropped)]
    touched = {owner_of(key) for key in put | dropped}
    reserved: set[tuple[str, str, str]] = set(world.taken)
    have = {*observed.networks, *(key for key, seen in observed.volumes.items() if not seen.erased)}
    held = {key: set(seen.thing.volumes) for key, seen in observed.domains.items()}
    for step in plan.steps:
        found += _lint_step(step, world, observed, have, held)
        match step:
            case Reserve():
                choice = (step.pool, step.scope, step.value)
                if choice in reserved:
                    found.append(Contradiction("reserved_twice", step.resource, choice))
                reserved.add(choice)
            case PutNetwork() | PutVolume():
                have.add(step.key)
            case PutDomain():
                held[step.key] = set(step.domain.volumes)
            case DropDomain():
                held.pop(step.key, None)
            case MarkReady() | MarkGone() if step.resource in touched:
                found.append(Contradiction("marked_and_touched", step.resource))
            case _:
                pass
    return tuple(found)


def _lint_step(
    step: Step, world: World, observed: Observed, have: set[str], held: dict[str, set[str]]
) -> list[Contradiction]:
    match step:
        case PutDomain() | PutAddress() | StartDomain():
            unknown = tuple(sorted(step.needs - have))
            if isinstance(step, StartDomain) and step.key not in held:
                unknown = (*unknown, step.key)
            return [Contradiction("unknown_reference", step.key, unknown)] if unknown else []
        case PutVolume():
            seen = observed.volumes.get(step.key)
            if seen is not None and seen.thing.size_bytes > step.volume.size_bytes:
                return [Contradiction("shrinks", step.key)]
            return []
        case EraseVolume():
            found = _still_held(step.volume, held)
            resource = world.resources.get(step.resource)
            if resource is None or not (resource.delete_wanted and resource.erase_approved):
                found.append(Contradiction("erase_unapproved", step.volume, (step.resource,)))
            return found
        case DropVolume():
            found = _still_held(step.volume, held)
            if step.volume not in observed.volumes or not observed.volumes[step.volume].erased:
                found.append(Contradiction("dropped_with_data", step.volume))
            return found
        case _:
            return []


def _still_held(volume: str, held: dict[str, set[str]]) -> list[Contradiction]:
    holders = tuple(sorted(key for key, volumes in held.items() if volume in volumes))
    return [Contradiction("still_attached", volume, holders)] if holders else []
