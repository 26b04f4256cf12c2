"""A supplementary agreement from its file to its force: read, entered, signed by both; entitlements and data follow."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from tests.kits.desk import People, ask, refusal

from yunqi.contract.changes.amendment_reader import read_amendment
from yunqi.contract.documents import read_document
from yunqi.kernel.period import day_start
from yunqi.operations.amendments import keep_amendment
from yunqi.operations.installation import Installation
from yunqi.store.contracts import require_contract
from yunqi.store.price_lines import list_price_lines

TEXT = """政务云服务合同补充协议
协议编号：BC-2027-01
甲乙双方就合同（编号：{number}）达成如下补充协议：
一、服务期限延长至2027年9月30日。
二、价目表第1项的数量由3435调整为3500。
三、价目表第2项予以取消。
四、甲方应当在每周三提供机房门禁名单。
五、本补充协议自2027年1月1日起生效。
"""


def test_from_the_file_to_its_force(site: Installation, people: People) -> None:
    number = people.cast.first.contract
    content = TEXT.format(number=number).encode()
    with site.database.read() as connection:
        found = require_contract(connection, number)
    read = read_amendment(content, found.data, "补充.txt")
    assert (read.number, read.amends, read.effective_on) == ("BC-2027-01", number, date(2027, 1, 1))
    paths = {one.path: one.value for one in read.changes if not one.derived}
    assert paths == {
        "term.end_on": "2027-09-30",
        "price_lines[no=1].quantity": "3500",
        "price_lines[no=2]": None,
    }
    assert any("门禁" in one.text for one in read.unread)
    made = keep_amendment(site, number, read.model_dump(mode="json"), content, read_document(content, "补充.txt"))
    shown = ask(site, people.clerk, "amendment.read", id=made.id).value
    assert {one.part for one in shown.differences} >= {"term", "price_lines"}
    refusal("object.unknown", site, people.other_lead, "amendment.read", id=made.id)
    refusal("access.role", site, people.clerk, "amendment.sign", id=made.id)
    entered = ask(
        site, people.clerk, "amendment.change", id=made.id, path="price_lines[no=3].quantity", text="4", why="第六条"
    ).value
    assert people.clerk.person_name in {one.person for one in entered.change_rows}
    ask(site, people.approver, "amendment.sign", id=made.id)
    signed = ask(site, people.lead, "amendment.sign", id=made.id).value
    assert signed.state == "signed"
    refusal("amendment.signed", site, people.clerk, "amendment.drop", id=made.id, no=1)

    def quantity(at: datetime) -> dict[int, int | None]:
        with site.database.read() as connection:
            return {one.no: one.quantity_micro for one in list_price_lines(connection, found.id, at=at)}

    before, after = day_start(date(2026, 12, 31)), day_start(date(2027, 1, 2))
    assert (quantity(before)[1], quantity(after)[1], quantity(after)[2]) == (3435_000_000, 3500_000_000, 0)
    assert quantity(day_start(date(2027, 9, 1)) + timedelta(hours=1))[1] == 3500_000_000
    now = ask(site, people.clerk, "contract.version", contract=number, on="2027-01-01").value
    assert (now.data["term"]["end_on"], now.valid_from) == ("2027-09-30", date(2027, 1, 1))
    then = ask(site, people.clerk, "contract.version", contract=number, on="2026-12-31").value
    assert then.valid_from is None
    assert then.data == dict(found.data)


def keep(site: Installation, number: str, name: str, day: str, quantity: int) -> str:
    """A supplementary agreement that changes the first line's quantity from a day on, not signed yet."""
    text = f"""政务云服务合同补充协议
协议编号：{name}
甲乙双方就合同（编号：{number}）达成如下补充协议：
一、价目表第1项的数量调整为{quantity}。
二、本补充协议自{day}起生效。
"""
    with site.database.read() as connection:
        found = require_contract(connection, number)
    read = read_amendment(text.encode(), found.data, f"{name}.txt")
    assert [one.path for one in read.changes if not one.derived] == ["price_lines[no=1].quantity"]
    document = read_document(text.encode(), f"{name}.txt")
    return keep_amendment(site, number, read.model_dump(mode="json"), text.encode(), document).id


@pytest.mark.parametrize(
    ("days", "order", "holds"),
    [
        pytest.param(("2027年1月1日", "2027年1月1日"), (0, 1), 3600, id="one day, signed as they came"),
        pytest.param(("2027年1月1日", "2027年1月1日"), (1, 0), 3600, id="one day, signed the other way round"),
        pytest.param(("2020年1月1日", "2020年2月1日"), (0, 1), 3600, id="both before the term"),
        pytest.param(("2020年2月1日", "2020年1月1日"), (0, 1), 3500, id="both before the term, the later first"),
    ],
)
def test_of_two_that_begin_at_one_instant_the_later_in_order_holds(
    site: Installation, people: People, days: tuple[str, str], order: tuple[int, int], holds: int
) -> None:
    # The clock stands still: all are signed within one instant.
    number = people.cast.first.contract
    kept = [keep(site, number, f"BC-{no}", day, 3500 + 100 * no) for no, day in enumerate(days)]
    for no in order:
        for caller in (people.approver, people.lead):
            ask(site, caller, "amendment.sign", id=kept[no])
    with site.database.read() as connection:
        contract_id = require_contract(connection, number).id
        lines = {one.no: one for one in list_price_lines(connection, contract_id, at=day_start(date(2027, 1, 2)))}
    assert lines[1].quantity_micro == holds * 1_000_000
    seen = ask(site, people.clerk, "contract.version", contract=number, on="2027-01-02").value
    (first,) = [one for one in seen.data["price_lines"] if one["no"] == 1]
    assert first["quantity"] == str(holds)
