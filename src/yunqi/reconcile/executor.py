"""Applies a plan step by step with the token of its lease; decides nothing.

A step that fails takes the steps that need it out of this round; the next round plans anew. Bookkeeping is one
transaction a step, and each begins by asking whether the lease is still ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from yunqi.engines.base import Engine, Observed, StaleToken
from yunqi.kernel.clock import Clock
from yunqi.kernel.errors import Trouble, YunqiError
from yunqi.kernel.words import render_error
from yunqi.reconcile.erase import Erase, ErasureRun, Observer, erase_now
from yunqi.reconcile.lint import RefusedPlanError, lint
from yunqi.reconcile.steps import (
    DropAddress,
    DropDomain,
    DropNetwork,
    DropVolume,
    EraseVolume,
    MarkGone,
    MarkPhase,
    MarkReady,
    Plan,
    PutAddress,
    PutDomain,
    PutNetwork,
    PutVolume,
    Reserve,
    StartDomain,
    Step,
    StopDomain,
    SweepStrays,
)
from yunqi.reconcile.world import World
from yunqi.services.base import ResourceView
from yunqi.services.catalogue import owner_of
from yunqi.store.database import Database
from yunqi.store.leases import Lease, require_lease
from yunqi.store.reconcile import mark_gone, mark_phase, mark_ready, record_failure, reserve

Verify = Callable[[ResourceView, Mapping[str, str]], bool]
"""Whether a resource, given its choices, answers to a client outside the engine."""

_ROUND_ENDS = frozenset({"lease.lost", "allocation.taken"})


@dataclass
class Applied:
    """What became of a plan: steps done, those that failed with their errors, those left out."""

    done: list[Step] = field(default_factory=list)
    failed: list[tuple[Step, YunqiError]] = field(default_factory=list)
    left_out: list[Step] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    under_way: list[str] = field(default_factory=list)
    """`silent` are resources that do not answer yet, `under_way` volumes whose erasure goes on apart."""
    ended_by: YunqiError | None = None
    """Why the round ended early: another executor took over, or a choice was taken meanwhile."""


def trust_engine(_resource: ResourceView, _choices: Mapping[str, str]) -> bool:
    """True: what the engine reads back is enough."""
    return True


def no_observer(_point: str) -> None:
    """Does nothing."""


@dataclass
class Executor:
    """Applies plans to one engine and one database under one lease.

    `verify` is asked before a resource is called ready; without it, what the engine reads back is enough. `on_step` is
    told of every step before and after.
    """

    engine: Engine
    database: Database
    lease: Lease
    clock: Clock
    operator: str = "yunqi"
    verify: Verify = trust_engine
    on_step: Observer = no_observer
    erase: Erase = erase_now

    def apply(self, plan: Plan, world: World, observed: Observed, delayed: frozenset[str] = frozenset()) -> Applied:
        """Applies what can be; `delayed` are keys of steps that failed of late and wait for their next turn.

        Raises `RefusedPlanError` before anything is done when the plan contradicts itself.
        """
        found = lint(plan, world, observed)
        if found:
            raise RefusedPlanError(found)
        result = Applied()
        held_up = set(delayed)
        for step in plan.steps:
            if step.key in held_up or step.needs & held_up:
                held_up.add(step.key)
                result.left_out.append(step)
                continue
            self.on_step(f"before {step.name} {step.key}")
            try:
                self._apply_step(step, world, result)
            except YunqiError as error:
                held_up.add(step.key)
                result.failed.append((step, error))
                if isinstance(error, StaleToken) or error.code in _ROUND_ENDS:
                    result.ended_by = error
                    return result
                self._record_failure(step, error)
                continue
            self.on_step(f"after {step.name} {step.key}")
        return result

    def _apply_step(self, step: Step, world: World, result: Applied) -> None:
        match step:
            case Reserve() | MarkPhase() | MarkGone():
                self._record(step)
            case MarkReady():
                resource = world.resources[step.resource]
                if not self.verify(resource, world.choices.get(step.resource, {})):
                    result.silent.append(step.resource)
                    return
                self._record(step)
            case EraseVolume():
                run = ErasureRun(step, self.engine, self.database, self.lease, self.clock, self.operator, self.on_step)
                if not self.erase(run):
                    result.under_way.append(step.volume)
                    return
            case _:
                self._change(step)
        result.done.append(step)

    def _change(self, step: Step) -> None:
        engine, token = self.engine, self.lease.token
        match step:
            case PutNetwork():
                engine.put_network(step.network, token)
            case PutVolume():
                engine.put_volume(step.volume, token)
            case PutDomain():
                engine.put_domain(step.domain, token)
            case StartDomain():
                engine.start_domain(step.domain.id, token)
            case StopDomain():
                engine.stop_domain(step.domain, token)
            case DropDomain():
                engine.drop_domain(step.domain, token)
            case DropVolume():
                engine.drop_volume(step.volume, token)
            case PutAddress():
                engine.put_address(step.address, token)
            case DropAddress():
                engine.drop_address(step.address, token)
            case DropNetwork():
                engine.drop_network(step.network, token)
            case SweepStrays():
                if not engine.sweep_strays(token):
                    raise Trouble(
                        "stray.stays",
                        "残留 {names} 含有数据或仍被占用，未清理",
                        names="、".join(step.strays),
                        way_out="请人工核查",
                    )
            case _:
                raise TypeError(f"no change of the engine: {step!r}")

    def _record(self, step: Reserve | MarkPhase | MarkReady | MarkGone) -> None:
        now = self.clock.now()
        with self.database.write() as connection:
            require_lease(connection, self.lease)
            match step:
                case Reserve():
                    reserve(connection, step.resource, pool=step.pool, scope=step.scope, value=step.value, now=now)
                case MarkPhase():
                    mark_phase(connection, step.resource, step.phase, step.wait, now)
                case MarkReady():
                    mark_ready(connection, step.resource, step.generation, now)
                case MarkGone():
                    mark_gone(connection, step.resource, now)

    def _record_failure(self, step: Step, error: YunqiError) -> None:
        failure = {"step": step.name, "code": error.code, "message": render_error(error)}
        with self.database.write() as connection:
            require_lease(connection, self.lease)
            record_failure(connection, owner_of(step.key), failure, self.clock.now())
