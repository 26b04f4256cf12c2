"""An early end that binds both parties moves what hangs on the end of the term; until then the printed end holds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.kits.agreements import sign_text
from tests.kits.desk import People, ask, refusal

from yunqi.kernel.clock import FixedClock
from yunqi.kernel.period import Month, date_of, day_start
from yunqi.operations.installation import Installation
from yunqi.operations.months import read_inputs
from yunqi.operations.terms import read_term
from yunqi.store.contracts import require_contract

DAY = timedelta(days=1)


def ends(site: Installation, people: People) -> dict[str, Any]:
    """The days that everybody is shown: the obligations, the reports owed, the overview, the term."""
    number = people.cast.first.contract
    owed = ask(site, people.clerk, "obligation.list", contract=number).value.items
    expected = ask(site, people.clerk, "report.calendar", contract=number, until_on=date(2030, 1, 1)).value.items
    material = ask(site, people.clerk, "acceptance.material", contract=number).value.entries
    overview = ask(site, people.clerk, "overview.read").value
    with site.database.read() as connection:
        term = read_term(connection, require_contract(connection, number), site.clock.now())
    return {
        "term": term.end_on,
        "term_end": next(one.due_on for one in owed if one.kind == "term_end"),
        "acceptance": next((one.due_on for one in owed if one.kind == "acceptance"), None),
        "last report": max(one.period_end for one in expected if one.period_end),
        "last material": max(one.period[1] for one in material if one.period),
        "ends soon": any(one.kind == "contract_end" for one in overview.due),
    }


def test_an_early_end_moves_the_days_once_the_other_party_agrees(site: Installation, people: People) -> None:
    number, today = people.cast.first.contract, date_of(site.clock.now())
    left_on = today + timedelta(days=20)
    printed = ends(site, people)
    assert printed["term"] == printed["term_end"] == printed["last report"] == printed["last material"]
    given = {"contract": number, "cause": "termination", "evidence": "函", "left_on": left_on}
    made = ask(site, people.approver, "exit.open", **given).value
    assert "尚待对方同意" in made.steps[0].basis
    assert ends(site, people) == printed
    refusal("exit.own_end", site, people.approver, "exit.advance", id=made.id, event="agree_end")
    assert {one.event for one in made.next if one.event == "agree_end"} == set()
    before = site.clock.now()
    site.clock = FixedClock(before + timedelta(hours=1))
    agreed = ask(site, people.lead, "exit.advance", id=made.id, event="agree_end").value
    assert "尚待对方同意" not in agreed.steps[0].basis
    moved = ends(site, people)
    assert {moved[name] for name in ("term", "term_end", "last report", "last material")} == {left_on}
    assert moved["acceptance"] is None or printed["acceptance"] is None or moved["acceptance"] < printed["acceptance"]
    assert moved["ends soon"]
    with site.database.read() as connection:
        found, now = require_contract(connection, number), site.clock.now()
        known = [
            read_term(connection, found, at, known_at).end_on
            for at, known_at in ((now, before), (before, now), (now, now), (day_start(left_on), now))
        ]
    assert known == [printed["term"], printed["term"], left_on, left_on]
    ask(site, people.approver, "exit.advance", id=made.id, event="withdraw", reason="另行商定")
    assert ends(site, people) == printed


def test_an_instalment_that_waits_for_the_end_waits_for_the_early_one(site: Installation, people: People) -> None:
    number, today = people.cast.first.contract, date_of(site.clock.now())
    given = {"contract": number, "cause": "termination", "evidence": "函", "left_on": today}
    made = ask(site, people.approver, "exit.open", **given).value
    months = [Month.parse(f"{today:%Y-%m}"), Month.parse(f"{today.replace(day=1) - DAY:%Y-%m}")]
    asked = [read_inputs(site, number, month, site.clock.now()).dates.get("expiry") for month in months]
    assert asked == [None, None]
    ask(site, people.lead, "exit.advance", id=made.id, event="agree_end")
    asked = [read_inputs(site, number, month, site.clock.now()).dates.get("expiry") for month in months]
    assert asked == [today, None]


def test_notice_of_an_exit_is_judged_by_the_end_agreed_on_its_day(site: Installation, people: People) -> None:
    """Given in time for the term of its day, it does not become late because the term is cut short later."""
    number, now = people.cast.first.contract, site.clock.now()
    made = ask(site, people.approver, "exit.open", contract=number, cause="expiry", evidence="函").value
    notice = next(one for one in made.steps if one.key == "notice")
    assert notice.state == "done"
    site.clock = FixedClock(now + 2 * DAY)
    later = date_of(site.clock.now())
    short = later + timedelta(days=30)
    sign_text(site, people, "BC-09", f"服务期限变更至{short.year}年{short.month}月{short.day}日。", later)
    after = next(one for one in ask(site, people.approver, "exit.read", id=made.id).value.steps if one.key == "notice")
    assert (after.state, after.due_on) == (notice.state, notice.due_on)
