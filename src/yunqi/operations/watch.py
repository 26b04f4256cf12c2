"""What the server sees by itself: usage sampled, outages made incidents and ended, facts sealed, days closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from yunqi.engines.base import GuestAccess
from yunqi.kernel.clock import render_instant, render_local
from yunqi.kernel.period import Span, date_of
from yunqi.kernel.words import _
from yunqi.metering import Observation, Verdict, compute_outages, compute_spans
from yunqi.operations.cases import add_event_within, open_incident_within
from yunqi.operations.delivery import access_of
from yunqi.operations.installation import Installation
from yunqi.operations.keys import open_key
from yunqi.probes.base import Target
from yunqi.probes.targets import save_targets
from yunqi.reconcile.gather import read_world
from yunqi.reconcile.world import World
from yunqi.services.catalogue import owner_of
from yunqi.store import chain
from yunqi.store.adopted import read_foreign_subjects
from yunqi.store.audit_seal import seal_audit
from yunqi.store.cases import Case, list_cases
from yunqi.store.contracts import list_contracts
from yunqi.store.facts import MEASURED, NewFact, record_fact
from yunqi.store.leases import Lease, require_lease
from yunqi.store.locks import lock_contract
from yunqi.store.resources import Resource, iterate_resources
from yunqi.store.samples import Sample, record_samples
from yunqi.store.verdicts import list_verdicts
from yunqi.store.watches import Watch, list_watches

AGENT_PROBE = "guest"
"""The probe whose address follows from the server it watches."""
_LOOK_BACK = timedelta(days=1)
_LASTING = ("open", "responded")


def record_usage(installation: Installation, lease: Lease | None = None) -> int:
    """Reads all counters from the engine once and keeps them as samples of their resources, those that were adopted
    from what runs included; returns how many.

    With a lease, nothing is kept once another has taken it (`Trouble` lease.lost).
    """
    with installation.database.read() as connection:
        adopted = read_foreign_subjects(connection)
    engine = installation.engine
    readings = (*engine.read_usage(), *(engine.read_foreign_usage(adopted) if adopted else ()))
    now = installation.clock.now()
    samples = [
        Sample(owner_of(one.subject), meter, now, value) for one in readings for meter, value in one.counters.items()
    ]
    with installation.database.write() as connection:
        if lease is not None:
            require_lease(connection, lease)
        return record_samples(connection, samples)


def write_targets(installation: Installation) -> int:
    """Writes what the probe process watches: servers from their network's router, public addresses from outside.

    A resource is watched from the moment it was first ready until its end is asked for. Returns how many.
    """
    engine = installation.engine
    if not hasattr(engine, "place_of_network"):
        return 0
    access = access_of(installation)
    world = read_world(installation.database)
    with installation.database.read() as connection:
        contracts = {one.id: one.contract_id for one in iterate_resources(connection)}
        watches = list_watches(connection)
    targets = []
    for view in world.resources.values():
        status, choices = world.statuses.get(view.id), world.choices.get(view.id, {})
        if view.delete_wanted or status is None or not status.ever_ready:
            continue
        if view.kind == "server" and "ip" in choices:
            place = access.place_of_network(str(view.spec["network"]))
            targets.append(Target(view.id, contracts[view.id], "icmp", choices["ip"], str(place)))
        if view.kind == "address" and "public_ip" in choices:
            place = access.place_outside()
            targets.append(Target(view.id, contracts[view.id], "icmp", choices["public_ip"], str(place)))
    targets += _list_agreed(access, watches, world)
    save_targets(installation.settings.targets_path, targets)
    return len(targets)


def _list_agreed(access: GuestAccess, watches: tuple[Watch, ...], world: World) -> list[Target]:
    """What the parties agreed to watch; a network or a server that is not ready yet, or no more, has no place."""
    found = []
    for one in watches:
        place, address, origin = access.place_outside(), one.address, f"{MEASURED}:{one.id}"
        if one.network_id is not None:
            if not _is_reachable(world, one.network_id):
                continue
            place = access.place_of_network(one.network_id)
        if one.probe == AGENT_PROBE:
            if not _is_reachable(world, one.object):
                continue
            agent = access.agent_of_domain(one.object)
            found.append(Target(one.object, one.contract_id, one.probe, agent, origin=origin))
            continue
        found.append(Target(one.object, one.contract_id, one.probe, address, str(place), origin))
    return found


def _is_reachable(world: World, resource_id: str) -> bool:
    view, status = world.resources.get(resource_id), world.statuses.get(resource_id)
    return view is not None and status is not None and status.ever_ready and not view.delete_wanted


def watch_outages(installation: Installation) -> tuple[str, ...]:
    """Opens an incident for each outage that measured probes show, and ends it when they do; returns what it did.

    It looks at evidence, not at what it did before: told twice it does nothing.
    """
    said: list[str] = []
    with installation.database.read() as connection:
        contracts = [one for one in list_contracts(connection) if one.state == "signed"]
    for contract in contracts:
        with installation.database.read() as connection:
            cases = list_cases(connection, contract.id, kind="incident")
            outages = _read_outages(connection, contract.id, installation.clock.now(), cases)
            resources = (
                {one.id: one for one in iterate_resources(connection, contract_id=contract.id)} if outages else {}
            )
        for outage in outages:
            resource = resources.get(outage.object)
            if resource is None or resource.delete_asked_at is not None:
                continue  # what is being ended may go quiet
            known = _find_incident(cases, outage)
            if known is None or (outage.ended_at is not None and known.state in _LASTING):
                done = _settle_outage(installation, contract.id, outage, resource)
                said += done
                if done:
                    with installation.database.read() as connection:
                        cases = list_cases(connection, contract.id, kind="incident")
    return tuple(said)


@dataclass(frozen=True, slots=True)
class _Seen:
    """An outage as the probes saw it. `ended_at` is when the object was next seen up, None while it was not: later than
    the end where nothing was known between.
    """

    object: str
    started_at: datetime
    ended_at: datetime | None


def _read_outages(connection: Connection, contract_id: str, now: datetime, cases: tuple[Case, ...]) -> list[_Seen]:
    # As far back as the oldest incident that still lasts: an outage may last longer than a day.
    lasting = [one.opened_at for one in cases if one.state in _LASTING]
    window = Span(min([now, *lasting]) - _LOOK_BACK, now)
    by_object: dict[str, list[Observation]] = {}
    for stream in list_verdicts(connection, contract_id, start_at=window.start_at, end_at=window.end_at):
        if stream.origin.partition(":")[0] == MEASURED:
            by_object.setdefault(stream.object, []).extend(
                Observation(Span(span.start_at, span.end_at), Verdict(span.verdict)) for span in stream.spans
            )
    found: list[_Seen] = []
    for name, observations in sorted(by_object.items()):
        ups = sorted(one.span.start_at for one in observations if one.verdict is Verdict.UP)
        for outage in compute_outages(compute_spans(observations, window, ())):
            # What never answered yet is being built, not out; what began before the window is known since then.
            if ups and ups[0] < outage.span.start_at and outage.span.start_at > window.start_at:
                up_again = next((at for at in ups if at >= outage.span.end_at), None)
                if found and (found[-1].object, found[-1].ended_at) == (name, up_again):
                    continue  # down again after a time without evidence: one outage
                found.append(_Seen(name, outage.span.start_at, up_again))
    return found


def _find_incident(cases: tuple[Case, ...], outage: _Seen) -> Case | None:
    """The incident of an outage; seen down again after a time without evidence, the one that lasts goes on."""
    mine = [one for one in cases if one.data.get("object") == outage.object]
    started = render_instant(outage.started_at)
    known = next((one for one in mine if one.data.get("outage_start") == started), None)
    return known or next((one for one in mine if one.state in _LASTING), None)


def _settle_outage(installation: Installation, contract_id: str, outage: _Seen, resource: Resource) -> list[str]:
    name, started = outage.object, render_instant(outage.started_at)
    said: list[str] = []
    with installation.database.write() as connection:
        # Another process may have looked at the same moment: what it opened is seen once the contract is ours.
        lock_contract(connection, contract_id)
        known = _find_incident(list_cases(connection, contract_id, kind="incident"), outage)
        now = installation.clock.now()
        if known is None:
            key = f"outage:{name}:{started}"
            payload = {"object": name, "start_at": started}
            record_fact(
                connection,
                NewFact(contract_id, "outage.started", name, outage.started_at, payload, MEASURED, key=key),
                now=now,
            )
            known = open_incident_within(
                connection,
                installation,
                contract_id=contract_id,
                title=_("{name} 无应答", name=resource.name),
                occurred_at=outage.started_at,
                subject=name,
                system_id=resource.system_id,
                tenant_id=resource.tenant_id,
                data={"outage_start": started},
            )
            said.append(
                _(
                    "发现中断：{name}，自 {at} 起，事件 {number}",
                    name=resource.name,
                    at=render_local(outage.started_at),
                    number=known.number,
                )
            )
        if outage.ended_at is not None and known.state in _LASTING:
            ended = outage.ended_at
            key = f"outage:{name}:{started}:end"
            payload = {"object": name, "start_at": started, "end_at": render_instant(ended)}
            record_fact(
                connection, NewFact(contract_id, "outage.ended", name, ended, payload, MEASURED, key=key), now=now
            )
            add_event_within(connection, installation, known.id, "recovered", person_id=None, at=ended)
            said.append(_("中断结束：{name}，{at}", name=resource.name, at=render_local(ended)))
    return said


def seal_all(installation: Installation) -> int:
    """Chains every fact and every row of the audit trail that waits; returns how many facts."""
    seal_audit(installation.database, installation.clock.now())
    return chain.seal_all(installation.database, now=installation.clock.now())


def close_past_days(installation: Installation) -> tuple[str, ...]:
    """Closes every contract's days up to yesterday and signs the root, once for each day."""
    now = installation.clock.now()
    yesterday = date_of(now) - timedelta(days=1)
    said: list[str] = []
    key = open_key(installation)
    with installation.database.read() as connection:
        due = [
            one
            for one in list_contracts(connection)
            if one.state == "signed" and not _is_closed(connection, one.id, yesterday.isoformat())
        ]
    for contract in due:
        root = chain.close_day(installation.database, contract.id, yesterday, key=key, now=now)
        said.append(
            _("{contract} 的 {day} 已关账，根 {sm3}…", contract=contract.number, day=yesterday, sm3=root.sm3[:16])
        )
    return tuple(said)


def _is_closed(connection: Connection, contract_id: str, day: str) -> bool:
    roots = chain.list_day_roots(connection, contract_id)
    return bool(roots) and roots[-1].day.isoformat() >= day
