"""Grounds of termination and counters that cost nothing themselves, as a statement shows them.

Heads short of the promise, cases of staffing, named people who did not come, people replaced late or without consent.

Source: the articles on staff and on termination of each contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from yunqi.cases.logbook.protection import Protected
from yunqi.cases.logbook.staff import (
    BY_ROLE,
    BY_TOTAL,
    EVERY_ROLE,
    HeadCount,
    People,
    count_heads,
    find_unagreed,
    judge_breaches,
    judge_heads,
)
from yunqi.contract.staff_terms import Said, find_staff_terms
from yunqi.kernel.period import Month, add_months
from yunqi.kernel.words import _
from yunqi.settlement.model import Ground
from yunqi.settlement.trace import Trace

STAFF_COUNT = "staff.count"
"""The reading of what a promised number means: of each role, or of all together."""
State = Literal["met", "not_met", "unknown", "open"]
_LATE = ("late", "overdue")


def months_back(month: Month, count: int) -> tuple[Month, ...]:
    """So many months that end with `month`, in order.

    >>> [str(one) for one in months_back(Month(2026, 1), 2)]
    ['2025-12', '2026-01']
    """
    starts = [add_months(month.start_on, -less) for less in range(count)]
    return tuple(sorted(Month(on.year, on.month) for on in starts))


def state_word(state: str) -> str:
    """How a ground stands, in words."""
    return {
        "met": _("条件成就"),
        "not_met": _("未成就"),
        "unknown": _("依据不足，不能判定"),
        "open": _("待双方确认"),
    }.get(state, state)


def compute_grounds(
    contract: Mapping[str, Any],
    month: Month,
    people: People,
    protected: tuple[Protected, ...],
    known: Mapping[str, str],
    trace: Trace | None = None,
) -> tuple[Ground, ...]:
    """What the contract has of them as they stand at the month's end; nothing for a contract that has none."""
    terms = find_staff_terms(contract)
    found: list[Ground] = []
    if terms.short_months is not None and terms.short_months.count is not None:
        found.append(_heads(terms.short_months, terms.short_months.count, month, people, known))
    if terms.breach_limit is not None and terms.breach_limit.count is not None:
        found.append(_breaches(terms.breach_limit, terms.breach_limit.count, month, people))
    if terms.key_staff is not None:
        found.append(_key_staff(terms.key_staff, month, protected))
    if terms.replace_within is not None:
        found.append(_replaced(terms.replace_within, month, people))
    if terms.change_consent is not None:
        found.append(_changed(terms.change_consent, month, people))
    return tuple(found) if trace is None else tuple(_with_node(one, known, trace) for one in found)


def _with_node(one: Ground, known: Mapping[str, str], trace: Trace) -> Ground:
    node = trace.add(
        f"ground.{one.code}",
        one.title,
        state_word(one.state),
        formula=one.detail,
        source=one.source,
        reading=STAFF_COUNT if one.code == "heads" and STAFF_COUNT in known else None,
        facts=one.facts,
    )
    return one.model_copy(update={"node": node})


def _ground(code: str, title: str, state: State, detail: str, said: Said, facts: tuple[str, ...]) -> Ground:
    return Ground.model_construct(
        code=code,
        title=title,
        state=state,
        detail=detail,
        source=dict(said.source),
        facts=tuple(dict.fromkeys(facts)),
        node="",
    )


def head_words(one: HeadCount) -> str:
    """One role in one month, in words."""
    role = one.role or _("全部岗位")
    if one.present is None:
        return _(
            "{month} {role}：承诺 {promised} 人，没有双方确认的到岗表",
            month=one.month,
            role=role,
            promised=one.promised,
        )
    if one.unlisted:
        return _(
            "{month} {role}：承诺 {promised} 人，到岗 {present} 人，另有 {unlisted} 人不在名册",
            month=one.month,
            role=role,
            promised=one.promised,
            present=one.present,
            unlisted=one.unlisted,
        )
    return _(
        "{month} {role}：承诺 {promised} 人，到岗 {present} 人",
        month=one.month,
        role=role,
        promised=one.promised,
        present=one.present,
    )


def _heads(said: Said, needed: int, month: Month, people: People, known: Mapping[str, str]) -> Ground:
    by = known.get(STAFF_COUNT)
    counts = count_heads(people.promises, people.members, people.sheets, months_back(month, needed))
    state = judge_heads(counts, month, needed, by=by)
    roles = {one.role for one in counts} - {EVERY_ROLE}
    shown = [
        one
        for one in counts
        if (one.role == EVERY_ROLE and len(roles) > 1 and by != BY_ROLE)
        or (one.role != EVERY_ROLE and (by != BY_TOTAL or len(roles) == 1))
    ]
    detail = _("；").join(head_words(one) for one in shown) or _("没有双方确认的承诺人数")
    if state == "open":
        detail = _("{detail}；按岗位计与按总人数计结果不同", detail=detail)
    facts = tuple(fact for one in shown for fact in one.facts)
    return _ground("heads", _("连续 {count} 个月人数未达到承诺", count=needed), state, detail, said, facts)


def _breaches(said: Said, limit: int, month: Month, people: People) -> Ground:
    end = month.span.end_at
    state, confirmed, waiting = judge_breaches(people.breaches, limit, said.operator, before=end)
    sign = ">" if said.operator == ">" else "≥"
    detail = _("已确认 {count} 次，待确认 {waiting} 次", count=confirmed, waiting=waiting)
    facts = tuple(fact for one in people.breaches if one.at < end for fact in one.facts)
    title = _("人员违约情形累计 {sign} {limit} 次", sign=sign, limit=limit)
    return _ground("breaches", title, state, detail, said, facts)


def _key_staff(said: Said, month: Month, protected: tuple[Protected, ...]) -> Ground:
    over = [one for one in protected if one.span.end_at <= month.span.end_at]
    named = [one for one in over if one.key_staff]
    missing = [one for one in named if one.missing]
    state: State = "not_met"
    words = [_("{number}：{names}", number=one.number, names=_("、").join(one.missing)) for one in missing]
    if missing:
        state, detail = "open", _("值班表中没有到岗登记的骨干与管理人员：{words}", words=_("；").join(words))
    elif len(named) < len(over):
        state, detail = "unknown", _("有重要保障期没有写明骨干与管理人员")
    else:
        detail = _("已结束的重要保障期 {count} 个，骨干与管理人员均有到岗登记", count=len(over))
    facts = tuple(fact for one in over for fact in one.facts)
    return _ground("key_staff", _("重大活动期间骨干与管理人员未到场"), state, detail, said, facts)


def _replaced(said: Said, month: Month, people: People) -> Ground:
    end = month.span.end_at
    asked = [one for one in people.requests if one.asked_at < end]
    # What was done too late after the month's end is late in the month in which it had to be done.
    late = [one for one in asked if one.standing(end) in _LATE and one.due_at is not None and one.due_at <= end]
    detail = _("要求更换 {count} 次，超期 {late} 次", count=len(asked), late=len(late))
    if late:
        numbers = _("、").join(one.number for one in late)
        detail = _("{detail}：{numbers}", detail=detail, numbers=numbers)
    facts = tuple(fact for one in asked for fact in one.facts)
    return _ground("replacement", _("未在期限内更换人员"), "met" if late else "not_met", detail, said, facts)


def _changed(said: Said, month: Month, people: People) -> Ground:
    left = find_unagreed(people.members, month.span.end_at)
    names = _("、").join(one.name for one in left)
    detail = _("离岗而没有同意变动的记录：{names}", names=names) if left else _("没有未经同意的变动")
    facts = tuple(fact for one in left for fact in one.facts)
    state: State = "open" if left else "not_met"
    return _ground("change", _("未经同意更换人员"), state, detail, said, facts)
