"""Reconcilers, sealers, watchers, writers and closers of months, two of each at once, killed by SIGKILL at random.

Each is a process of its own on one database and one engine. Killed at any instant and started again, nothing is lost
and nothing is done twice. The instants are drawn from a seed; what is checked holds for every outcome.
"""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.kits.session import Session
from tests.kits.writers import DOWN, ENDED, MINUTE, ORDERS, ROLES, SLOTS, SPEC, Play, end_some, kill, probe, start

from yunqi.kernel.clock import FixedClock, render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of
from yunqi.operations.bonds import record_move
from yunqi.operations.delivery import make_reconciler
from yunqi.operations.months import recompute
from yunqi.operations.orders import place_order
from yunqi.operations.watch import seal_all, watch_outages
from yunqi.store import tables
from yunqi.store.audit import verify_evidence
from yunqi.store.cases import list_case_events, list_cases
from yunqi.store.chain import list_day_roots
from yunqi.store.entitlements import list_entitlements
from yunqi.store.statements import list_statements

SEED = 20261126
CHAOS_S = 12.0


@pytest.fixture
def play(signed: Session) -> Play:
    given = ("--contract", signed.number, "--as", signed.side.clerk, "--work-order", signed.side.work_order)
    signed.run("order", "network", "main", *given)
    side = signed.side
    with signed.installation() as opened:
        web = place_order(
            opened,
            contract=side.contract,
            kind="server",
            name="web",
            fields=SPEC,
            work_order=side.work_order,
            person_id=side.clerk,
        )
        worker = make_reconciler(opened)
        worker.run_until_settled(20)
        worker.release()
    return Play(signed, time.time(), web.id)


def test_killed_at_random_nothing_is_lost_or_done_twice(play: Play) -> None:
    kills = run_chaos(play)
    finish(play)
    check_orders(play)
    check_ledger(play)
    check_incidents(play)
    check_months(play)
    assert kills["reconcile"] >= 2
    assert kills["evidence"] >= 2
    assert kills["write"] >= 2


def run_chaos(play: Play) -> Counter[str]:
    """Two of each role; every now and then one is killed and another takes its place. Returns how often each was."""
    chance = random.Random(SEED)
    play.epoch = time.time()
    alive = {(role, number): start(play, role, number) for role in ROLES for number in (1, 2)}
    kills: Counter[str] = Counter()
    try:
        while time.time() - play.epoch < CHAOS_S:
            time.sleep(chance.uniform(0.05, 0.5))
            role, number = chance.choice(sorted(alive))
            kill(alive.pop((role, number)))
            kills[role] += 1
            alive[role, number] = start(play, role, number)
    finally:
        for child in alive.values():
            kill(child)
    bugs = [path.read_text("utf-8") for path in play.session.home.glob("bug-*")]
    assert not bugs, "\n".join(bugs)
    return kills


def finish(play: Play) -> None:
    """What the next processes would do: they find all that is left in the state itself."""
    site = play.open()
    side = play.session.side
    for number in (1, 2):
        for place in range(ORDERS):
            try:
                made = place_order(
                    site,
                    contract=side.contract,
                    kind="server",
                    name=f"w{number}-{place}",
                    fields=SPEC,
                    work_order=side.work_order,
                    person_id=side.clerk,
                )
            except Problem as problem:
                if problem.code not in {"order.name_taken", "name.taken"}:
                    raise
            else:
                assert made.phase == "ordered"
        end_some(play, site, number)
    probe(play, site, SLOTS)
    worker = make_reconciler(site)
    assert worker.run_until_settled(25).settled
    assert worker.plan_round().steps == ()
    worker.release()
    watching = play.open()
    watching.clock = FixedClock(play.probed_from + MINUTE * SLOTS)
    for _ in range(2):
        watch_outages(watching)
    record_move(site, side.contract, "received", amount="1000", on=date_of(play.session.clock.at), actor=side.clerk)
    seal_all(site)


def check_orders(play: Play) -> None:
    """What was acknowledged is there, once; draws are conserved; what ended was erased once and certified once."""
    acknowledged = [
        line.split()[0]
        for path in play.session.home.glob("acknowledged-*")
        for line in path.read_text("utf-8").splitlines()
    ]
    assert len(acknowledged) == len(set(acknowledged))
    resource, draw = tables.resource.c, tables.draw.c
    site = play.open()
    with site.database.read() as connection:
        rows = connection.execute(select(resource.id, resource.name, resource.gone_at, resource.kind)).all()
        draws = connection.execute(
            select(
                draw.resource_id, draw.item, func.count(), func.count(draw.end_at), func.sum(draw.quantity_micro)
            ).group_by(draw.resource_id, draw.item)
        ).all()
        left = [
            one.left_micro
            for one in list_entitlements(connection, play.session.side.contract_id, at=site.clock.now())
            if one.left_micro is not None
        ]
        erased = Counter(_subjects(connection, "resource.erased"))
        gone = Counter(_subjects(connection, "resource.gone"))
        ordered = Counter(_subjects(connection, "resource.ordered"))
        certificates = connection.execute(select(tables.certificate.c.resource_id)).scalars().all()
        open_runs = connection.execute(select(tables.run.c.id).where(tables.run.c.state == "open")).all()
        taken = connection.execute(
            select(tables.allocation.c.pool, tables.allocation.c.scope, tables.allocation.c.value).where(
                tables.allocation.c.released_at.is_(None)
            )
        ).all()
    ids = {row.id for row in rows}
    assert set(acknowledged) <= ids
    live = Counter(row.name for row in rows if row.gone_at is None)
    assert set(live.values()) == {1}
    ever = Counter(row.name for row in rows)
    for number in (1, 2):
        for place in range(ORDERS):
            name = f"w{number}-{place}"
            if place % 3 == ENDED:
                assert ever[name] >= 1  # ended, it may be ordered anew
            else:
                assert (ever[name], live[name]) == (1, 1)
    assert ordered == Counter(ids)
    ended = {row.id for row in rows if row.gone_at is not None}
    assert ended  # some of it did come to its end
    assert gone == Counter(ended)
    assert all(count == 1 for count in erased.values())
    assert all(count == 1 for count in Counter(certificates).values())
    assert set(erased) == set(certificates) <= ended
    assert not open_runs
    assert len(taken) == len(set(taken))
    assert min(left) >= 0
    for key, _item, count, closed, _micro in draws:
        assert (count, closed) == (1, 1 if key in ended else 0)
    seen = site.engine.observe()
    assert set(seen.domains) == {row.id for row in rows if row.gone_at is None and row.kind == "server"}
    assert set(seen.volumes) == {f"{key}-sys" for key in seen.domains}
    assert all(domain.running for domain in seen.domains.values())
    assert not seen.strays


def _subjects(connection: Any, kind: str) -> list[str]:
    return list(connection.scalars(select(tables.fact.c.subject).where(tables.fact.c.kind == kind)))


def check_ledger(play: Play) -> None:
    """Every fact is sealed once and the chain verifies; a day has one root, by the one key."""
    site = play.open()
    for report in verify_evidence(site.database):
        assert report.findings == []
    with site.database.read() as connection:
        facts = connection.scalar(select(func.count()).select_from(tables.fact))
        links = connection.execute(select(tables.chain.c.fact_no, tables.chain.c.contract_id)).all()
        waiting = connection.scalar(select(func.count()).select_from(tables.fact_pending))
        assert (len(links), waiting) == (facts, 0)
        assert len({link.fact_no for link in links}) == facts
        roots = list_day_roots(connection, play.session.side.contract_id)
        bonds = _subjects(connection, "bond.received")
    assert len(roots) > 2
    assert len({root.day for root in roots}) == len(roots)
    assert len({root.key_id for root in roots}) == 1
    assert bonds == ["bond"]


def check_incidents(play: Play) -> None:
    """One incident an outage, opened at its first minute and ended at the first one after it; each number once."""
    expected = [play.probed_from + MINUTE * slot for slot in range(SLOTS) if slot % 6 == DOWN[0]]
    site = play.open()
    with site.database.read() as connection:
        found = list_cases(connection, play.session.side.contract_id, kind="incident")
        assert [one.opened_at for one in found] == expected
        assert [one.data["outage_start"] for one in found] == [render_instant(at) for at in expected]
        for one in found:
            events = list_case_events(connection, one.id)
            assert [event.event for event in events] == ["recovered"]
            assert events[0].at == one.opened_at + 2 * MINUTE
        assert len({one.number for one in found}) == len(found)
        started, ended = _subjects(connection, "outage.started"), _subjects(connection, "outage.ended")
    assert len(started) == len(ended) == len(expected)


def check_months(play: Play) -> None:
    """Versions are 1, 2, 3 …; none says what the one before it said; each can be made again as known then."""
    site = play.open()
    with site.database.read() as connection:
        rows = [one for one in list_statements(connection, play.session.side.contract_id) if one.month == play.month]
    assert rows
    assert [one.version for one in rows] == list(range(1, len(rows) + 1))
    assert all(one.sm3 != other.sm3 for one, other in itertools.pairwise(rows))
    assert [one.known_at for one in rows] == sorted(one.known_at for one in rows)
    for one in rows:
        again = recompute(site, one).model_dump(mode="json")
        assert {**again, "known_at": one.data["known_at"]} == one.data
