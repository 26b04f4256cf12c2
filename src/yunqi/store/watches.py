"""What the parties agreed that probes watch: begun and ended by both, each time a fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.kernel.rights import Caller
from yunqi.store.checks import check_text
from yunqi.store.facts import REPORTED, NewFact, record_fact
from yunqi.store.listing import Listing
from yunqi.store.locks import lock_contract
from yunqi.store.scopes import contract_scope
from yunqi.store.tables import contract, resource, watch

WATCH_LIMIT = 2000
"""Most that one contract has watched at a time, so that a round of probes fits into its slot."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One thing watched: `object` at `address` by a probe, from a network of the contract or (None) from outside."""

    id: str
    contract_id: str
    object: str
    probe: str
    address: str
    network_id: str | None


def begin_watch(
    connection: Connection,
    contract_id: str,
    *,
    object_: str,
    probe: str,
    address: str,
    network_id: str | None,
    unit_person: str,
    provider_person: str,
    now: datetime,
) -> str:
    """Begins to watch; returns the id. Raises `Problem` watch.twice and watch.too_many."""
    lock_contract(connection, contract_id)
    given = {
        "object": check_text("object", object_, 120),
        "probe": check_text("probe", probe, 20),
        "address": check_text("address", address, 300),
        "network_id": network_id,
    }
    mine = list_watches(connection, contract_id)
    if any(
        (one.object, one.probe, one.address, one.network_id) == (object_, probe, address, network_id) for one in mine
    ):
        raise Problem(
            "watch.twice",
            "对象「{value}」的这一地址已从同一位置以「{probe}」方式监测",
            field="object",
            value=object_,
            probe=probe,
            way_out="无需重复登记",
        )
    if len(mine) >= WATCH_LIMIT:
        raise Problem(
            "watch.too_many",
            "该合同已有 {count} 项监测，达到上限",
            field="object",
            value=object_,
            count=len(mine),
            way_out="请先停止不再需要的监测",
        )
    identifier, people = make_id("wat"), {"unit_person_id": unit_person, "provider_person_id": provider_person}
    connection.execute(watch.insert().values(id=identifier, contract_id=contract_id, begun_at=now, **given, **people))
    payload = {"watch": identifier, **given, **people}
    record_fact(connection, NewFact(contract_id, "watch.begun", object_, now, payload, REPORTED), now=now)
    return identifier


def end_watch(
    connection: Connection, contract_id: str, watch_id: str, *, unit_person: str, provider_person: str, now: datetime
) -> None:
    """Ends it; what was seen stays. Raises `Problem` watch.unknown for one that is not, or has ended."""
    lock_contract(connection, contract_id)
    found = next((one for one in list_watches(connection, contract_id) if one.id == watch_id), None)
    if found is None:
        raise _unknown(watch_id)
    connection.execute(update(watch).where(watch.c.id == watch_id).values(ended_at=now))
    people = {"unit_person_id": unit_person, "provider_person_id": provider_person}
    payload = {"watch": watch_id, "probe": found.probe, "address": found.address, **people}
    record_fact(connection, NewFact(contract_id, "watch.ended", found.object, now, payload, REPORTED), now=now)


def list_watches(connection: Connection, contract_id: str | None = None) -> tuple[Watch, ...]:
    """What is watched now, of one contract or of all."""
    columns = (watch.c.id, watch.c.contract_id, watch.c.object, watch.c.probe, watch.c.address, watch.c.network_id)
    query = select(*columns).where(watch.c.ended_at.is_(None)).order_by(watch.c.id)
    if contract_id is not None:
        query = query.where(watch.c.contract_id == contract_id)
    return tuple(Watch(*row) for row in connection.execute(query))


def require_watch_contract(connection: Connection, watch_id: str) -> str:
    """The id of the contract that a watch belongs to; raises `Problem` watch.unknown."""
    found: str | None = connection.execute(select(watch.c.contract_id).where(watch.c.id == watch_id)).scalar()
    if found is None:
        raise _unknown(watch_id)
    return found


def _unknown(watch_id: str) -> Problem:
    return Problem(
        "watch.unknown",
        "合同下没有进行中的监测「{value}」",
        field="id",
        value=watch_id,
        way_out="请在监测列表中核对标识",
    )


def watch_listing(caller: Caller, *, contract_id: str | None = None, ended: bool = False) -> Listing:
    """What is watched under the contracts that a caller may see; with `ended` also what no longer is."""
    conditions = [contract_scope(caller)]
    if contract_id is not None:
        conditions.append(watch.c.contract_id == contract_id)
    if not ended:
        conditions.append(watch.c.ended_at.is_(None))
    joined = watch.join(contract, contract.c.id == watch.c.contract_id).outerjoin(
        resource, resource.c.id == watch.c.network_id
    )
    names = (contract.c.number.label("contract_number"), resource.c.name.label("network_name"))
    return Listing(
        select(watch, *names).select_from(joined),
        watch.c.id,
        {"id": watch.c.id, "object": watch.c.object, "probe": watch.c.probe, "begun_at": watch.c.begun_at},
        default="-begun_at",
        filters=conditions,
    )
