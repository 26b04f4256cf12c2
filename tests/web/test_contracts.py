"""Contracts at the console: what each role sees and may do, the text beside its data, signing, importing, readings."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import openpyxl
import pytest
from tests.kits.browser import Visits
from tests.kits.console import COOKIE, Desk
from tests.kits.desk import People, ask
from tests.kits.session import SAMPLE, SMALL, Session, open_session

from yunqi.operations.actions.worker import work_one
from yunqi.operations.installation import Installation
from yunqi.store.parties import add_organisation, add_person, set_role
from yunqi.web.cited import mark_text
from yunqi.web.clauses import each_source, list_sections

Open = Callable[..., Desk]


def contract_of(people: People) -> str:
    return people.cast.first.contract_id


def test_each_role_sees_its_contracts(desk: Open, people: People) -> None:
    mine = desk("clerk").open("/contracts")
    assert people.cast.first.contract in mine.words
    assert people.cast.second.contract not in mine.words
    for who in ("officer", "auditor"):
        seen = desk(who).open("/contracts").words
        assert people.cast.first.contract in seen
        assert people.cast.second.contract in seen
    assert "/console/contracts/import" in mine.links
    assert "/console/contracts/import" not in desk("auditor").open("/contracts").links
    desk("other_lead").open(f"/contracts/{contract_of(people)}", 404)


def test_the_list_filters_sorts_and_exports(desk: Open, people: People) -> None:
    officer = desk("officer")
    found = officer.open("/contracts?text=0417&sort=-total_fen").words
    assert people.cast.first.contract in found
    assert people.cast.second.contract not in found
    book = openpyxl.load_workbook(io.BytesIO(officer.open("/contracts?format=xlsx").content))
    assert people.cast.first.contract in {cell.value for row in book.active.iter_rows() for cell in row}


def test_a_contract_at_a_glance(desk: Open, people: People) -> None:
    clerk = desk("clerk").open(f"/contracts/{contract_of(people)}")
    for words in ("¥4,845,283.52", "221 天", "林知远", "沈川", "不低于（≥）99.99%", "第 3 期"):
        assert words in clerk.words
    assert any("/order?contract=" in link for link in clerk.links)
    assert not any("/order?" in link for link in desk("lead").open(f"/contracts/{contract_of(people)}").links)
    english = desk("clerk", "en").open(f"/contracts/{contract_of(people)}").words
    assert "not below (≥)" in english or "at least (≥)" in english


def test_every_figure_has_its_words_and_every_word_its_figure(desk: Open, people: People) -> None:
    tree = desk("clerk").open(f"/contracts/{contract_of(people)}/text").tree
    ids = set(tree.xpath("//@id"))
    facts = tree.xpath("//@data-fact")
    assert len(facts) > 150
    assert len(tree.xpath("//a[@data-show]")) == len(facts)
    assert {href[1:] for href in tree.xpath("//a[@data-show]/@href")} <= ids
    assert {href[1:] for href in tree.xpath("//a[@data-facts]/@href")} <= ids
    cited = {fact for piece in tree.xpath("//@data-facts") for fact in piece.split()}
    assert cited == set(facts)
    total = tree.xpath("//a[@data-show='money-1']")[0]
    assert total.text_content() == "¥4,845,283.52"
    words = "".join(tree.xpath("//a[contains(concat(' ', @data-facts, ' '), ' money-1 ')]/text()"))
    assert "合同总金额为人民币大写" in words


def test_words_that_the_layout_broke_are_found(site: Installation, people: People) -> None:
    """A source goes on in the next line, or stands on a page; both are marked, and nothing else."""
    from yunqi.wire.contracts import TextBlock

    blocks = [
        TextBlock(line=1, page=1, article="第一条", text="甲方应当在九十"),
        TextBlock(line=2, page=1, article="第一条", text="日内付款。乙方开票。"),
        TextBlock(line=3, page=2, article="第二条", text="甲方应当在九十"),
    ]
    parts = mark_text(
        blocks, [("f-1", {"text": "甲方应当在九十日内付款。", "line": None, "page": 1, "article": "第一条"})]
    )
    marked = [[(piece.text, piece.facts) for piece in part.lines[0].pieces] for part in parts]
    assert marked == [
        [("甲方应当在九十", "f-1")],
        [("日内付款。", "f-1"), ("乙方开票。", "")],
        [("甲方应当在九十", "")],
    ]
    small = ask(site, people.other_clerk, "contract.read", id=people.cast.second.contract_id).value
    text = ask(site, people.other_clerk, "contract.text", id=people.cast.second.contract_id).value
    sections = list_sections(small.data)
    found = {
        fact
        for part in mark_text(text.blocks, each_source(sections))
        for line in part.lines
        for piece in [*line.pieces, *(one for cell in line.cells for one in cell.pieces)]
        for fact in piece.facts.split()
    }
    assert {fact.id for section in sections for fact in section.facts if fact.sources} == found


def test_findings_by_severity(desk: Open, people: People) -> None:
    clerk = desk("clerk")
    all_of_them = clerk.open(f"/contracts/{contract_of(people)}/findings")
    assert "第 24 行的一个合价覆盖第 25、26、27 行" in all_of_them.words
    notes = clerk.open(f"/contracts/{contract_of(people)}/findings?severity=note")
    counted = notes.tree.xpath("//ul[@class='yq-chips']//a[@aria-current]/span")[0].text_content()
    assert len(notes.tree.xpath("//article")) == int(counted) > 0
    assert len(all_of_them.tree.xpath("//article")) > int(counted)
    assert "第 24 行的一个合价" not in notes.words
    assert "没有这一类审查意见" in clerk.open(f"/contracts/{contract_of(people)}/findings?severity=error").words
    assert clerk.open("/findings").address == f"/contracts/{contract_of(people)}/findings"
    assert f"/console/contracts/{contract_of(people)}/findings" in desk("officer").open("/findings").links


def test_the_document_is_handed_out_byte_for_byte(desk: Open, people: People) -> None:
    found = desk("clerk").open(f"/contracts/{contract_of(people)}/document")
    assert found.content == SAMPLE.read_bytes()
    assert "attachment" in found.headers["content-disposition"]


def test_drafts_are_handed_out(desk: Open, people: People) -> None:
    for part in ("draft", "supplement"):
        found = desk("clerk").open(f"/contracts/{contract_of(people)}/{part}")
        assert found.content.startswith(b"PK")
        assert "attachment" in found.headers["content-disposition"]


def test_a_reading_is_proposed_by_one_party(desk: Open, people: People, site: Installation) -> None:
    base = f"/contracts/{contract_of(people)}/readings"
    lead = desk("lead")
    shown = lead.open(base)
    assert "可用性以什么为对象计算" in shown.words
    form = lead.open(f"{base}/new?code=penalty.rounding")
    assert "须经对方确认" in form.words
    refused = lead.send(form, "/readings/new", 422, agreement="会议纪要 7")
    assert "请选择一种解释" in refused.words
    assert "会议纪要 7" in refused.text
    lead.send(refused, "/readings/new", value="once")
    proposed = ask(site, people.approver, "proposal.list", state="proposed").value.items
    assert [one.request["value"] for one in proposed] == ["once"]
    assert "已提出，等待对方确认" in lead.open(base).words
    assert "提出约定" not in desk("auditor").open(base).words
    assert "现行约定" in lead.open(f"{base}/new?code=availability.window").words
    lead.open(f"{base}/new?code=no.such", 422)


def test_a_reading_is_taken_back_and_its_figures_are_shown(desk: Open, people: People, site: Installation) -> None:
    base = f"/contracts/{contract_of(people)}/readings"
    lead = desk("lead")
    shown = lead.open(base)
    assert "历史" in shown.words
    figures = lead.open(f"{base}/figures?code=availability.window")
    assert "自然月" in figures.words
    assert "现行约定" in figures.words
    form = lead.open(f"{base}/withdraw?code=availability.window")
    lead.send(form, "/readings/withdraw", agreement="会议纪要 8")
    proposed = ask(site, people.approver, "proposal.list", state="proposed").value.items
    assert [one.request["agreement"] for one in proposed] == ["会议纪要 8"]
    seen = desk("auditor").open(base).words
    assert "撤销约定" not in seen
    assert "改约" not in seen


def test_entitlements_say_what_draws(desk: Open, people: People, site: Installation) -> None:
    side = people.cast.first
    order = {"contract": side.contract, "work_order": side.work_order}
    ask(site, people.clerk, "resource.order", kind="network", name="net-1", spec={}, **order)
    spec = {"vcpus": 4, "memory_gb": "8", "system_disk_gb": 40, "network": "net-1"}
    ask(site, people.clerk, "resource.order", kind="server", name="web-1", spec=spec, **order)
    seen = desk("clerk").open(f"/contracts/{side.contract_id}/entitlements")
    assert "3,431 核" in seen.words
    assert "web-1" in seen.words
    assert desk("clerk").open("/entitlements").address == f"/contracts/{side.contract_id}/entitlements"


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return open_session(tmp_path_factory.mktemp("fresh") / "home")


class TwoParties:
    """A home without a contract: the parties of the small sample, with a person each."""

    def __init__(self, site: Installation, data: dict[str, str]) -> None:
        self.site = site
        now = site.clock.now() - timedelta(days=1)
        self.ids = {}
        with site.database.write() as connection:
            for name, role in (("using_unit", "using_unit"), ("provider", "provider")):
                organisation = add_organisation(connection, name=data[name], role=role, now=now)
                self.ids[name] = add_person(connection, organisation_id=organisation, name=f"签署人{name}", now=now)
                for one in ("operator", "approver"):
                    set_role(
                        connection,
                        person_id=self.ids[name],
                        role=one,
                        granted=True,
                        valid_from=now,
                        valid_until=None,
                        now=now,
                    )


def test_a_contract_is_imported_and_signed(fresh: Session) -> None:
    from tests.kits.console import make_console_app

    from yunqi.operations.contracts import read_file

    parties = read_file(SMALL).data["parties"]
    with fresh.installation() as site:
        made = TwoParties(site, parties)
        app = make_console_app(site, _Signers(site, made))  # type: ignore[arg-type]
        unit, seller = Desk(app, "unit"), Desk(app, "seller")
        assert "/console/contracts/import" in unit.open("/").links
        empty = unit.open("/contracts")
        assert "还没有合同" in empty.words
        form = unit.open("/contracts/import")
        refused = unit.send(form, "/contracts/import", 422, using_unit="某单位")
        assert "没有选择文件" in refused.words
        assert "某单位" in refused.text
        junk = unit.send(form, "/contracts/import", file=("合同.docx", b"PK\x03\x04 not a document"))
        assert work_one(site, "test")
        assert "失败" in unit.open(junk.address).words
        begun = unit.send(unit.open("/contracts/import"), "/contracts/import", file=(SMALL.name, SMALL.read_bytes()))
        assert begun.address.startswith("/runs/")
        assert work_one(site, "test")
        over = unit.open(begun.address)
        assert "新合同" in over.words
        path = next(link for link in over.links if "/contracts/con" in link).removeprefix("/console")
        shown = unit.open(path)
        assert f"等待{parties['provider']}签署" in shown.words
        assert f"/console{path}/sign" in unit.open("/").links
        sheet = unit.open(f"{path}/sign")
        assert "请勾选" in unit.send(sheet, "/sign", 422).words
        signed = unit.send(sheet, "/sign", agreed="1")
        assert "已签署" in signed.words
        assert f"等待{parties['using_unit']}签署" not in signed.words
        assert f"/console{path}/sign" not in unit.open("/").links
        assert f"/console{path}/sign" in seller.open("/").links
        stale = seller.open(f"{path}/sign")
        seller.send(stale, "/sign", 422, etag='"an-older-one"', agreed="1")
        done = seller.send(seller.open(f"{path}/sign"), "/sign", agreed="1")
        assert "已生效" in done.words


class _Signers:
    def __init__(self, site: Installation, made: TwoParties) -> None:
        from yunqi.kernel.rights import Caller
        from yunqi.operations.actions import Desk as ActionDesk
        from yunqi.operations.actions.waiting import caller_of

        with site.database.read() as connection:
            nobody = Caller(None, "", None, "", "", frozenset())
            at_work = ActionDesk(site, nobody, site.clock.now(), connection)
            self.unit = caller_of(at_work, made.ids["using_unit"])
            self.seller = caller_of(at_work, made.ids["provider"])


def test_figures_and_words_in_a_browser(visits: Visits, people: People) -> None:
    base = f"/console/contracts/{contract_of(people)}"
    visitor = visits.visit(cookies={COOKIE: "clerk"})
    page = visitor.open(f"{base}/text")
    page.locator("[data-show='instalments-2']").click()
    lit = page.locator(".yq-text .yq-on")
    assert "2026年12月31日之前" in lit.first.inner_text()
    assert page.evaluate("document.querySelector('.yq-text').scrollTop") > 0
    page.locator(".yq-text [data-facts~='term-1']").first.click()
    assert page.locator("[data-fact='term-1']").get_attribute("class") == "yq-on"
    visitor.shoot("contract-text-lit", whole=False)
    visitor.check()
    plain = visits.visit(cookies={COOKIE: "clerk"}, script=False)
    page = plain.open(f"{base}/text")
    page.locator("[data-show='instalments-2']").click()
    assert page.url.endswith(page.locator("[data-show='instalments-2']").get_attribute("href") or "?")


def test_on_a_phone(visits: Visits, people: People) -> None:
    visitor = visits.visit(phone=True, language="en", cookies={COOKIE: "clerk"})
    for part in ("", "/text", "/findings", "/readings", "/entitlements"):
        visitor.open(f"/console/contracts/{contract_of(people)}{part}")
        visitor.shoot(f"contract{part.replace('/', '-')}")
        visitor.check()
