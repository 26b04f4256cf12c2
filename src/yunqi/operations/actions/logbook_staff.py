"""The people of a contract on a day as they are shown: roster, head-counts by month, terms of the contract, grounds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from yunqi.cases.logbook.fields import CHOICES
from yunqi.cases.logbook.staff import EVERY_ROLE, Member, People, count_heads, lacks_of
from yunqi.contract.staff_terms import Said, StaffTerms, find_staff_terms
from yunqi.kernel.period import Month, date_of, day_start
from yunqi.kernel.words import _
from yunqi.operations.actions.base import Desk
from yunqi.operations.logbook import read_people_of, read_protected
from yunqi.operations.versions import data_at
from yunqi.settlement.grounds import compute_grounds, months_back, state_word
from yunqi.store.contracts import Contract
from yunqi.store.readings import list_readings
from yunqi.wire.incidents import source_of
from yunqi.wire.logbooks import Staff, StaffCount, StaffGround, StaffPerson, StaffTerm

SHOWN_MONTHS = 12
LACKS = {"undertaking": "没有保密承诺", "background": "没有通过背景审查", "employment": "用工形式不符合约定"}
UNITS = {
    "minute": "{count} 分钟",
    "hour": "{count} 小时",
    "day": "{count} 日",
    "working_day": "{count} 个工作日",
    "month": "{count} 个月",
    "year": "{count} 年",
}
EXERCISES_WANTED = {"drill": "应急演练", "training": "培训", "restore_drill": "恢复演练"}


def staff_view(desk: Desk, found: Contract, on: date) -> Staff:
    """The people of a contract on a day of Beijing time, and how its grounds stand at the end of the month before."""
    data = data_at(desk.connection, found, desk.now)
    terms = find_staff_terms(data)
    people = read_people_of(desk.connection, found.id, data, desk.site.calendar)
    readings = {code: str(one.value) for code, one in list_readings(desk.connection, found.id, at=desk.now).items()}
    month = months_back(Month(on.year, on.month), 2)[0]
    grounds = compute_grounds(data, month, people, read_protected(desk.connection, found.id), readings)
    return Staff(
        contract_id=found.id,
        on=on,
        people=tuple(_people(people, terms, on)),
        counts=tuple(_counts(people, found, on)),
        terms=tuple(_terms(terms)),
        grounds=tuple(
            StaffGround(
                code=one.code,
                title=one.title,
                state=one.state,
                state_name=state_word(one.state),
                detail=one.detail,
                clause=source_of(one.source),
                month=str(month),
            )
            for one in grounds
        ),
    )


def _people(people: People, terms: StaffTerms, on: date) -> Iterator[StaffPerson]:
    start, end = day_start(on), day_start(on + timedelta(days=1))
    for one in sorted(people.members, key=lambda member: (member.role, member.name, member.id)):
        if one.is_on(start, end):
            yield _person(one, terms, on)


def _person(one: Member, terms: StaffTerms, on: date) -> StaffPerson:
    lacks = lacks_of(
        one,
        on,
        undertaking=terms.undertaking is not None,
        background=terms.background is not None,
        employees=terms.employees is not None,
    )
    return StaffPerson(
        id=one.id,
        name=one.name,
        role=one.role,
        employment_name=_(CHOICES["employment"][one.employment]) if one.employment in CHOICES["employment"] else "",
        key=one.key,
        start_at=one.start_at,
        undertaking_on=one.undertaking_on,
        checked_on=one.checked_on,
        lacks=tuple(_(LACKS[code]) for code in lacks),
    )


def _counts(people: People, found: Contract, on: date) -> Iterator[StaffCount]:
    """The months that are over by the day, of the last year and within the term, the newest first."""
    first = found.start_on or (date_of(min(one.start_at for one in people.promises)) if people.promises else on)
    months = [
        one
        for one in months_back(Month(on.year, on.month), SHOWN_MONTHS + 1)[:-1]
        if one.span.end_at > day_start(first)
    ]
    for one in sorted(
        count_heads(people.promises, people.members, people.sheets, months),
        key=lambda count: (-count.month.year, -count.month.number, count.role == EVERY_ROLE, count.role),
    ):
        yield StaffCount(
            month=str(one.month),
            role=one.role or _("全部岗位"),
            promised=one.promised,
            present=one.present,
            unlisted=one.unlisted,
            short=one.short,
        )


def _terms(terms: StaffTerms) -> Iterator[StaffTerm]:
    def row(name: str, words: str, said: Said | None) -> Iterator[StaffTerm]:
        clause = None if said is None else source_of(said.source)
        if clause is not None:
            yield StaffTerm(name=name, words=words, clause=clause)

    for one in terms.promised:
        yield from row(_("提供人员"), _("{role} {count} 名", role=one.role, count=one.count), one)
    if terms.short_months is not None:
        yield from row(_("人数不足"), _("连续 {count} 个月", count=terms.short_months.count), terms.short_months)
    if terms.breach_limit is not None:
        sign = ">" if terms.breach_limit.operator == ">" else "≥"
        words = _("累计 {sign} {count} 次", sign=sign, count=terms.breach_limit.count)
        yield from row(_("人员违约情形"), words, terms.breach_limit)
    if terms.replace_within is not None:
        within = terms.replace_within.within or {}
        yield from row(_("更换期限"), _(UNITS[str(within["unit"])], count=within["count"]), terms.replace_within)
    yield from row(_("人员变动"), _("须经使用单位同意"), terms.change_consent)
    yield from row(_("用工形式"), _("须为本单位员工"), terms.employees)
    yield from row(_("保密承诺"), _("每人签署"), terms.undertaking)
    yield from row(_("背景审查"), _("须通过"), terms.background)
    yield from row(_("重大活动"), _("承诺的骨干与管理人员到场"), terms.key_staff)
    yield from row(_("云平台演练"), _("须经使用单位许可"), terms.drill_permission)
    for each in terms.exercises:
        words = _("定期") if each.count is None else _("不少于 {count} 次", count=each.count)
        if each.every == "year":
            words = _("每年{words}", words=words)
        clause = source_of(each.source)
        if clause is not None:
            yield StaffTerm(name=_(EXERCISES_WANTED[each.kind]), words=words, clause=clause)
