"""Delivered against contracted as everybody of a contract sees it, and as a workbook."""

from __future__ import annotations

import io
from fractions import Fraction

import openpyxl
from tests.kits.desk import People, ask, refusal

from yunqi.kernel.period import Month
from yunqi.operations.installation import Installation


def test_the_days_of_a_settled_month_are_those_of_its_statement(
    settled_site: Installation, settled_people: People
) -> None:
    site, people, contract = settled_site, settled_people, settled_people.cast.first.contract
    row = ask(site, people.clerk, "statement.list", contract=contract, last=True).value.items[0]
    statement = ask(site, people.clerk, "statement.read", id=row.id).value
    found = ask(site, people.auditor, "delivery.read", contract=contract, month=row.month).value
    days = Month.parse(row.month).days
    assert all(len(line.days) == days for line in found.lines)
    stated = {line["no"]: line for line in statement.model_dump(mode="json")["data"]["delivery"]}
    compared = 0
    for line in found.lines:
        averages = [one.average for one in line.days]
        if None in averages or not line.timed or stated[line.no]["average"] is None:
            continue
        mean = sum((Fraction(one) for one in averages if one), Fraction(0)) / days
        assert mean == Fraction(stated[line.no]["average"])
        compared += 1
    assert compared
    made = ask(site, people.clerk, "delivery.file", contract=contract, month=row.month).value
    sheet = openpyxl.load_workbook(io.BytesIO(made.content)).active
    assert sheet is not None
    assert sheet.max_row == 1 + days * len(found.lines)
    refusal("object.unknown", site, people.other_clerk, "delivery.read", contract=contract)
    refusal("month.unreadable", site, people.clerk, "delivery.read", contract=contract, month="2026-13")
