from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
import threading
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select
from tests.kits.world import NOW, World, build_world, make_work_order, need

from yunqi.kernel.errors import Problem
from yunqi.store.bursts import record_burst
from yunqi.store.database import Database, open_database
from yunqi.store.entitlements import Need, list_entitlements
from yunqi.store.orders import approve_erase, ask_delete, change_spec, place_order
from yunqi.store.resources import Resource, list_draws, list_draws_of_resource, list_resources
from yunqi.store.tables import draw, resource

MICRO = 1_000_000


@pytest.fixture
def world(database: Database) -> World:
    return build_world(database)


def _place(
    connection: Connection,
    world: World,
    name: str,
    *needs: Need,
    now: datetime = NOW,
    work_order: str | None = "",
    **more: Any,
) -> Resource:
    reference = world.work_order if work_order == "" else work_order
    return place_order(
        connection, world.order(name, *needs, **more), work_order=reference, person_id=world.buyer, now=now
    )


def _refuse(code: str, database: Database, action) -> Problem:
    with database.read() as connection:
        before = connection.execute(select(draw)).all(), connection.execute(select(resource)).all()
    with pytest.raises(Problem) as caught, database.write() as connection:
        action(connection)
    assert caught.value.code == code
    with database.read() as connection:
        assert before == (connection.execute(select(draw)).all(), connection.execute(select(resource)).all())
    return caught.value


def _left(database: Database, world: World, no: int, at=NOW) -> Fraction | None:
    with database.read() as connection:
        (found,) = [one for one in list_entitlements(connection, world.contract, at=at) if one.line.no == no]
    return None if found.left_micro is None else Fraction(found.left_micro, MICRO)


def test_an_order_draws_in_the_transaction_that_records_it(database: Database, world: World) -> None:
    with database.write() as connection:
        made = _place(connection, world, "web", need("compute.vcpu", 4), need("storage.normal", "20.25"))
        assert (made.phase, made.generation, made.gone_at) == ("ordered", 1, None)
        drawn = {one.item: one.quantity_micro for one in list_draws_of_resource(connection, made.id)}
    assert drawn == {"compute.vcpu": 4 * MICRO, "storage.normal": 20_250_000}
    assert _left(database, world, 1) == 6
    assert _left(database, world, 2) == Fraction("79.75")


def test_beyond_the_entitlement_names_line_asked_left_and_both_ways_out(database: Database, world: World) -> None:
    problem = _refuse("entitlement.exceeded", database, lambda c: _place(c, world, "big", need("compute.vcpu", 11)))
    assert {key: problem.values[key] for key in ("no", "name", "asked", "left", "unit")} == {
        "no": 1,
        "name": "云主机 vCPU",
        "asked": "11",
        "left": "10",
        "unit": "核",
    }
    assert "临时扩容" in problem.way_out
    assert "补充协议" in problem.way_out


def test_one_need_over_leaves_nothing_of_the_others(database: Database, world: World) -> None:
    needs = (need("storage.normal", 1), need("compute.vcpu", 11))
    _refuse("entitlement.exceeded", database, lambda c: _place(c, world, "web", *needs))


def test_a_line_bought_twice_is_drawn_in_order(database: Database, world: World) -> None:
    with database.write() as connection:
        made = _place(connection, world, "store", need("storage.normal", 120))
        drawn = [one.quantity_micro for one in list_draws_of_resource(connection, made.id)]
    assert drawn == [100 * MICRO, 20 * MICRO]
    _refuse("entitlement.exceeded", database, lambda c: _place(c, world, "more", need("storage.normal", 31)))


def test_a_bundle_row_is_covered_by_its_bundle_line(database: Database, world: World) -> None:
    assert _left(database, world, 5) == 1
    with database.write() as connection:
        _place(connection, world, "sign", need("crypto.signature", 1))
    assert (_left(database, world, 4), _left(database, world, 5)) == (1, 0)
    _refuse("entitlement.exceeded", database, lambda c: _place(c, world, "again", need("crypto.signature", 1)))


def test_runs_and_pieces_are_used_up_for_good(database: Database, world: World) -> None:
    assert _left(database, world, 6) == 24
    with database.write() as connection:
        made = _place(
            connection, world, "web", need("security.hardening", 3, "run"), need("network.certificate", 2, "piece")
        )
        connection.execute(draw.update().where(draw.c.resource_id == made.id).values(end_at=NOW, end_recorded_at=NOW))
    assert (_left(database, world, 6), _left(database, world, 7)) == (21, 0)


def test_a_line_without_quantity_or_item_allows_nothing(database: Database, world: World) -> None:
    assert _left(database, world, 8) is None
    _refuse("entitlement.no_line", database, lambda c: _place(c, world, "x", need("network.waf", 1)))


def test_a_burst_widens_for_its_time_only(database: Database, world: World) -> None:
    with database.write() as connection:
        record_burst(
            connection,
            world.contract,
            item="compute.vcpu",
            quantity=Fraction(5),
            start_at=NOW,
            end_at=NOW + timedelta(days=7),
            reason="高考查分",
            using_unit_person_id=world.buyer,
            provider_person_id=world.seller,
            now=NOW,
        )
        made = _place(connection, world, "big", need("compute.vcpu", 12))
        origins = [
            (one.price_line_id is not None, one.quantity_micro // MICRO)
            for one in list_draws_of_resource(connection, made.id)
        ]
    assert sorted(origins) == [(False, 2), (True, 10)]
    assert _left(database, world, 1) == 3
    later = NOW + timedelta(days=7)
    assert _left(database, world, 1, at=later) == -2  # the use has not ended with the burst
    _refuse("entitlement.exceeded", database, lambda c: _place(c, world, "x", need("compute.vcpu", 1), now=later))


@pytest.mark.parametrize("steps", [0, 1])
def test_an_unfiled_or_unapproved_work_order_is_not_enough(database: Database, world: World, steps: int) -> None:
    with database.write() as connection:
        weak = make_work_order(connection, world.contract, world.tenant, steps=steps)
    problem = _refuse(
        "order.no_work_order", database, lambda c: _place(c, world, "web", need("compute.vcpu", 1), work_order=weak)
    )
    assert "备案" in problem.way_out


@pytest.mark.parametrize("reference", [None, "", "WO-9999-0001"])
def test_no_work_order_names_the_way_out(database: Database, world: World, reference: str | None) -> None:
    def order(connection) -> None:
        place_order(
            connection,
            world.order("web", need("compute.vcpu", 1)),
            work_order=reference,
            person_id=world.buyer,
            now=NOW,
        )

    assert "统一工单" in _refuse("order.no_work_order", database, order).way_out


def test_outside_the_term_nothing_can_be_ordered(database: Database, world: World) -> None:
    for now in (NOW - timedelta(days=100), NOW + timedelta(days=400)):
        _refuse(
            "order.not_running", database, lambda c, now=now: _place(c, world, "web", need("compute.vcpu", 1), now=now)
        )


def test_a_name_is_free_again_once_gone(database: Database, world: World) -> None:
    with database.write() as connection:
        made = _place(connection, world, "web")
    _refuse("order.name_taken", database, lambda c: _place(c, world, "web"))
    with database.write() as connection:
        connection.execute(resource.update().where(resource.c.id == made.id).values(gone_at=NOW))
        _place(connection, world, "web")


def test_what_is_referred_to_must_be_there_and_stays(database: Database, world: World) -> None:
    disk = {"kind": "disk", "spec": {"server": "web"}, "references": {"server": "server"}}
    _refuse("order.reference", database, lambda c: _place(c, world, "data", **disk))
    with database.write() as connection:
        server = _place(connection, world, "web")
        made = _place(connection, world, "data", **disk)
    uses = {"disk": {"server": "server"}, "server": {"network": "network"}}

    def delete(connection: Connection, resource_id: str) -> Resource:
        return ask_delete(connection, resource_id, person_id=world.buyer, now=NOW, references=uses)

    assert _refuse("order.needed_by", database, lambda c: delete(c, server.id)).values["others"] == "data"
    with database.write() as connection:
        delete(connection, made.id)
        assert delete(connection, server.id).delete_asked_at == NOW
    _refuse("order.reference", database, lambda c: _place(c, world, "data2", **disk))


def test_erasing_waits_for_the_wish_to_delete_and_for_a_person(database: Database, world: World) -> None:
    with database.write() as connection:
        made = _place(connection, world, "web")
    _refuse("order.not_leaving", database, lambda c: approve_erase(c, made.id, person_id=world.buyer, now=NOW))
    with database.write() as connection:
        ask_delete(connection, made.id, person_id=world.buyer, now=NOW)
        assert approve_erase(connection, made.id, person_id=world.buyer, now=NOW).erase_approved_at == NOW
        later = NOW + timedelta(hours=1)
        assert approve_erase(connection, made.id, person_id=world.buyer, now=later).erase_approved_at == NOW


def test_a_change_ends_the_draws_that_differ_and_keeps_the_rest(database: Database, world: World) -> None:
    later = NOW + timedelta(hours=1)
    with database.write() as connection:
        made = _place(connection, world, "web", need("compute.vcpu", 8), need("storage.normal", 10))
        changed = change_spec(
            connection,
            made.id,
            spec={"size": "2"},
            needs=(need("compute.vcpu", 10), need("storage.normal", 10)),
            work_order=world.work_order,
            person_id=world.buyer,
            now=later,
        )
        draws = [(one.item, one.quantity_micro // MICRO, one.end_at) for one in list_draws(connection, world.contract)]
        then = [one.end_at for one in list_draws(connection, world.contract, known_at=NOW)]
    assert (changed.generation, changed.spec) == (2, {"size": "2"})
    assert sorted(draws, key=str) == [
        ("compute.vcpu", 10, None),
        ("compute.vcpu", 8, later),
        ("storage.normal", 10, None),
    ]
    assert then == [None, None]

    def grow(connection) -> None:
        change_spec(
            connection,
            made.id,
            spec={"size": "3"},
            needs=(need("compute.vcpu", 11), need("storage.normal", 10)),
            work_order=world.work_order,
            person_id=world.buyer,
            now=later,
        )

    _refuse("entitlement.exceeded", database, grow)


def test_pages_cover_everything_once(database: Database, world: World) -> None:
    with database.write() as connection:
        made = {_place(connection, world, f"web{number}").id for number in range(7)}
        seen: list[str] = []
        cursor = None
        while True:
            page = list_resources(connection, tenant_id=world.tenant, cursor=cursor, limit=3)
            seen += [one.id for one in page.resources]
            cursor = page.next_cursor
            if cursor is None:
                break
    assert len(seen) == 7
    assert set(seen) == made
    assert seen == sorted(seen)


def test_the_last_unit_goes_to_one_of_many_threads(database: Database, world: World) -> None:
    with database.write() as connection:
        _place(connection, world, "first", need("compute.vcpu", 9))
    won: list[str] = []
    lost: list[str] = []
    orders = iter(range(500))
    lock = threading.Lock()

    def race() -> None:
        while True:
            with lock:
                number = next(orders, None)
            if number is None:
                return
            try:
                with database.write() as connection:
                    won.append(_place(connection, world, f"racer{number}", need("compute.vcpu", 1)).id)
            except Problem as problem:
                lost.append(problem.code)

    threads = [threading.Thread(target=race) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost), set(lost)) == (1, 499, {"entitlement.exceeded"})
    assert _left(database, world, 1) == 0


def test_the_last_unit_goes_to_one_of_many_processes(database: Database, world: World) -> None:
    with database.write() as connection:
        _place(connection, world, "first", need("compute.vcpu", 9))
    racer = Path(__file__).with_name("racer.py")
    arguments = [database.url, world.contract, world.tenant, world.system, world.work_order, world.buyer]
    racers = [
        subprocess.Popen(
            [sys.executable, str(racer), str(number), "125", NOW.isoformat(), *arguments],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    outcomes = "".join(one.communicate(timeout=120)[0] for one in racers).split()
    assert (outcomes.count("won"), outcomes.count("entitlement.exceeded"), len(outcomes)) == (1, 499, 500)
    assert _left(database, world, 1) == 0


ACTIONS = st.tuples(
    st.sampled_from(["order", "change", "end"]),
    st.integers(0, 4),
    st.integers(0, 60),
    st.sampled_from(["compute.vcpu", "storage.normal"]),
)


@settings(max_examples=15, deadline=None)
@given(actions=st.lists(ACTIONS, max_size=12))
def test_whatever_is_tried_no_line_is_overdrawn(
    sqlite_template: Path, actions: list[tuple[str, int, int, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(sqlite_template, folder + "/yunqi.db")
        database = open_database(f"sqlite:///{folder}/yunqi.db")
        world = build_world(database)
        now = NOW
        for turn, (action, which, quantity, item) in enumerate(actions):
            now += timedelta(minutes=1)
            with contextlib.suppress(ExceededError):
                _act(database, world, action, f"r{turn}", which, need(item, quantity), now)
            with database.read() as connection:
                for one in list_entitlements(connection, world.contract, at=now):
                    assert one.left_micro is None or one.left_micro >= 0
        database.close()


class ExceededError(Exception):
    pass


def _act(database: Database, world: World, action: str, name: str, which: int, wanted: Need, now: datetime) -> None:
    try:
        with database.write() as connection:
            live = list_resources(connection, tenant_id=world.tenant).resources
            one = live[which % len(live)] if live else None
            if action == "order" or one is None:
                _place(connection, world, name, wanted, now=now)
            elif action == "change":
                change_spec(
                    connection,
                    one.id,
                    spec={},
                    needs=(wanted,),
                    work_order=world.work_order,
                    person_id=world.buyer,
                    now=now,
                )
            else:
                still = (draw.c.resource_id == one.id) & draw.c.end_at.is_(None)
                connection.execute(draw.update().where(still).values(end_at=now, end_recorded_at=now))
                connection.execute(resource.update().where(resource.c.id == one.id).values(gone_at=now))
    except Problem as problem:
        if problem.code != "entitlement.exceeded":
            raise
        raise ExceededError from problem
