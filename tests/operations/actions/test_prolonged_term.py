"""A supplementary agreement that moves the end of the term moves what hangs on it: duties, exit, bond, acceptance."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.kits.agreements import contract_of, sign_text
from tests.kits.desk import People, ask

from yunqi.contract.changes.amendment_reader import read_amendment
from yunqi.contract.documents import read_document
from yunqi.kernel.period import add_months, date_of, day_start
from yunqi.operations.amendments import keep_amendment
from yunqi.operations.bonds import read_bond
from yunqi.operations.installation import Installation
from yunqi.operations.material import list_wanted
from yunqi.operations.terms import read_term
from yunqi.operations.versions import data_at
from yunqi.settlement.law import Law
from yunqi.settlement.payments import compute_due_on
from yunqi.store.contracts import require_contract

TEXT = """政务云服务合同补充协议
协议编号：BC-01
甲乙双方就合同（编号：{number}）达成如下补充协议：
一、服务期限延长至{end}。
二、本补充协议自{day}起生效。
"""
MONTHS = 6


def prolong(site: Installation, people: People) -> tuple[date, date]:
    """Both parties prolong the term from today on; returns the old end and the new one."""
    found, today = contract_of(site, people), date_of(site.clock.now())
    old = found.end_on
    assert old is not None
    new = add_months(old, MONTHS)
    words = TEXT.format(
        number=found.number,
        end=f"{new.year}年{new.month}月{new.day}日",
        day=f"{today.year}年{today.month}月{today.day}日",
    )
    read = read_amendment(words.encode(), found.data, "补充.txt")
    kept = read.model_dump(mode="json")
    made = keep_amendment(site, str(found.number), kept, words.encode(), read_document(words.encode(), "补充.txt"))
    ask(site, people.approver, "amendment.sign", id=made.id)
    ask(site, people.lead, "amendment.sign", id=made.id)
    return old, new


def notice_day(site: Installation, people: People) -> date | None:
    given = {"contract": people.cast.first.contract, "cause": "expiry", "evidence": "通知"}
    made = ask(site, people.approver, "exit.open", **given).value
    day = next(one for one in made.steps if one.key == "notice").due_on
    ask(site, people.approver, "exit.advance", id=made.id, event="withdraw", reason="另行商定")
    return day


def expiry_dues(site: Installation, people: People, on: date) -> list[Any]:
    """The last days to pay as of a day of the instalments that wait for the end of the term."""
    found = contract_of(site, people)
    with site.database.read() as connection:
        law = Law(data_at(connection, found, day_start(on)), {})
    waiting = [one for one in law.contract["instalments"] if "expiry" in (one.get("triggers") or ())]
    dates = {"acceptance": found.start_on or on}
    return [compute_due_on(law, one, int(one["no"]), dates, site.calendar, as_of=on) for one in waiting]


def test_what_hangs_on_the_end_of_the_term_moves_with_it(site: Installation, people: People) -> None:
    before = notice_day(site, people)
    old, new = prolong(site, people)
    after = notice_day(site, people)
    assert contract_of(site, people).end_on == new
    assert before is not None
    assert after is not None
    assert before < after
    assert (after.year * 12 + after.month) - (before.year * 12 + before.month) == MONTHS
    # Instalments: the old end no longer starts the time to pay, the new one does.
    ended = expiry_dues(site, people, old)
    assert all((day is None and "2027" not in why) or day is None for day, why in ended)
    number = people.cast.first.contract
    material = ask(site, people.clerk, "acceptance.material", contract=number).value
    periods = [one.period for one in material.entries if one.period]
    assert max(last for _first, last in periods) == new  # monthly reports are owed for the added months
    with site.database.read() as connection:
        wanted = list_wanted(site, connection, contract_of(site, people))
        lines = data_at(connection, contract_of(site, people), site.clock.now())["term"]
    assert lines["end_on"] == new.isoformat()
    assert any(one.period and one.period[0] > old for one in wanted)
    inside = ask(site, people.clerk, "exit.refund", contract=number, left_on=new).value
    assert (inside.end_on, inside.left_on) == (new, new)
    assert {one.part for one in inside.ways if one.way != "texts"} == {"0"}  # the last day of the prolonged term
    assert "texts" in {one.way for one in inside.ways}  # the price of 12 months was for the old term


def test_the_text_before_the_agreement_still_ends_when_it_did(site: Installation, people: People) -> None:
    start_on = contract_of(site, people).start_on
    old, new = prolong(site, people)
    assert start_on is not None
    with site.database.read() as connection:
        found = require_contract(connection, people.cast.first.contract)
        first = data_at(connection, found, day_start(start_on))
    assert first["term"]["end_on"] == old.isoformat() != new.isoformat()


def until_words(on: date) -> str:
    return f"服务期限延长至{on.year}年{on.month}月{on.day}日。"


def test_the_bond_lasts_as_long_as_the_term_known_then_and_known_now(site: Installation, people: People) -> None:
    contract, today, signed_at = people.cast.first.contract, date_of(site.clock.now()), site.clock.now()
    before = ask(site, people.clerk, "bond.read", contract=contract).value
    old = contract_of(site, people).end_on
    assert old is not None
    assert before.until_on is not None
    new = old + timedelta(days=12)
    fields = {"contract": contract, "amount": f"{before.due_fen / 100:.2f}", "on": today, "guarantee": "BH-1"}
    ask(site, people.clerk, "bond.record", **fields, expires_on=before.until_on, _second=people.approver)
    sign_text(site, people, "BC-07", until_words(new), today)
    after = ask(site, people.clerk, "bond.read", contract=contract).value
    assert (after.until_on - before.until_on).days == 12
    assert any(str(after.until_on) in words for words in after.reminders)
    owed = {one.kind: one for one in ask(site, people.clerk, "obligation.list", contract=contract).value.items}
    assert owed["bond_end"].due_on == after.until_on
    assert owed["bond_renewal"].due_on == before.securities[0].renew_by if before.securities else True
    past = today - timedelta(days=1)
    with site.database.read() as connection:
        found = require_contract(connection, contract)
        now, asked = site.clock.now(), {}
        for why, on, known_at in (
            ("the day before, known now", past, now),
            ("today, known before it was signed", today, signed_at),
            ("today, known now", today, now),
        ):
            asked[why] = read_bond(connection, found, site.calendar, as_of=on, known_at=known_at)
    assert {why: one.until_on for why, one in asked.items() if one} == {
        "the day before, known now": before.until_on,
        "today, known before it was signed": before.until_on,
        "today, known now": after.until_on,
    }


def test_an_agreement_that_is_signed_and_not_yet_in_force_moves_what_is_to_come(
    site: Installation, people: People
) -> None:
    today, old = date_of(site.clock.now()), contract_of(site, people).end_on
    assert old is not None
    new = add_months(old, 1)
    sign_text(site, people, "BC-08", until_words(new), today + timedelta(days=20))
    with site.database.read() as connection:
        found = require_contract(connection, people.cast.first.contract)
        days = [
            read_term(connection, found, day_start(on), site.clock.now()).end_on
            for on in (today - timedelta(days=1), today + timedelta(days=1), today + timedelta(days=21))
        ]
    assert days == [old, new, new]
