"""The monthly comparison at the console: sorted, summed up, handed out."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
from tests.kits.console import Desk
from tests.kits.desk import People, ask

from yunqi.operations.installation import Installation

Open = Callable[..., Desk]


def test_the_month_is_compared_sorted_and_handed_out(desk: Open, people: People, site: Installation) -> None:
    statement = ask(site, people.officer, "statement.list", last=True).value.items[0]
    officer = desk("officer")
    seen = officer.open(f"/ratings?month={statement.month}&sort=-fee_fen")
    assert statement.contract_number in seen.words
    assert people.cast.second.contract in seen.words
    assert "逾期未知" in seen.words or "无应交报告" in seen.words
    assert any(link.endswith(f"/statements/{statement.id}") for link in seen.links)
    book = openpyxl.load_workbook(io.BytesIO(officer.open(f"/ratings?month={statement.month}&format=xlsx").content))
    assert book.active.max_row >= 2
    assert officer.open(f"/ratings/file?month={statement.month}&format=docx").content[:2] == b"PK"
    for by, name in (("providers", people.cast.first.provider), ("using-units", people.cast.first.using_unit)):
        assert name in officer.open(f"/ratings/{by}?month={statement.month}").words
    officer.open("/ratings/nobody", 404)


def test_a_provider_compares_its_own_only(desk: Open, people: People) -> None:
    seen = desk("operator").open("/ratings")
    assert people.cast.first.contract in seen.words
    assert people.cast.second.contract not in seen.words
