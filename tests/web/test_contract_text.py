"""A contract's text beside its data: what was read, what is in doubt, what was not; settling, correcting, undoing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.kits.browser import Visits
from tests.kits.console import COOKIE, Desk
from tests.kits.desk import People

from yunqi.operations.contracts import import_contract
from yunqi.operations.installation import Installation

Open = Callable[..., Desk]
DOUBTED = """云岭市政务云服务合同
合同编号：YL-2026-09
甲方：{using_unit}
乙方：{provider}
第一条 服务期限
服务期自2026年1月1日起至2026年12月31日止。
第二条 价格
合同总金额为人民币1200.00元。
第三条 履约保证金
乙方应在合同签订后10个工作日内向甲方提交履约保证金人民币100.00元。履约保证金为人民币120.00元整。
第四条 沟通
双方本着友好合作的精神，及时沟通服务中出现的问题。
第五条 违约责任
乙方逾期提供服务的，每逾期一日按合同总金额的千分之一支付违约金。
"""


@pytest.fixture
def doubted(site: Installation, people: People, tmp_path: Path) -> str:
    """An unsigned contract with a value in doubt, of the parties of the sample; its id."""
    side = people.cast.first
    path = tmp_path / "合同.txt"
    path.write_text(DOUBTED.format(using_unit=side.using_unit, provider=side.provider), encoding="utf-8")
    made = import_contract(site, path)
    assert made.data["uncertain"]
    return made.contract.id


def test_coverage_and_what_was_not_read(desk: Open, people: People) -> None:
    base = f"/contracts/{people.cast.first.contract_id}/text"
    seen = desk("clerk").open(base)
    counts = re.search(r"条款共 (\d+) 句，(\d+) 句已成为数据或已核看（(\d+)%）", seen.words)
    assert counts is not None
    total, read, percent = map(int, counts.groups())
    assert 0 < read < total
    assert percent == read * 100 // total
    listed = seen.tree.xpath("//ul[@class='yq-unread-list']/li")
    assert total - read == len(listed)
    assert seen.tree.xpath("//article//a[contains(@class, 'yq-unread')]")
    only = desk("clerk").open(f"{base}?only=unread")
    assert len(only.tree.xpath("//article[@class='yq-text']/p")) < len(seen.tree.xpath("//article[@class='yq-text']/p"))
    lines = only.tree.xpath("//article[@class='yq-text']//p[@id] | //article[@class='yq-text']//table")
    assert lines
    assert all(line.xpath(".//a[contains(@data-facts, 'unread-')]") for line in lines)
    assert "正文中没有没有把握的文字" in desk("clerk").open(f"{base}?only=doubt").words
    assert "Became no data" in desk("clerk", "en").open(base).words


def test_a_doubt_is_settled_beside_the_text_and_taken_back(desk: Open, doubted: str) -> None:
    clerk = desk("clerk")
    base = f"/contracts/{doubted}/text"
    seen = clerk.open(base)
    cards = seen.tree.xpath("//article[contains(@class, 'yq-doubt-card')]")
    assert cards
    assert "履约保证金" in cards[0].text_content()
    assert seen.tree.xpath("//article//a[contains(@class, 'yq-doubt')]")
    before = len(cards)
    refused = send_first(clerk, seen, 422, choice="other")
    assert "请填写另一个值" in refused.words
    nothing = send_first(clerk, seen, 422, choice="7")
    assert "请选择一个值" in nothing.words
    after = send_first(clerk, seen, 200, choice="1", why="以大写为准")
    assert len(after.tree.xpath("//article[contains(@class, 'yq-doubt-card')]")) == before - 1
    assert "已由人确定" in after.words
    assert "以大写为准" in after.words
    assert "¥120.00" in after.words
    back = clerk.send(after, "/text/undo")
    assert len(back.tree.xpath("//article[contains(@class, 'yq-doubt-card')]")) == before
    assert "已撤销" in back.words


def send_first(clerk: Desk, seen: object, status: int, /, **fields: str) -> object:
    """Sends the form of the first value in doubt."""
    form = seen.forms("/text/settle")[0]  # type: ignore[attr-defined]
    data = {name: value for name, value in form.fields.items() if value is not None} | fields
    after = clerk._seen(clerk.client.post(form.get("action"), data=data))
    assert after.status == status, after.words[:1500]
    return after


def test_a_wrong_figure_is_put_right_with_its_words(desk: Open, doubted: str) -> None:
    clerk = desk("clerk")
    seen = clerk.open(f"/contracts/{doubted}/text")
    link = next(href for href in seen.links if "at=total_fen" in href).removeprefix("/console")
    form = clerk.open(link)
    assert "¥1,200.00" in form.words
    refused = clerk.send(form, "/correct", 422, text="一千三", why="")
    assert "一千三" in refused.text
    done = clerk.send(form, "/correct", text="1300", why="补充协议", words="合同总金额为人民币1300元", article="第二条")
    assert "¥1,300.00" in done.words
    assert "原读作" in done.words
    line = clerk.open(f"/contracts/{doubted}/correct?at=term.end_on")
    assert "2026" in line.words


def test_a_sentence_is_marked_as_seen(desk: Open, doubted: str) -> None:
    clerk = desk("clerk")
    seen = clerk.open(f"/contracts/{doubted}/text")
    before = len(seen.tree.xpath("//ul[@class='yq-unread-list']/li"))
    assert before
    form = seen.forms("/text/note")[-1]
    data = dict(form.fields) | {"sentence": "1:no_law"}
    clerk.client.post(form.get("action"), data=data)
    after = clerk.open(f"/contracts/{doubted}/text")
    assert len(after.tree.xpath("//ul[@class='yq-unread-list']/li")) == before - 1
    assert "没有约定内容" in after.words


def test_others_see_the_doubts_and_decide_nothing(desk: Open, doubted: str, people: People) -> None:
    for who in ("auditor", "officer"):
        seen = desk(who).open(f"/contracts/{doubted}/text")
        assert "没有把握的数据" in seen.words
        assert not seen.forms("/text/settle")
        assert not [link for link in seen.links if "/correct" in link]
    signed = desk("clerk").open(f"/contracts/{people.cast.first.contract_id}/text")
    assert not [link for link in signed.links if "/correct" in link]


def test_doubts_in_a_browser(visits: Visits, doubted: str) -> None:
    base = f"/console/contracts/{doubted}"
    for phone, language in ((False, "zh-CN"), (True, "en-GB")):
        visitor = visits.visit(phone=phone, language=language, cookies={COOKIE: "clerk"})
        page = visitor.open(f"{base}/text")
        page.locator("[data-step=doubt][data-way='1']").click()
        assert page.url.endswith("#doubt-1")
        assert page.locator(".yq-text .yq-doubt.yq-on").count() >= 1
        page.locator("[data-step=unread][data-way='1']").click()
        assert page.locator(".yq-text .yq-unread.yq-on").count() >= 1
        page.locator("#doubt-1 [data-other]").fill("110")
        assert page.locator("#doubt-1 input[value=other]").is_checked()
        visitor.shoot("contract-doubts", whole=phone)
        visitor.check()
        visitor.open(f"{base}/text?only=unread")
        visitor.shoot("contract-unread", whole=phone)
        visitor.check()
        visitor.open(f"{base}/correct?at=bond.share")
        visitor.shoot("contract-correct", whole=phone)
        visitor.check()
