"""Supplementary agreements at the console: taken in, completed, signed by both, in force from their day."""

from __future__ import annotations

from collections.abc import Callable

from tests.kits.browser import Visits
from tests.kits.console import COOKIE, Desk
from tests.kits.desk import People, ask
from tests.kits.session import Session

from yunqi.kernel.period import Month
from yunqi.operations.actions.worker import work_one
from yunqi.operations.installation import Installation
from yunqi.operations.months import close_month

Open = Callable[..., Desk]
TEXT = """政务云服务合同补充协议
编号：BC-2027-01
甲乙双方就合同（编号：{number}）约定如下：
一、价目表第1项的数量由3435调整为3500。
二、原合同第五条第二款的付款比例按双方另行商定的比例调整。
{day}"""
DAY = "三、本补充协议自{day}起生效。\n"


def bring(desk: Open, site: Installation, people: People, text: str) -> str:
    """Takes the agreement in at the console; the path of its page."""
    clerk = desk("clerk")
    base = f"/contracts/{people.cast.first.contract_id}/amendments"
    form = clerk.open(f"{base}/import")
    assert "没有选择文件" in clerk.send(form, "/import", 422).words
    begun = clerk.send(form, "/import", file=("补充协议.txt", text.encode()))
    assert work_one(site, "test")
    over = clerk.open(begun.address)
    return next(link for link in over.links if "/amendments/" in link and "/contracts/" not in link).removeprefix(
        "/console"
    )


def test_from_the_file_to_both_signatures(desk: Open, site: Installation, people: People) -> None:
    text = TEXT.format(number=people.cast.first.contract, day="")
    path = bring(desk, site, people, text)
    clerk = desk("clerk")
    shown = clerk.open(path)
    assert "3500" in shown.words
    assert "请按双方约定填写" in shown.words
    assert not shown.forms("/sign")  # nobody signs what has no day
    assert "请照原文填写" in clerk.send(shown, "/changes", 422, text="").words
    dated = clerk.send(clerk.open(path), "/changes", text="2027年1月1日", why="双方商定")
    assert "2027-01-01" in dated.words
    while "没有这一变更" in dated.words:
        forms = dated.forms("/drop")
        open_one = next(each for each in forms if each.xpath(".//input[@name='path']"))
        fields = {each.get("name"): each.get("value") for each in open_one.xpath(".//input")}
        assert clerk.client.post(open_one.get("action"), data=fields).status_code in {200, 303}
        dated = clerk.open(path)
    seat = desk("approver")
    assert "请勾选" in seat.send(seat.open(path), "/sign", 422).words
    seat.send(seat.open(path), "/sign", agreed="1")
    assert not desk("clerk").open(path).forms("/changes")  # what one party has signed stays as it is
    lead = desk("lead")
    done = lead.send(lead.open(path), "/sign", agreed="1")
    assert "已生效" in done.words
    assert "BC-2027-01" in clerk.open(f"/contracts/{people.cast.first.contract_id}/amendments").words
    desk("other_lead").open(path, 404)


def test_a_month_within_which_it_begins_is_open_until_agreed(
    session: Session, desk: Open, site: Installation, people: People
) -> None:
    month = Month.parse(str(session.statements[-1].month))
    day = month.start_on.replace(day=11)
    text = TEXT.format(number=people.cast.first.contract, day=DAY.format(day=f"{day.year}年{day.month}月{day.day}日"))
    path = bring(desk, site, people, text)
    found = ask(site, people.clerk, "amendment.read", id=path.rpartition("/")[2]).value
    for one in found.data["uncertain"]:
        ask(site, people.clerk, "amendment.drop", id=found.id, no=0, path=one["path"])
    ask(site, people.approver, "amendment.sign", id=found.id)
    ask(site, people.lead, "amendment.sign", id=found.id)
    row = close_month(site, people.cast.first.contract_id, str(month))
    assert row.provisional
    assert "amendment.month" in {one["code"] for one in row.data["open_points"]}
    contract = people.cast.first.contract
    ask(
        site,
        people.approver,
        "reading.record",
        contract=contract,
        code="amendment.month",
        value="after",
        agreement="补充协议BC-2027-01 附注",
        _second=people.lead,
    )
    settled = close_month(site, people.cast.first.contract_id, str(month))
    assert not settled.provisional
    (line,) = [one for one in settled.data["delivery"] if one["no"] == 1]
    assert line["contracted"] == "3500"


def test_it_reads_well_in_a_browser(visits: Visits, desk: Open, site: Installation, people: People) -> None:
    path = bring(desk, site, people, TEXT.format(number=people.cast.first.contract, day=""))
    for phone, language in ((False, "zh-CN"), (True, "en-GB")):
        visitor = visits.visit(phone=phone, language=language, cookies={COOKIE: "clerk"})
        visitor.open(f"/console{path}")
        visitor.shoot("amendment", whole=True)
        visitor.check()
        visitor.open(f"/console/contracts/{people.cast.first.contract_id}/amendments")
        visitor.shoot("amendments", whole=False)
        visitor.check()
