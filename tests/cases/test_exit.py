from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from yunqi.cases import exit as leaving
from yunqi.cases.exit.checklist import is_complete, plan_checklist
from yunqi.cases.exit.model import Erasing, Leaving, Proof
from yunqi.cases.machine import Event
from yunqi.contract.workdays import load_work_calendar
from yunqi.kernel.errors import Problem

UNIT, SELLER = "using_unit", "provider"
CALENDAR = load_work_calendar()
SOURCE = {"article": "十三.1", "text": "退出"}


def event(name, role, day="2026-06-01", **data):
    return Event(name, datetime.fromisoformat(day).replace(hour=2, tzinfo=UTC), role, "某人", data)


def play(*events):
    case = leaving.open_exit("expiry", {"title": "退出"})
    for one in events:
        case = leaving.apply(case, one)
    return case


BACK = event("data_back", SELLER, "2026-07-01", medium="移动硬盘 2 块", sm3="a" * 64)
RECEIVED = event("data_received", UNIT, "2026-07-02", evidence="签收单")
ERASED = event("replica_erased", SELLER, "2026-07-03", place="异地机房", method="覆写", evidence="证明")


@pytest.mark.parametrize(
    ("before", "one", "code"),
    [
        ((), ERASED, "exit.before"),
        ((BACK,), ERASED, "exit.before"),
        ((), RECEIVED, "exit.before"),
        ((), event("data_back", UNIT, medium="盘", sm3="a"), "case.role"),
        ((), event("data_back", SELLER, medium="盘"), "case.data"),
        ((), event("agree_plan", UNIT), "exit.before"),
        ((event("sign", UNIT, sm3="x"),), event("sign", UNIT, sm3="x"), "case.twice"),
        ((event("sign", UNIT, sm3="x"),), event("sign", SELLER, sm3="y"), "exit.other_checklist"),
        ((event("sign", UNIT, sm3="x"),), BACK, "case.not_allowed"),
    ],
)
def test_what_may_not_follow_is_refused(before, one, code):
    with pytest.raises(Problem) as error:
        leaving.apply(play(*before), one)
    assert error.value.code == code


def test_an_exit_is_closed_by_both_and_keeps_what_it_is_of():
    case = play(BACK, RECEIVED, ERASED, event("sign", SELLER, sm3="x"), event("sign", UNIT, sm3="x"))
    assert case.state == "closed"
    assert case.data == {"title": "退出", "cause": "expiry"}


def test_an_unknown_cause_is_refused():
    with pytest.raises(Problem) as error:
        leaving.open_exit("boredom", {})
    assert error.value.code == "exit.cause"


CONTRACT = {
    "exit": {
        "notice": {"count": 3, "unit": "month"},
        "migration": {"count": 45, "unit": "day"},
        "switch_over": {"count": 2, "unit": "month"},
        "erase": True,
        "source": SOURCE,
    },
    "confidentiality": {"return_within": {"count": 5, "unit": "day"}, "return_from": "notice"},
    "bond": {"until_on": "2026-07-30", "refund_within": {"count": 10, "unit": "working_day"}},
}


def checklist(events=(), *, contract=CONTRACT, today="2026-06-30", **more):
    given = {
        "contract": contract,
        "cause": "expiry",
        "noticed_on": date(2026, 3, 31),
        "left_on": None,
        "end_on": date(2026, 6, 30),
        "notice_end_on": date(2026, 6, 30),
        "events": events,
        "stores": (),
        "notice_proofs": (Proof("fact", "fct_1"),),
        "last_statement": None,
        "statement_provisional": False,
        "statement_covers": True,
        "refund_fen": None,
        "refund_open": False,
        "bond_held_fen": 100,
        "bond_until_on": date(2026, 7, 30),
        "today": date.fromisoformat(today),
        "calendar": CALENDAR,
    }
    return {one.key: one for one in plan_checklist(Leaving(**{**given, **more}))}


@pytest.mark.parametrize(
    ("noticed", "within", "due", "state"),
    [
        ("2026-03-30", {"count": 3, "unit": "month"}, "2026-03-30", "done"),
        ("2026-03-31", {"count": 3, "unit": "month"}, "2026-03-30", "done_late"),
        ("2026-05-31", {"count": 30, "unit": "day"}, "2026-05-31", "done"),
        ("2026-06-29", {"count": 1, "unit": "working_day"}, "2026-06-29", "done"),
        ("2026-06-29", {"count": 2, "unit": "working_day"}, "2026-06-26", "done_late"),
        ("2025-06-29", {"count": 1, "unit": "year"}, "2025-06-30", "done"),
        ("2026-06-29", None, None, "done"),
    ],
)
def test_notice_is_in_time_or_late(noticed, within, due, state):
    contract = {"exit": {"notice": within}}
    one = checklist(contract=contract, noticed_on=date.fromisoformat(noticed))["notice"]
    assert (one.due_on, one.state) == (date.fromisoformat(due) if due else None, state)


def test_early_termination_is_not_bound_to_notice_before_the_end():
    one = checklist(cause="termination", noticed_on=date(2026, 6, 29))["notice"]
    assert (one.due_on, one.state) == (None, "done")


@pytest.mark.parametrize(
    ("events", "today", "state", "due"),
    [
        ((), "2026-05-15", "waiting", "2026-05-15"),
        ((), "2026-05-16", "late", "2026-05-15"),
        ((event("migrated", UNIT, "2026-05-15", evidence="单"),), "2026-06-01", "done", "2026-05-15"),
        ((event("migrated", UNIT, "2026-05-16", evidence="单"),), "2026-06-01", "done_late", "2026-05-15"),
    ],
)
def test_migration_counts_from_the_notice(events, today, state, due):
    one = checklist(events, today=today)["migration"]
    assert (one.state, one.due_on) == (state, date.fromisoformat(due))


def test_a_cut_over_whose_start_the_contract_does_not_name_is_open_with_both_days():
    begun = event("cut_over_begin", SELLER, "2026-06-10")
    one = checklist([begun])["cut_over"]
    assert one.due_on is None
    assert one.open_days == (date(2026, 8, 10), date(2026, 8, 31))  # the 30th is a Sunday
    same = checklist([event("cut_over_begin", SELLER, "2026-06-30")])["cut_over"]
    assert (same.due_on, same.open_days) == (date(2026, 8, 31), ())


@pytest.mark.parametrize(
    ("annex", "due", "days"),
    [(None, "2026-06-08", ()), ("immediately", None, (date(2026, 6, 1), date(2026, 6, 8)))],
)
def test_confidential_material_goes_back_in_time_and_a_conflict_is_open(annex, due, days):
    contract = {"confidentiality": {**CONTRACT["confidentiality"], "annex_return": annex}}
    one = checklist([event("confidential_asked", UNIT, evidence="函")], contract=contract)["confidential"]
    assert one.due_on == (date.fromisoformat(due) if due else None)
    assert one.open_days == days


def test_a_day_in_a_year_without_published_working_days_is_not_known_and_says_so():
    begun = event("cut_over_begin", SELLER, "2090-06-10")
    seen = checklist([begun], noticed_on=date(2090, 1, 5))
    assert [(seen[key].due_on, seen[key].open_days) for key in ("migration", "cut_over")] == [
        (None, ()),
        (None, (date(2026, 8, 31),)),
    ]
    assert all("2090" in seen[key].basis for key in ("migration", "cut_over"))


CERTIFIED = Erasing("dsk_1", "数据盘", gone=True, proofs=(Proof("certificate", "crt_1", on=date(2026, 7, 5)),))


@pytest.mark.parametrize(
    ("stores", "events", "state", "missing"),
    [
        ((CERTIFIED,), (BACK, RECEIVED), "done", ()),
        ((CERTIFIED,), (BACK,), "waiting", ()),
        ((CERTIFIED, Erasing("r", "异地副本", gone=True)), (BACK, RECEIVED), "waiting", ("异地副本",)),
        ((Erasing("d", "旧盘", gone=False, proofs=CERTIFIED.proofs),), (BACK, RECEIVED), "waiting", ("旧盘",)),
    ],
)
def test_every_replica_needs_its_certificate(stores, events, state, missing):
    one = checklist(events, stores=stores)["erasure"]
    assert (one.state, one.missing) == (state, missing)


STATEMENT = Proof("statement", "stm_1", sm3="s" * 64)


@pytest.mark.parametrize(
    ("sm3", "provisional", "state"), [("s" * 64, False, "done"), ("s" * 64, True, "waiting"), ("t", False, "waiting")]
)
def test_the_final_statement_is_the_last_one_and_settled(sm3, provisional, state):
    said = event("final_statement", SELLER, "2026-07-05", statement="stm_1", sm3=sm3)
    one = checklist([said], last_statement=STATEMENT, statement_provisional=provisional)["final_statement"]
    assert one.state == state


def test_a_statement_before_the_last_month_is_not_the_final_one():
    said = event("final_statement", SELLER, "2026-07-05", statement="stm_1", sm3="s" * 64)
    assert checklist([said], last_statement=STATEMENT, statement_covers=False)["final_statement"].state == "waiting"


@pytest.mark.parametrize(("ends", "late"), [("2026-05-15", False), ("2026-05-16", True)])
def test_a_plan_that_ends_after_the_contracts_day_says_so(ends, late):
    plan = event("plan", SELLER, steps=[{"end_on": "2026-04-20"}, {"end_on": ends}])
    one = checklist([plan, event("agree_plan", UNIT)])["plan"]
    assert (one.state, bool(one.basis)) == ("done", late)


def test_data_must_be_received_after_it_was_last_handed_back():
    again = event("data_back", SELLER, "2026-07-08", medium="盘", sm3="b" * 64)
    assert checklist([BACK, RECEIVED])["data"].state == "done"
    assert checklist([BACK, RECEIVED, again])["data"].state == "waiting"


@pytest.mark.parametrize(
    ("refund", "open_", "events", "state"),
    [
        (None, True, (), "waiting"),
        (None, True, (event("refunded", UNIT, evidence="回单"),), "waiting"),
        (0, False, (), "not_needed"),
        (-5, False, (), "not_needed"),
        (100, False, (), "waiting"),
        (100, False, (event("refunded", UNIT, evidence="回单"),), "done"),
    ],
)
def test_the_refund_of_an_early_end(refund, open_, events, state):
    one = checklist(events, cause="termination", refund_fen=refund, refund_open=open_)["refund"]
    assert one.state == state


@pytest.mark.parametrize(
    ("left", "noticed", "within", "due", "today", "state"),
    [
        ("2026-06-30", "2026-06-01", {"count": 3, "unit": "day"}, "2026-07-03", "2026-07-03", "waiting"),
        ("2026-06-30", "2026-06-01", {"count": 3, "unit": "day"}, "2026-07-03", "2026-07-04", "late"),
        ("2026-06-30", "2026-07-10", {"count": 3, "unit": "day"}, "2026-07-13", "2026-07-01", "waiting"),  # told later
        (
            "2026-06-10",
            "2026-06-01",
            {"count": 3, "unit": "day"},
            "2026-06-15",
            "2026-06-15",
            "waiting",
        ),  # 13th: Saturday
        ("2026-12-31", "2026-12-01", {"count": 5, "unit": "working_day"}, None, "2026-12-31", "waiting"),
        ("2026-06-30", "2026-06-01", None, None, "2027-06-30", "waiting"),
    ],
)
def test_the_refund_is_due_from_the_day_on_which_the_contract_ended(left, noticed, within, due, today, state):
    contract = {"exit": {"refund_within": within, "refund_source": SOURCE}}
    given = {"cause": "termination", "refund_fen": 100, "contract": contract, "today": today}
    more = {"left_on": date.fromisoformat(left), "noticed_on": date.fromisoformat(noticed)}
    one = checklist(**given, **more)["refund"]
    assert (one.due_on, one.state, one.source) == (due and date.fromisoformat(due), state, SOURCE)
    assert one.basis


def test_a_refund_paid_after_its_day_was_late():
    contract = {"exit": {"refund_within": {"count": 3, "unit": "day"}}}
    paid = (event("refunded", UNIT, "2026-07-06", evidence="回单"),)
    given = {"cause": "termination", "contract": contract, "left_on": date(2026, 6, 30), "today": "2026-07-09"}
    assert checklist(paid, refund_fen=100, **given)["refund"].state == "done_late"
    assert checklist(paid, refund_fen=None, refund_open=True, **given)["refund"].state == "late"


def test_the_bond_is_returned_by_the_contracts_day():
    assert checklist()["bond"].due_on == date(2026, 8, 13)
    assert checklist(bond_held_fen=None)["bond"].state == "not_needed"
    assert "bond" not in checklist(contract={})


def test_a_contract_that_is_silent_has_no_days_and_is_complete_once_all_is_done():
    plain = checklist(contract={})
    assert {one.due_on for one in plain.values()} == {None}
    events = [
        event("inventory", SELLER, sm3="i"),
        event("plan", SELLER, steps="…"),
        event("agree_plan", UNIT),
        event("migrated", UNIT, evidence="单"),
        event("cut_over_begin", SELLER),
        event("cut_over_end", UNIT, evidence="单"),
        BACK,
        RECEIVED,
        event("confidential_back", SELLER, evidence="清单"),
        event("confidential_received", UNIT, evidence="签收"),
        event("final_statement", UNIT, statement="stm_1", sm3="s" * 64),
    ]
    done = checklist(events, contract={}, last_statement=STATEMENT)
    assert is_complete(tuple(done.values()))
    assert not is_complete(tuple(checklist(events[:-1], contract={}, last_statement=STATEMENT).values()))


def test_steps_on_one_day_keep_their_order():
    at = datetime(2026, 6, 1, 2, tzinfo=UTC)
    wrong = [
        Event("cut_over_begin", at, SELLER),
        Event("cut_over_end", at - timedelta(days=1), UNIT, None, {"evidence": "x"}),
    ]
    with pytest.raises(Problem) as error:
        play(*wrong)
    assert error.value.code == "case.time"
