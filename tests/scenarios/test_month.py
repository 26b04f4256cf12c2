"""A month at the command line: provisional, agreed, final; traced, recomputed, remade as known before; money facts."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from tests.kits.session import Session

from yunqi.kernel.clock import render_local
from yunqi.kernel.period import Month
from yunqi.operations.months import read_inputs


def month_after(month: str, count: int) -> str:
    year, number = (int(part) for part in month.split("-"))
    number += year * 12 + count - 1
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def close(session: Session, *words: str) -> dict[str, Any]:
    found = json.loads(session.run("month", "close", session.number, session.statements[0].month, "--json", *words))
    assert isinstance(found, dict)
    return found | found["data"]


def test_provisional_first_then_final(settled: Session) -> None:
    first, last = settled.statements
    assert first.provisional
    assert first.data["open_points"]
    assert first.data["penalty_fen"] is None
    assert first.data["penalty_low_fen"] < first.data["penalty_high_fen"]
    assert not last.provisional
    assert last.data["open_points"] == []
    assert first.data["penalty_low_fen"] <= last.data["penalty_fen"] <= first.data["penalty_high_fen"]
    listed = settled.run("statement", "list", settled.number)
    rows = [line.split() for line in listed.splitlines() if line.startswith(first.month)]
    assert [row[1] for row in rows] == [str(number) for number in range(1, last.version + 1)]
    assert rows[0][2] == "暂定"
    assert rows[-1][2] == "确定"
    said = settled.run("statement", "show", first.id)
    for point in first.data["open_points"]:
        assert f"? [{point['code']}]" in said
    assert "样例" in said


@pytest.mark.parametrize("which", [0, -1])
def test_recomputed_it_is_the_same(settled: Session, which: int) -> None:
    assert settled.run("statement", "recompute", settled.statements[which].id) == "重算一致\n"


def test_the_trace_reaches_words_and_records(settled: Session) -> None:
    row = settled.statements[-1]
    trace = row.data["trace"]
    chosen = next(one for one in row.data["candidates"] if one["state"] == "chosen")
    said = settled.run("statement", "show", row.id, "--trace", "--node", chosen["node"])
    quoted = [node for node in trace.values() if node.get("source") and node["source"]["text"]]
    assert quoted
    assert "出处：" in said
    contract = json.loads(settled.run("contract", "show", settled.number, "--json"))["data"]
    words = [found["source"]["text"] for found in contract["penalties"]["coefficients"] if found["source"]["text"]]
    assert any(text[:12] in said for text in words)
    ids = set(re.findall(r"\b(?:fct|cas)-[0-9a-z]{26}\b", said))
    listed = settled.run("evidence", "facts", settled.number, "--limit", "10000")
    listed += settled.run("incident", "list", settled.number)
    assert ids
    assert {one for one in ids if one.startswith("fct")} <= set(re.findall(r"fct-[0-9a-z]{26}", listed))
    whole = settled.run("statement", "show", row.id, "--trace")
    assert "记录：" in whole
    settled.refused("statement.no_node", "statement", "show", row.id, "--node", "nowhere")


def test_documents_lie_where_it_is_said(settled: Session) -> None:
    row = settled.statements[-1]
    said = settled.run("report", "make", row.id)
    paths = [settled.home / line for line in said.splitlines()]
    assert {path.suffix for path in paths} >= {".docx", ".xlsx", ".pdf"}
    for path in paths:
        assert path.stat().st_size > 1000
        assert path.is_relative_to(settled.home)
    settled.refused("report.unknown", "report", "make", row.id, "--only", "../../x")


def test_as_known_then_it_is_made_again(settled: Session) -> None:
    first = settled.statements[0]
    remade = close(settled, "--known-at", render_local(first.known_at + timedelta(seconds=1)))
    same = {key: value for key, value in remade.items() if key in first.data and key != "known_at"}
    assert same == {key: value for key, value in first.data.items() if key != "known_at"}
    assert remade["version"] == settled.statements[-1].version + 1
    before = close(settled, "--known-at", render_local(first.known_at - timedelta(minutes=2)))
    assert before["incidents"] == []  # nothing had been handed in yet


def test_months_that_have_no_statement(signed: Session) -> None:
    this = render_local(signed.clock.at)[:7]
    said = signed.refused("month.not_over", "month", "close", signed.number, this)
    assert this in said
    contract = json.loads(signed.run("contract", "show", signed.number, "--json"))["data"]
    early = month_after(contract["term"]["start_on"][:7], -1)
    signed.refused("month.outside_term", "month", "close", signed.number, early)
    for bad in ("2026-13", "2026", "x", "", "٢٠٢٦-٠٩"):
        signed.refused("month.unreadable", "month", "close", signed.number, bad)
    signed.refused("contract.unknown", "month", "close", "无此合同", this)
    assert "没有记录" in signed.run("statement", "list", signed.number)


def test_a_month_without_evidence_says_so(signed: Session) -> None:
    month = month_after(render_local(signed.clock.at)[:7], -1)
    data = json.loads(signed.run("month", "close", signed.number, month, "--json"))["data"]
    states = {level["metric"]: level["state"] for level in data["levels"]}
    assert states["availability"] in {"unknown", "open"}
    assert data["sample"] is False


def instalment(data: dict[str, Any], no: int) -> dict[str, Any]:
    found = next(one for one in data["instalments"] if one["no"] == no)
    assert isinstance(found, dict)
    return found


def awaiting(session: Session, contract: str, trigger: str) -> dict[str, Any]:
    data = json.loads(session.run("contract", "show", contract, "--json"))["data"]
    found = next(one for one in data["instalments"] if trigger in one["triggers"])
    assert isinstance(found, dict)
    return found


def test_payments_triggers_and_the_bond_enter_the_month(settled: Session) -> None:
    side = settled.side
    span = Month.parse(settled.statements[0].month).span
    day = render_local(span.start_at + timedelta(days=4))[:10]
    after = render_local(span.end_at + timedelta(days=4))[:10]
    known_at = render_local(settled.clock.at)
    before = close(settled)
    first = before["instalments"][0]
    amount = first["amount_fen"]
    paid = ("payment", "record", side.contract, first["no"], "--as", side.clerk, "--second", side.approver)
    half = amount // 2 - 1
    settled.clock.advance(timedelta(minutes=1))
    assert "已登记" in settled.run(*paid, "--amount", yuan(half), "--on", day)
    settled.refused("payment.known", *paid, "--amount", yuan(half), "--on", day)
    assert instalment(close(settled), first["no"])["state"] == first["state"]
    settled.run(*paid, "--amount", yuan(amount - half), "--on", after)  # paid, but in the next month
    assert instalment(close(settled), first["no"])["state"] == first["state"]
    settled.run(*paid, "--amount", yuan(amount - half), "--on", day)
    data = close(settled)
    assert instalment(data, first["no"])["state"] == "paid"
    facts = data["trace"][instalment(data, first["no"])["node"]]["facts"]
    assert facts
    listed = settled.run("payment", "list", side.contract)
    assert all(fact in listed for fact in facts)
    assert settled.run("statement", "recompute", data["id"]) == "重算一致\n"
    again = close(settled, "--known-at", known_at)
    assert instalment(again, first["no"]) == first


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def test_the_due_date_follows_its_trigger(signed: Session) -> None:
    side = signed.cast.second if signed.cast else signed.side
    month = month_after(render_local(signed.clock.at)[:7], -1)
    span = Month.parse(month).span
    no = int(awaiting(signed, side.contract, "acceptance")["no"])

    def due() -> str | None:
        signed.clock.advance(timedelta(minutes=1))
        data = json.loads(signed.run("month", "close", side.contract, month, "--json"))["data"]
        found = instalment(data, no)["due_on"]
        assert found is None or isinstance(found, str)
        return found

    def words(trigger: str, days: int) -> tuple[str, ...]:
        signed.clock.advance(timedelta(minutes=1))
        on = render_local(span.start_at + timedelta(days=days))[:10]
        return ("payment", "trigger", side.contract, trigger, "--on", on, "--as", side.clerk, "--second", side.lead)

    def say(trigger: str, days: int) -> str:
        return signed.run(*words(trigger, days))

    assert due() is None
    said = say("acceptance", 2)
    assert "已登记" in said
    early = due()
    assert early is not None
    again = signed.call(*words("acceptance", 2))  # nothing new
    assert again.exit_code != 0
    assert "[payment.known]" in again.output
    say("acceptance", 12)  # corrected: the last word counts
    late = due()
    assert late is not None
    assert late > early
    say(f"acceptance:{no}", 2)  # for this instalment alone
    assert due() == early
    say(f"acceptance:{no}", 33)  # moved behind the month's end
    assert due() == late  # the word for all instalments stands


def test_a_bond_that_is_held_pays_before_the_provider(settled: Session) -> None:
    side = settled.side
    contract = json.loads(settled.run("contract", "show", side.contract, "--json"))["data"]
    assert contract["bond"] is not None
    with settled.installation() as opened:
        month = Month.parse(settled.statements[0].month)
        start = render_local(month.span.start_at)[:10]
        assert read_inputs(opened, side.contract, month, settled.clock.at).bond_held_fen is None
        for amount in ("1,000.50", "99.50"):
            who = ("--as", side.clerk, "--second", side.approver)
            settled.run("payment", "bond", side.contract, "--amount", amount, "--on", start, *who)
        assert read_inputs(opened, side.contract, month, settled.clock.at).bond_held_fen == 110000


def test_an_occurrence_is_priced_and_traced(settled: Session) -> None:
    side = settled.side
    at = render_local(Month.parse(settled.statements[0].month).span.start_at + timedelta(days=3, hours=9))
    base = ("payment", "occurrence", side.contract, "--at", at, "--as", side.clerk, "--second", side.lead)
    said = settled.run(*base, "unattended", "--value", "90", "--title", "夜间无人值守", "--system", side.systems[0])
    fact = re.findall(r"fct-[0-9a-z]{26}", said)[0]
    again = ("unattended", "--value", "90.0", "--title", "夜间无人值守", "--system", side.systems[0])
    settled.refused("payment.known", *base, *again)
    data = close(settled)
    mine = [one for one in data["candidates"] if one["event"] == fact]
    assert mine
    assert all("无人" in one["text"] for one in mine)
    assert fact in data["trace"][mine[0]["node"]]["facts"]
    assert settled.run("statement", "recompute", data["id"]) == "重算一致\n"


def test_money_facts_that_are_refused(signed: Session) -> None:
    side, day = signed.side, render_local(signed.clock.at)[:10]
    tomorrow = render_local(signed.clock.at + timedelta(days=1))[:10]
    who = ("--as", side.clerk)
    pay = ("payment", "record", side.contract)
    said = signed.refused("payment.no_instalment", *pay, 99, "--amount", 1, "--on", day, *who)
    assert "第 99 期" in said
    assert "1、2、3" in said
    for bad in ("0", "-5", "0.00"):
        signed.refused("payment.amount", *pay, 1, f"--amount={bad}", "--on", day, *who)
    signed.refused("request.invalid", *pay, 1, "--amount", "", "--on", day, *who)
    for bad in ("abc", "1.005", "1e400", "1e999999999", "NaN", "Infinity"):
        signed.refused("money.unreadable", *pay, 1, "--amount", bad, "--on", day, *who)
    signed.refused("payment.future", *pay, 1, "--amount", 1, "--on", tomorrow, *who)
    for bad in ("0001-01-01", "9999-12-31", "2026-02-30", "昨天"):
        signed.refused("date.unreadable", *pay, 1, "--amount", 1, "--on", bad, *who)
    trigger = ("payment", "trigger", side.contract)
    for bad in ("sunrise", "funds", "acceptance:99999", "acceptance:x", "acceptance:1", "effective", ":"):
        result = signed.call(*trigger, bad, "--on", day, *who)
        assert result.exit_code == 2, bad
        assert "[payment.no_trigger]" in result.stderr, bad
    signed.refused("payment.future", *trigger, "acceptance", "--on", tomorrow, *who)
    second = signed.cast.second if signed.cast else side
    bond = ("--amount", 1, "--on", day, "--as", second.clerk)
    signed.refused("payment.no_bond", "payment", "bond", second.contract, *bond)
    occurrence = ("payment", "occurrence", side.contract, "--at", day, *who)
    said = signed.refused("occurrence.measures", *occurrence, "weather")
    assert "unattended" in said
    signed.refused("occurrence.computed", *occurrence, "availability", "--value", "1")
    for bad in ("-1", "x", "1/3", "1e99", "1e999999999", "9" * 40, "nan"):
        signed.refused("occurrence.value", *occurrence, "unattended", f"--value={bad}")
    signed.refused("request.invalid", *occurrence, "unattended", f"--value={'9' * 400}")
    signed.refused("system.unknown", *occurrence, "unattended", "--system", "没有的系统")
    later = ("payment", "occurrence", side.contract, "--at", tomorrow, *who)
    signed.refused("occurrence.future", *later, "unattended")
    listed = signed.run("payment", "list", side.contract)
    assert listed.rstrip().endswith("(没有记录)")
