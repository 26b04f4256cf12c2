"""Settling and correcting as the parties' people do it: rights, findings anew, price lines, signatures."""

from __future__ import annotations

from typing import Any

import pytest
from tests.kits.desk import People, ask, refusal
from tests.kits.session import SAMPLE

from yunqi.contract import read_contract
from yunqi.operations.contracts import keep_contract
from yunqi.operations.installation import Installation
from yunqi.store.facts import list_facts
from yunqi.store.price_lines import list_price_lines


@pytest.fixture
def unsigned(site: Installation, people: People) -> str:
    """The sample once more under another number, unsigned, with two values that were not read for sure."""
    data: dict[str, Any] = read_contract(SAMPLE).model_dump(mode="json")
    data["number"] = "UNSIGNED-1"
    line = data["price_lines"][0]
    data["uncertain"] = [
        {"path": "price_lines[0].quantity", "candidates": ["3435", "3485"], "source": line["source"]},
        {"path": "price_lines[1].item", "candidates": ["storage.normal"], "source": None},
    ]
    line["quantity"] = None
    return keep_contract(site, data, SAMPLE.read_bytes() + b" ", "合同.docx").contract.id


def test_a_clerk_settles_and_takes_back(site: Installation, people: People, unsigned: str) -> None:
    found = ask(site, people.clerk, "contract.uncertain", contract=unsigned).value.items
    assert [(one.path, one.expects, one.blocks) for one in found] == [
        ("price_lines[0].quantity", "decimal", True),
        ("price_lines[1].item", "item", False),
    ]
    assert found[0].candidates == ("3435", "3485")
    before = ask(site, people.clerk, "contract.read", id=unsigned)
    refusal("contract.uncertain", site, people.approver, "contract.sign", id=unsigned)
    refusal("contract.no_value", site, people.clerk, "contract.settle", id=unsigned, path="price_lines[0].quantity")
    made = ask(
        site, people.clerk, "contract.settle", id=unsigned, path="price_lines[0].quantity", text="3,485", why="原件"
    ).value
    assert made.data["price_lines"][0]["quantity"] == "3485"
    assert made.data_sm3 != before.value.data_sm3
    with site.database.read() as connection:
        line = list_price_lines(connection, unsigned, at=site.clock.now())[0]
        assert line.quantity_micro == 3485_000_000
        assert [one.kind for one in list_facts(connection, unsigned)][-1] == "contract.settled"
    row = ask(site, people.auditor, "contract.settled", contract=unsigned).value.items[0]
    assert (row.value, row.before, row.why, row.person) == ("3485", "—", "原件", people.clerk.person_name)
    back = ask(site, people.operator, "contract.unsettle", id=unsigned, no=row.no)
    assert back.value.data["uncertain"] == before.value.data["uncertain"]
    assert back.value.data["price_lines"] == before.value.data["price_lines"]


def test_findings_follow_a_correction(site: Installation, people: People, unsigned: str) -> None:
    fields = {"id": unsigned, "path": "total_fen", "text": "1.00", "why": "试", "words": "总金额", "article": "第三条"}
    codes = {one["code"] for one in ask(site, people.clerk, "contract.correct", **fields).value.data["findings"]}
    assert "price.total" in codes
    first = ask(site, people.clerk, "contract.unsettle", id=unsigned, no=1).value
    ask(site, people.clerk, "contract.correct", **fields)
    assert ask(site, people.clerk, "contract.unsettle", id=unsigned, no=1).value.data_sm3 == first.data_sm3
    assert "price.total" not in {one["code"] for one in first.data["findings"]}


def test_who_may_settle_and_until_when(site: Installation, people: People, unsigned: str) -> None:
    asked = {"id": unsigned, "path": "price_lines[0].quantity", "value": "3435"}
    refusal("access.role", site, people.approver, "contract.settle", **asked)
    refusal("access.role", site, people.officer, "contract.settle", **asked)
    refusal("object.unknown", site, people.other_clerk, "contract.settle", **asked)
    refusal("object.unknown", site, people.other_operator, "contract.uncertain", contract=unsigned)
    etag = ask(site, people.clerk, "contract.read", id=unsigned).etag
    ask(site, people.clerk, "contract.settle", **asked, _if_match=etag)
    refusal("precondition.changed", site, people.operator, "contract.unsettle", id=unsigned, no=1, _if_match=etag)
    ask(site, people.approver, "contract.sign", id=unsigned)
    refusal("contract.signed", site, people.clerk, "contract.unsettle", id=unsigned, no=1)
