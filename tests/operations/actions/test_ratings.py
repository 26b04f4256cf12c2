"""The monthly comparison over the settled sample: who sees what, as list, sums, workbook and document."""

from __future__ import annotations

import io
import zipfile

import openpyxl
from tests.kits.desk import People, ask, refusal

from yunqi.operations.installation import Installation


def test_everybody_compares_what_they_may_see(settled_site: Installation, settled_people: People) -> None:
    people, site = settled_people, settled_site
    statement = ask(site, people.officer, "statement.list", last=True).value.items[0]
    found = ask(site, people.officer, "rating.list", month=statement.month).value
    assert found.month == statement.month
    row = next(one for one in found.items if one.contract_id == statement.contract_id)
    assert (row.penalty_low_fen, row.penalty_high_fen) == (statement.penalty_low_fen, statement.penalty_high_fen)
    assert row.penalty_agreed_fen == (None if statement.provisional else statement.penalty_fen)
    assert row.availability_promised is not None
    assert row.incidents
    assert row.fee_fen
    assert row.open_points == statement.open_points
    assert row.reports_late is None
    own = ask(site, people.operator, "rating.list", month=statement.month).value.items
    assert {one.provider_id for one in own} == {people.operator.organisation_id}
    assert {one.contract_id for one in own} < {one.contract_id for one in found.items}


def test_a_month_without_statement_is_unknown(settled_site: Installation, settled_people: People) -> None:
    people, site = settled_people, settled_site
    rows = ask(site, people.auditor, "rating.list").value.items
    bare = [row for row in rows if row.statement_id is None]
    assert bare
    assert {row.incidents for row in bare} == {None}
    assert {row.penalty_high_fen for row in bare} == {None}
    assert all(row.fee_fen for row in bare)
    refusal("rating.month", site, people.auditor, "rating.list", month="2080-01")
    refusal("month.unreadable", site, people.auditor, "rating.list", month="2026-13")


def test_sums_and_files_say_the_same(settled_site: Installation, settled_people: People) -> None:
    people, site = settled_people, settled_site
    month = ask(site, people.officer, "statement.list", last=True).value.items[0].month
    rows = ask(site, people.officer, "rating.list", month=month, sort="-fee_fen").value.items
    groups = ask(site, people.officer, "rating.groups", month=month, by="using_unit").value.items
    assert sum(int(one.fee_fen.known) for one in groups) == sum(row.fee_fen for row in rows)
    book = ask(site, people.officer, "rating.file", month=month).value
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    assert sheet.max_row == len(rows) + 1
    heads = [cell.value for cell in sheet[1]]
    fees = [cell.value for cell in list(sheet.columns)[heads.index("当月费用（元）")]][1:]
    assert sum(round(fee * 100) for fee in fees) == sum(row.fee_fen for row in rows)
    word = ask(site, people.officer, "rating.file", month=month, format="docx").value
    text = zipfile.ZipFile(io.BytesIO(word.content)).read("word/document.xml").decode()
    assert "月报月评" in text
    assert rows[0].contract_number in text
