"""Functions that make the documents of `composed.COMPOSITIONS` out of a month."""

from __future__ import annotations

from datetime import date

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Month
from yunqi.operations.actions.base import Desk
from yunqi.operations.actions.composed import Made, Subject
from yunqi.operations.documents import name_documents, read_days, render_document
from yunqi.reports import load_report
from yunqi.store.statements import list_statements


def month_of(subject: Subject) -> Month:
    """The month that a document is of."""
    first: date = require_period(subject)[0]
    return Month(first.year, first.month)


def require_period(subject: Subject) -> tuple[date, date]:
    """The period that a document is of; raises LookupError where its row in the table asks for none."""
    if subject.period is None:
        raise LookupError(subject.kind)
    return subject.period


def make_monthly(desk: Desk, subject: Subject) -> Made:
    """The operations report of a month, out of its newest statement. Raises `Problem` compose.no_statement."""
    month = str(month_of(subject))
    rows = [one for one in list_statements(desk.connection, subject.contract.id) if one.month == month]
    if not rows:
        raise Problem(
            "compose.no_statement",
            "{month} 还没有结算单，不能编制「{kind}」",
            field="line",
            value=month,
            month=month,
            kind=subject.kind,
            way_out="请先生成该月的结算单（yunqi month close），再编制",
        )
    row = rows[-1]
    made = render_document(load_report("monthly"), row, name_documents(desk.site, row), read_days(desk.site, row))
    return Made(made.name, made.content, row.id)


def make_usage(desk: Desk, subject: Subject) -> Made:
    """What each information system used in a month. Raises `Problem` usage.future."""
    from yunqi.operations.actions.usages import make_file
    from yunqi.wire.usages import UsageFile

    made = make_file(desk, UsageFile(contract=subject.contract.id, month=str(month_of(subject))))
    return Made(made.name, made.content)
