"""The bond by two colleagues, each deed a fact with its document; what it secures reaches the statement's inputs."""

from __future__ import annotations

from datetime import timedelta

from tests.kits.desk import People, ask, refusal

from yunqi.kernel.period import Month, date_of
from yunqi.operations.installation import Installation
from yunqi.operations.months import read_inputs


def test_a_bond_is_handed_in_drawn_topped_up_and_given_back(site: Installation, people: People) -> None:
    contract, today = people.cast.first.contract, date_of(site.clock.now())
    clerk, second = people.clerk, {"_second": people.approver}
    empty = ask(site, people.operator, "bond.read", contract=contract).value
    assert empty.agreed
    assert empty.held_fen == 0
    due = f"{empty.due_fen / 100:.2f}"
    upload = ask(site, clerk, "file.upload", name="保函.pdf", content=b"%PDF-1.4 guarantee").value
    expires = today + timedelta(days=40)
    fields = {"contract": contract, "amount": due, "on": today, "guarantee": "BH-1", "form": "银行保函"}
    refusal("bond.expires", site, clerk, "bond.record", **fields, expires_on=today - timedelta(days=1), **second)
    refusal("object.unknown", site, people.other_clerk, "bond.read", contract=contract)
    refusal("access.role", site, people.operator, "bond.record", **fields)
    ask(site, clerk, "bond.record", **fields, expires_on=expires, file=upload.id, **second)
    taken = {"contract": contract, "amount": "1000", "on": today, "reason": "抵扣违约金"}
    refusal("bond.more_than_held", site, clerk, "bond.draw", **{**taken, "amount": "99999999"}, **second)
    refusal("statement.unknown", site, clerk, "bond.draw", **taken, statement="stm-none", **second)
    ask(site, clerk, "bond.draw", **taken, **second)
    refusal("payment.known", site, clerk, "bond.draw", **taken, **second)
    found = ask(site, people.auditor, "bond.read", contract=contract).value
    assert (found.state, found.short_fen, found.drawn_fen) == ("short", 100_000, 100_000)
    assert [one.kind for one in found.moves] == ["received", "drawn"]
    document = ask(site, clerk, "document.read", id=found.moves[0].document_id).value
    assert document.content == b"%PDF-1.4 guarantee"
    assert ask(site, clerk, "payment.list", contract=contract).value.bond_held_fen == found.held_fen
    later = {"contract": contract, "guarantee": "BH-1", "on": today, "expires_on": expires + timedelta(days=400)}
    refusal("bond.not_longer", site, clerk, "bond.extend", **{**later, "expires_on": expires}, **second)
    ask(site, clerk, "bond.extend", **later, **second)
    ask(site, clerk, "bond.top_up", contract=contract, amount="1000", on=today, guarantee="BH-2", **second)
    assert ask(site, clerk, "bond.read", contract=contract).value.state == "held"
    ask(site, clerk, "bond.release", contract=contract, amount=due, on=today, **second)
    found = ask(site, clerk, "bond.read", contract=contract).value
    assert (found.state, found.held_fen, found.released_fen) == ("released", 0, empty.due_fen)


def test_what_has_run_out_is_no_longer_held_in_a_later_month(site: Installation, people: People) -> None:
    contract, now = people.cast.first.contract, site.clock.now()
    today = date_of(now)
    fields = {"contract": contract, "amount": "500", "on": today, "guarantee": "BH-9"}
    ask(site, people.clerk, "bond.record", **fields, expires_on=today, _second=people.approver)
    held = [
        read_inputs(site, contract, Month.parse(f"{on:%Y-%m}"), site.clock.now()).bond_held_fen
        for on in (today.replace(day=1) - timedelta(days=1), today)
    ]
    assert held == [None, 50_000 if Month.parse(f"{today:%Y-%m}").end_on == today else 0]
    late = ask(site, people.clerk, "payment.late", contract=contract).value
    assert [one.no for one in late.items] == list(range(1, len(late.items) + 1))
    duties = ask(site, people.clerk, "obligation.list", contract=contract).value
    assert any(one.kind == "bond_renewal" for one in duties.items)
