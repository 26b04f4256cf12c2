"""The checklist of an exit: each step with its clause, its last day, its evidence and where it stands. Pure.

A day that the contract leaves to two readings is open with both; a step without a clause has no day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from yunqi.cases.exit import EARLY
from yunqi.cases.exit.deadlines import (
    ANNEX,
    BEGIN,
    BODY,
    BOTH_PERIODS,
    ERASE_DUE,
    MIGRATION_PERIOD,
    TERM_END,
    Days,
    confidential_days,
    count_from,
    cut_over_days,
    erasure_days,
    find_first,
    migration_days,
    refund_days,
)
from yunqi.cases.exit.model import Leaving, Proof, Step, StepState
from yunqi.cases.machine import Event
from yunqi.contract.clauses.bond.rule import compute_refund_due
from yunqi.contract.terms import number
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import add_months, date_of
from yunqi.kernel.words import _


def plan_checklist(leaving: Leaving) -> tuple[Step, ...]:
    """The steps in their order."""
    return tuple(_steps(leaving))


def is_complete(steps: Sequence[Step]) -> bool:
    """Whether nothing is left to do before the parties sign."""
    return all(one.state in ("done", "done_late", "not_needed") for one in steps)


def _steps(leaving: Leaving) -> Iterator[Step]:
    clause = leaving.contract.get("exit") or {}
    source = clause.get("source")
    yield _notice(leaving, clause)
    yield _from_event(leaving, "inventory", "provider", "inventory", source=source)
    yield _plan(leaving, clause)
    yield _migration(leaving, clause)
    yield _cut_over(leaving, clause)
    yield _from_event(leaving, "data", "provider", "data_back", "data_received", source=source)
    yield _confidential(leaving)
    yield _erasure(leaving, clause)
    yield _final_statement(leaving)
    if leaving.cause == EARLY:
        yield _refund(leaving)
    if leaving.contract.get("bond"):
        yield _bond(leaving)


TITLES: Mapping[str, str] = {
    "notice": "提出退出",
    "inventory": "清点租户的全部资源",
    "plan": "迁移方案及其日期",
    "migration": "配合完成迁移",
    "cut_over": "切换",
    "data": "移交并签收数据",
    "confidential": "归还保密资料",
    "erasure": "擦除全部副本",
    "final_statement": "最终结算",
    "refund": "退还剩余服务期的费用",
    "bond": "退还履约保证金",
}


def _notice(leaving: Leaving, clause: Mapping[str, Any]) -> Step:
    within = clause.get("notice")
    due_on, basis = None, _("合同没有约定提前通知的期限")
    if leaving.cause == EARLY:
        basis = _("提前终止不受期满前通知期限的约束")
        if not leaving.early_agreed:
            basis += _("；最后服务日 {on} 尚待对方同意，同意之前各项期限仍按原届满日计算", on=leaving.left_on)
    elif within and leaving.notice_end_on is not None:
        due_on = _before(leaving.notice_end_on, within, leaving.calendar)
        basis = _("服务期截止前至少 {length}", length=_length(within))
    state: StepState = "done_late" if due_on is not None and leaving.noticed_on > due_on else "done"
    return Step(
        "notice",
        _(TITLES["notice"]),
        leaving.cause if leaving.cause in ("provider", "using_unit") else "",
        state,
        due_on,
        leaving.noticed_on,
        basis,
        proofs=leaving.notice_proofs,
        source=clause.get("source"),
    )


def _before(end_on: date, within: Mapping[str, Any], calendar: WorkCalendar) -> date | None:
    """The last day that is a length before another; days off are not moved, for the length is a least one."""
    count, unit = number(within.get("count")), within.get("unit")
    if count is None or count.denominator != 1:
        return None
    if unit in ("month", "year"):
        return add_months(end_on, -int(count) * (12 if unit == "year" else 1))
    if unit == "day":
        return end_on - timedelta(days=int(count))
    if unit == "working_day":
        on = end_on
        try:
            for _each in range(int(count)):
                on = _working_day_before(on, calendar)
        except Problem:
            return None
        return on
    return None


def _working_day_before(on: date, calendar: WorkCalendar) -> date:
    before = on - timedelta(days=1)
    while not calendar.is_working(before):
        before -= timedelta(days=1)
    return before


def _plan(leaving: Leaving, clause: Mapping[str, Any]) -> Step:
    """The plan itself has no day; that it ends later than the contract allows is said with it."""
    basis, within, planned = "", clause.get("migration"), _last(leaving, "plan")
    if planned is not None and within:
        last = max((str(one["end_on"]) for one in planned[1].data.get("steps") or ()), default="")
        due_on = count_from(leaving.noticed_on, within, leaving.calendar)[0]
        if due_on is not None and last > due_on.isoformat():
            basis = _("方案的末日 {last} 晚于迁移期限 {due}", last=last, due=due_on.isoformat())
    return _from_event(leaving, "plan", "provider", "plan", "agree_plan", basis=basis, source=clause.get("source"))


def _migration(leaving: Leaving, clause: Mapping[str, Any]) -> Step:
    within, basis = clause.get("migration"), _("合同没有约定迁移的期限")
    days = migration_days(clause, leaving.noticed_on, leaving.calendar)
    if within:
        basis = days.unknown or _("提出退出之日起") + f" {_length(within)}"
    return _from_event(
        leaving, "migration", "provider", "migrated", due_on=days.one, basis=basis, source=clause.get("source")
    )


def _cut_over(leaving: Leaving, clause: Mapping[str, Any]) -> Step:
    """The contract seldom says from when the cut-over counts: from its begin, once it began; both days, where the end
    of the term would give another.
    """
    within, basis = clause.get("switch_over"), _("合同没有约定切换期")
    found = cut_over_days(clause, leaving.events, leaving.end_on, leaving.calendar)
    days = found.settle(leaving.readings)
    if within:
        basis = _("切换期 {length}，自开始切换起算；尚未开始", length=_length(within))
        if days.unknown:
            basis = days.unknown
        elif days.one is not None:
            from_end = TERM_END in days.by_choice and BEGIN not in days.by_choice
            basis = _("切换期 {length}，自服务期满起算", length=_length(within)) if from_end else ""
            basis = basis or _("切换期 {length}，自开始切换起算", length=_length(within))
        elif days.by_choice:
            basis = _("切换期 {length}；合同没有写明自开始切换还是自服务期满起算", length=_length(within))
    return _from_event(
        leaving,
        "cut_over",
        "provider",
        "cut_over_begin",
        "cut_over_end",
        due_on=None if days.unknown else days.one,
        basis=basis,
        open_days=_open_days(days),
        source=clause.get("source"),
    )


def _confidential(leaving: Leaving) -> Step:
    clause = leaving.contract.get("confidentiality") or {}
    asked = find_first(leaving.events, "confidential_asked")
    within, annex = clause.get("return_within"), clause.get("annex_return")
    days = confidential_days(clause, leaving.events, leaving.calendar).settle(leaving.readings)
    basis = _("合同没有约定归还保密资料的期限")
    if within or annex:
        basis = _("自使用单位书面通知起算；尚未通知")
    if asked is not None and (within or annex):
        in_body = within and set(days.by_choice) != {ANNEX}
        basis = _("收到书面通知后 {length}", length=_length(within)) if in_body else _("收到书面通知后立即")
        if days.unknown and BODY not in days.by_choice:
            basis = days.unknown
        elif days.one is None and days.by_choice:
            basis = _("正文为 {length}，附件为立即；两者不一致", length=_length(within))
    return _from_event(
        leaving,
        "confidential",
        "provider",
        "confidential_back",
        "confidential_received",
        due_on=None if days.unknown else days.one,
        basis=basis,
        open_days=_open_days(days),
        source=clause.get("source"),
    )


def _open_days(days: Days) -> tuple[date, ...]:
    return () if days.one is not None and not days.unknown else tuple(sorted(set(days.by_choice.values())))


def _erasure(leaving: Leaving, clause: Mapping[str, Any]) -> Step:
    stores = leaving.stores
    missing = tuple(one.name for one in stores if not (one.gone and one.proofs))
    proofs = tuple(proof for one in stores for proof in one.proofs)
    received = any(one.name == "data_received" for one in leaving.events)
    done = bool(received and not missing)
    done_on = max((one.on for one in proofs if one.on is not None), default=None) if done else None
    basis = _("合同约定安全擦除") if clause.get("erase") else _("合同没有写明擦除；数据移交之后副本不得留存")
    cut_over = cut_over_days(clause, leaving.events, leaving.end_on, leaving.calendar).settle(leaving.readings)
    days = erasure_days(clause, leaving.noticed_on, leaving.calendar, cut_over)
    agreed = leaving.readings.get(ERASE_DUE)
    due_on, may_be = days.by_choice.get(agreed or ""), days.by_choice
    if clause.get("erase") and not received:
        basis += _("；迁移、切换完成并签收数据之后，方可关停和擦除")
    if agreed is None and MIGRATION_PERIOD in may_be:
        basis += _("；是否须在迁移期限（{on}）之内擦除，合同没有写明", on=may_be[MIGRATION_PERIOD].isoformat())
    if agreed is None and BOTH_PERIODS in may_be:
        basis += _("；迁移与切换的期限于 {on} 均届满", on=may_be[BOTH_PERIODS].isoformat())
    elif agreed == BOTH_PERIODS and due_on is None:
        basis += _("；约定以迁移与切换的期限均届满之日为限，切换尚未开始")
    elif agreed is None and clause.get("erase") and not may_be:
        basis += _("，没有写明最后一日")
    late = due_on is not None and (done_on or leaving.today) > due_on
    state: StepState = ("done_late" if late else "done") if done else "late" if late else "waiting"
    return Step(
        "erasure",
        _(TITLES["erasure"]),
        "provider",
        state,
        due_on,
        done_on,
        basis,
        () if agreed is not None else tuple(sorted(set(may_be.values()))) if len(set(may_be.values())) > 1 else (),
        proofs=proofs,
        source=clause.get("source"),
        missing=missing,
    )


def _final_statement(leaving: Leaving) -> Step:
    confirmed = _last(leaving, "final_statement")
    last = leaving.last_statement
    current = confirmed is not None and last is not None and confirmed[1].data.get("sm3") == last.sm3
    basis = ""
    if last is None:
        basis = _("还没有结算单")
    elif not leaving.statement_covers:
        basis = _("最后一个服务月尚未结算")
    elif leaving.statement_provisional:
        basis = _("最后一期结算单尚有未定事项")
    elif confirmed is not None and not current:
        basis = _("确认之后结算单已重新生成，须再次确认")
    done = current and leaving.statement_covers and not leaving.statement_provisional
    return Step(
        "final_statement",
        _(TITLES["final_statement"]),
        "",
        "done" if done else "waiting",
        None,
        date_of(confirmed[1].at) if done and confirmed is not None else None,
        basis,
        proofs=() if last is None else (last,),
    )


def _refund(leaving: Leaving) -> Step:
    done = _last(leaving, "refunded")
    if leaving.refund_fen is not None and leaving.refund_fen <= 0:
        return Step("refund", _(TITLES["refund"]), "provider", "not_needed", basis=_("没有应退的费用"))
    clause = leaving.contract.get("exit") or {}
    within, days = (
        clause.get("refund_within"),
        refund_days(clause, leaving.noticed_on, leaving.left_on, leaving.calendar),
    )
    due_on, basis = days.one, days.unknown or _("合同没有约定退还的期限")
    if within and not days.unknown:
        basis = _("合同终止之日起 {length}", length=_length(within))
    if leaving.refund_open:
        basis = f"{_('怎样计算剩余服务期的费用，合同没有写明，须双方约定')}；{basis}"
    source = clause.get("refund_source")
    step = _from_event(leaving, "refund", "provider", "refunded", due_on=due_on, basis=basis, source=source)
    if leaving.refund_fen is None and done is not None:
        late = due_on is not None and leaving.today > due_on
        state: StepState = "late" if late else "waiting"
        return Step(step.key, step.title, step.party, state, due_on, None, basis, (), step.proofs, source)
    return step


def _bond(leaving: Leaving) -> Step:
    clause = leaving.contract.get("bond") or {}
    if not leaving.bond_held_fen:
        return Step(
            "bond",
            _(TITLES["bond"]),
            "using_unit",
            "not_needed",
            basis=_("没有收到过履约保证金"),
            source=clause.get("source"),
        )
    due_on, basis = None, _("合同没有约定退还的期限")
    try:
        due = compute_refund_due(clause, leaving.calendar, last_on=leaving.bond_until_on)
        if due is not None:
            due_on, basis = due.on, "、".join(due.notices)
    except Problem as problem:
        basis = _("{year} 年的放假安排尚未发布，期限待定", year=problem.values.get("year"))
    return _from_event(
        leaving, "bond", "using_unit", "bond_returned", due_on=due_on, basis=basis, source=clause.get("source")
    )


def _from_event(
    leaving: Leaving,
    key: str,
    party: str,
    *names: str,
    due_on: date | None = None,
    basis: str = "",
    open_days: tuple[date, ...] = (),
    source: Mapping[str, Any] | None = None,
) -> Step:
    """A step that is done once the last of these events has happened after the one before it."""
    found = [_last(leaving, name) for name in names]
    proofs = tuple(_proof(leaving, *one) for one in found if one is not None)
    places = [-1 if one is None else one[0] for one in found]
    done = all(place >= 0 for place in places) and places == sorted(places)
    done_on = date_of(leaving.events[places[-1]].at) if done else None
    late = due_on is not None and (done_on or leaving.today) > due_on
    state: StepState = ("done_late" if late else "done") if done else "late" if late else "waiting"
    return Step(key, _(TITLES[key]), party, state, due_on, done_on, basis, open_days, proofs, source)


def _last(leaving: Leaving, name: str) -> tuple[int, Event] | None:
    places = [(place, one) for place, one in enumerate(leaving.events) if one.name == name]
    return places[-1] if places else None


def _proof(leaving: Leaving, place: int, event: Event) -> Proof:
    data = event.data
    words = " ".join(str(data[name]) for name in ("evidence", "medium", "statement") if data.get(name))
    return Proof(event.name, leaving.facts.get(place, ""), words, str(data.get("sm3") or ""), date_of(event.at))


def _length(within: Mapping[str, Any] | None) -> str:
    if not within:
        return "—"
    words = {
        "day": _("天"),
        "working_day": _("个工作日"),
        "month": _("个月"),
        "year": _("年"),
        "hour": _("小时"),
        "minute": _("分钟"),
    }
    unit = str(within.get("unit"))
    return f"{within.get('count')} {words.get(unit, unit)}"
