"""The weekly report end to end: figures of the ledger at the week's end, half-open at both edges, unknown said so."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from tests.kits.desk import People, ask, refusal
from tests.operations.actions.test_compositions import compose, lines
from tests.operations.actions.test_oversight import order_server

from yunqi.kernel.clock import FixedClock, parse_instant, render_instant
from yunqi.kernel.period import Span, date_of, day_start, week_of
from yunqi.kernel.rights import Caller
from yunqi.kernel.units import minutes_of
from yunqi.metering.availability import compute_availability
from yunqi.operations.availability import read_seen
from yunqi.operations.installation import Installation
from yunqi.operations.keys import open_key
from yunqi.operations.weekly import read_week, week_window, window_of
from yunqi.store.cases import list_cases
from yunqi.store.chain import close_day
from yunqi.store.contracts import require_contract
from yunqi.store.reconcile import mark_phase, mark_ready
from yunqi.store.resources import require_resource
from yunqi.store.verdicts import ProbeResult, record_probe_results

MINUTE, WEEK = timedelta(minutes=1), timedelta(days=7)


def read(site: Installation, caller: Caller, contract: str, on: date, **more: Any) -> dict[str, Any]:
    with site.database.read() as connection:
        found = require_contract(connection, contract)
        window = week_window(found, on, site.clock.now())
        return read_week(connection, caller, found, window, calendar=site.calendar, now=site.clock.now(), **more)


def first_incident(site: Installation, contract: str) -> Any:
    with site.database.read() as connection:
        found = require_contract(connection, contract)
        return list_cases(connection, found.id, kind="incident")[0]


def text_of(content: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()


def test_a_week_of_the_sample_is_told_as_the_ledger_has_it(settled_site: Installation, settled_people: People) -> None:
    site, people, contract = settled_site, settled_people, settled_people.cast.first.contract
    incident = first_incident(site, contract)
    on = date_of(incident.opened_at)
    monday = week_of(on)[0]
    data = read(site, people.lead, contract, on)
    span = Span(day_start(monday), day_start(monday + timedelta(days=7)))
    assert (data["first_on"], data["to_date"]) == (monday.isoformat(), False)
    assert (data["start_at"], data["end_at"]) == (render_instant(span.start_at), render_instant(span.end_at))
    with site.database.read() as connection:
        seen = {one.object: one for one in read_seen(connection, require_contract(connection, contract).id, span)}
    assert {one["object"] for one in data["objects"]} == set(seen)
    assert data["objects"][0]["outages"]  # the worst stands first
    for one in data["objects"]:
        stood = compute_availability(seen[one["object"]].spans)
        assert one["share"] == str(stood.share)
        assert Fraction(one["down_minutes"]) == minutes_of(stood.down)
        assert Fraction(one["down_minutes"]) == sum(Fraction(each["minutes"]) for each in one["outages"])
    assert [one["number"] for one in data["incidents"]] == [incident.number]
    assert data["incidents"][0]["clocks"]
    assert data["sample"] is True
    assert data["posts"]["planned"] == []
    assert any(one["late_days"] is None for one in data["reports"]["late"])
    made = ask(site, people.lead, "weekly_report.file", contract=contract, on=on).value
    assert made.name.endswith(f"{monday}至{monday + timedelta(days=6)}.docx")
    text = text_of(made.content)
    assert incident.title in text
    assert "样例数据" in text
    assert made.content == ask(site, people.lead, "weekly_report.file", contract=contract, on=monday).value.content


def test_an_incident_of_the_next_week_is_not_there_and_one_left_open_comes_again(
    settled_site: Installation, settled_people: People
) -> None:
    site, people, contract = settled_site, settled_people, settled_people.cast.first.contract
    on = date_of(first_incident(site, contract).opened_at)
    assert read(site, people.lead, contract, on - WEEK)["incidents"] == []
    after = read(site, people.lead, contract, on + WEEK)["incidents"]
    assert len(after) == 2  # recovered and never closed, beside that week's own
    assert after[0]["state"] == "recovered"


def test_each_may_have_it_whom_the_contract_concerns(settled_site: Installation, settled_people: People) -> None:
    site, people, contract = settled_site, settled_people, settled_people.cast.first.contract
    for caller in (people.clerk, people.auditor, people.officer):
        assert ask(site, caller, "weekly_report.file", contract=contract).value.content
    refusal("object.unknown", site, people.other_lead, "weekly_report.file", contract=contract)


def test_a_week_is_cut_to_the_term_and_not_made_before_it_began(site: Installation, people: People) -> None:
    contract, now = people.cast.first.contract, site.clock.now()
    with site.database.read() as connection:
        found = require_contract(connection, contract)
    assert found.start_on is not None
    assert found.end_on is not None
    first = week_window(found, found.start_on, now)
    assert first.first_on == found.start_on
    assert first.last_on == week_of(found.start_on)[1]
    assert not first.to_date
    this = week_window(found, date_of(now), now)
    assert this.to_date
    assert this.span.end_at == now
    edge = week_window(found, this.first_on - timedelta(days=1), this.span.start_at)
    assert (edge.span.end_at, edge.to_date) == (this.span.start_at, False)  # it ends as this one begins
    later = date_of(now + WEEK)
    assert refusal("weekly.future", site, people.lead, "weekly_report.file", contract=contract, on=later).field == "on"
    before = found.start_on - WEEK
    refusal("weekly.outside_term", site, people.lead, "weekly_report.file", contract=contract, on=before)
    whole = window_of(found, found.end_on - timedelta(days=2), found.end_on + WEEK, day_start(found.end_on) + 2 * WEEK)
    assert whole.last_on == found.end_on


def test_a_line_of_the_calendar_is_filed_once_its_week_is_over(
    settled_site: Installation, settled_people: People
) -> None:
    site, people, contract = settled_site, settled_people, settled_people.cast.first.contract
    known = [one for one in lines(site, people.operator, contract).values() if one.composed == ("weekly",)]
    over = next(one for one in known if one.state == "lacking")
    made = compose(site, people.operator, contract=contract, line=over.line)
    assert (made["composed"], made["number"], made["period_start"]) == ("weekly", 1, over.period_start.isoformat())
    content = ask(site, people.operator, "report.file", id=made["id"]).value
    assert content.name.startswith("云服务运维周报")
    assert "须由人巡检的项目" in text_of(content.content)
    this = next(one for one in known if one.period_start <= date_of(site.clock.now()) <= one.period_end)
    assert compose(site, people.operator, failed=True, contract=contract, line=this.line) == "weekly.not_over"


@pytest.fixture
def broken(site: Installation, people: People) -> tuple[str, str, date]:
    """A server that was ready from a Monday, found broken on Tuesday at 10:00 and mended twelve minutes later."""
    contract = people.cast.first.contract
    _network, server = order_server(site, people, "front")
    monday = week_of(date_of(site.clock.now()) + WEEK)[0]
    at = day_start(monday)
    with site.database.write() as connection:
        mark_ready(connection, server, require_resource(connection, server).generation, at)
        mark_phase(connection, server, "repairing", "", at + timedelta(days=1, hours=10))
        mark_ready(connection, server, 1, at + timedelta(days=1, hours=10, minutes=12))
    site.clock = FixedClock(at + WEEK + timedelta(days=2))
    return contract, server, monday


def test_what_was_found_otherwise_and_mended_is_told(
    site: Installation, people: People, broken: tuple[str, str, date]
) -> None:
    contract, server, monday = broken
    data = read(site, people.lead, contract, monday)
    (repair,) = data["repairs"]
    assert (repair["object"], repair["minutes"], repair["before"]) == (server, "12", False)
    states = {one["kind"]: one["states"] for one in data["resources"]}
    assert states == {"server": {"ready": 1}, "network": {"ordered": 1}}
    assert {one["kind"]: one["names"] for one in data["unseen"]}["server"] == ["front"]
    used = {one["item"]: one for one in data["lines"] if one["item"] in ("compute.vcpu", "crypto.identity")}
    assert used["compute.vcpu"]["at_end"] == "2"
    assert used["crypto.identity"]["at_end"] is None  # nothing records here what is used of it
    text = text_of(ask(site, people.lead, "weekly_report.file", contract=contract, on=monday).value.content)
    assert "已恢复 1 处" in text
    with site.database.write() as connection:
        mark_phase(connection, server, "repairing", "", day_start(monday) + WEEK)
    assert read(site, people.lead, contract, monday)["repairs"] == data["repairs"]  # the next week begins there


def test_what_nobody_saw_is_unknown_and_days_are_closed_one_by_one(
    site: Installation, people: People, broken: tuple[str, str, date]
) -> None:
    contract, server, monday = broken
    at = day_start(monday) + timedelta(hours=1)
    with site.database.write() as connection:
        identifier = require_contract(connection, contract).id
        results = [
            ProbeResult(identifier, server, "guest", at, at + MINUTE, "up"),
            ProbeResult(identifier, server, "guest", at + MINUTE, at + 3 * MINUTE, "down"),
            ProbeResult(identifier, server, "guest", at + 3 * MINUTE, at + 4 * MINUTE, "unknown"),
            ProbeResult(identifier, server, "guest", at + WEEK, at + WEEK + MINUTE, "down"),  # of the next week
        ]
        record_probe_results(connection, results, now=at)
    (row,) = read(site, people.lead, contract, monday)["objects"]
    assert (row["share"], row["down_minutes"], len(row["outages"])) == ("1/3", "2", 1)
    assert Fraction(row["unknown_minutes"]) == 7 * 24 * 60 - 3
    assert row["outages"][0]["end_certain"] is False
    assert parse_instant(row["outages"][0]["start_at"]) == at + MINUTE
    days = read(site, people.lead, contract, monday)["days"]
    assert [one["closed_at"] for one in days] == [None] * 7
    tuesday = monday + timedelta(days=1)
    close_day(site.database, identifier, tuesday, key=open_key(site), now=site.clock.now())  # and what is before it
    days = read(site, people.lead, contract, monday)["days"]
    assert [one["closed_at"] is None for one in days] == [False] * 2 + [True] * 5
