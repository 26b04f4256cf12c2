"""An allocation that both parties agree on: read, exported, and followed by what a system's breach costs."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import openpyxl
from tests.kits.desk import People, ask, refusal

from yunqi.kernel.period import date_of
from yunqi.operations.installation import Installation
from yunqi.store.contracts import require_contract
from yunqi.store.parties import list_systems


def _systems(site: Installation, people: People) -> list[Any]:
    with site.database.read() as connection:
        found = require_contract(connection, people.cast.first.contract)
        return list(list_systems(connection, found.using_unit_id, at=site.clock.now()))


def test_an_allocation_makes_the_price_to_the_fen_and_is_followed(site: Installation, people: People) -> None:
    contract, systems = people.cast.first.contract, _systems(site, people)
    share = Fraction(1, len(systems))
    fields: dict[str, Any] = {
        "contract": contract,
        "shares": [{"system": one.name, "share": f"1/{len(systems)}"} for one in systems],
        "spread": "days",
        "valid_from": date_of(site.clock.now()),
        "agreement": "会议纪要第1号",
    }
    assert not ask(site, people.clerk, "allocation.read", contract=contract).value.agreed
    refusal("allocation.none", site, people.clerk, "allocation.file", contract=contract)
    refusal("object.unknown", site, people.other_clerk, "allocation.read", contract=contract)
    refusal("access.role", site, people.auditor, "allocation.agree", **fields)
    both = {"_second": people.approver}
    refusal("allocation.way", site, people.operator, "allocation.agree", **{**fields, "shares": []}, **both)
    less = [{"system": systems[0].name, "share": "99.99%"}]
    refusal("allocation.shares", site, people.operator, "allocation.agree", **{**fields, "shares": less}, **both)
    twice = [{"system": systems[0].name, "share": "50%"}, {"system": systems[0].id, "share": "50%"}]
    refusal("allocation.twice", site, people.operator, "allocation.agree", **{**fields, "shares": twice}, **both)
    bad = [{"system": systems[0].name, "share": "1/0"}]
    refusal("share.unreadable", site, people.operator, "allocation.agree", **{**fields, "shares": bad}, **both)
    ask(site, people.operator, "allocation.agree", **fields, **both)
    found = ask(site, people.auditor, "allocation.read", contract=contract).value
    assert (found.agreed, found.problem) == (True, "")
    assert sum(one.fee_fen for one in found.systems) == found.total_fen
    assert sum(one.fee_fen for one in found.months) == found.total_fen
    assert all(sum(one.months_fen) == one.fee_fen for one in found.systems)
    assert {Fraction(one.flags["fee_share"]) for one in _systems(site, people)} == {share}
    made = ask(site, people.clerk, "allocation.file", contract=contract).value
    sheet = openpyxl.load_workbook(io.BytesIO(made.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == len(systems) + 2
    assert round(rows[-1][2] * 100) == found.total_fen


def test_quantities_are_those_of_the_price_lines(site: Installation, people: People) -> None:
    contract, systems = people.cast.first.contract, _systems(site, people)
    with site.database.read() as connection:
        data = require_contract(connection, contract).data
    lines = [one for one in data["price_lines"] if one.get("total_fen")]
    quantities = [{"no": one["no"], "system": systems[0].name, "quantity": one["quantity"]} for one in lines]
    fields = {
        "contract": contract,
        "quantities": quantities,
        "spread": "days",
        "valid_from": date_of(site.clock.now()),
        "agreement": "补充约定",
    }
    both = {"_second": people.lead}
    less = {**fields, "quantities": quantities[:-1]}
    refusal("allocation.lines", site, people.clerk, "allocation.agree", **less, **both)
    ask(site, people.clerk, "allocation.agree", **fields, **both)
    found = ask(site, people.clerk, "allocation.read", contract=contract).value
    assert [(one.fee_fen, one.share) for one in found.systems] == [(found.total_fen, "1")]
