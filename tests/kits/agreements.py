"""Supplementary agreements that both parties of the sample sign, in the words that people write them in."""

from __future__ import annotations

from datetime import date, timedelta

from tests.kits.desk import People, ask

from yunqi.contract.changes.amendment_reader import read_amendment
from yunqi.contract.documents import read_document
from yunqi.kernel.clock import FixedClock
from yunqi.operations.amendments import keep_amendment
from yunqi.operations.installation import Installation
from yunqi.operations.terms import read_agreed
from yunqi.store.contracts import Contract, require_contract


def contract_of(site: Installation, people: People) -> Contract:
    with site.database.read() as connection:
        return require_contract(connection, people.cast.first.contract)


def sign_text(site: Installation, people: People, number: str, body: str, day: date) -> None:
    """Both parties sign a supplementary agreement that is in force from a day."""
    found = contract_of(site, people)
    words = (
        f"政务云服务合同补充协议\n协议编号：{number}\n甲乙双方就合同（编号：{found.number}）达成如下补充协议：\n"
        f"一、{body}\n二、本补充协议自{day.year}年{day.month}月{day.day}日起生效。\n"
    )
    with site.database.read() as connection:
        base = read_agreed(connection, found, site.clock.now())[-1].data
    read = read_amendment(words.encode(), base, "补充.txt").model_dump(mode="json")
    assert read["changes"]
    made = keep_amendment(site, str(found.number), read, words.encode(), read_document(words.encode(), "补充.txt"))
    ask(site, people.approver, "amendment.sign", id=made.id)
    ask(site, people.lead, "amendment.sign", id=made.id)
    site.clock = FixedClock(site.clock.now() + timedelta(minutes=1))
