"""Outages seen by probes become incidents and end with them; what is told twice is done once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.kits.session import Session

from yunqi.kernel.clock import render_instant, render_local
from yunqi.operations.delivery import make_reconciler
from yunqi.operations.watch import close_past_days, record_usage, seal_all, watch_outages
from yunqi.store.cases import list_case_events, list_cases
from yunqi.store.facts import list_facts
from yunqi.store.verdicts import ProbeResult, record_probe_results

MINUTE = timedelta(minutes=1)
SERVER = {"vcpus": 1, "memory_gb": 1, "system_disk_gb": 2, "network": "main"}


class Watched:
    """A server that is ready, and what probes say of it minute by minute."""

    def __init__(self, session: Session) -> None:
        self.session = session
        side = session.side
        given = ("--contract", side.contract, "--as", side.clerk, "--work-order", side.work_order)
        session.run("order", "network", "main", *given)
        pairs = [word for key, value in SERVER.items() for word in ("--set", f"{key}={value}")]
        said = session.run("order", "server", "web", *given, *pairs)
        self.id = said.partition("（")[2].partition("）")[0]
        with session.installation() as opened:
            worker = make_reconciler(opened)
            worker.run_until_settled(20)
            worker.release()

    def say(self, verdicts: str, origin: str = "measured", name: str | None = None) -> datetime:
        """A letter a minute: u up, d down, ? unknown; the clock goes on. Returns when the first minute began."""
        words = {"u": "up", "d": "down", "?": "unknown"}
        began = self.session.clock.at
        rows = [
            ProbeResult(
                self.session.side.contract_id,
                name or self.id,
                "icmp",
                began + MINUTE * number,
                began + MINUTE * (number + 1),
                words[letter],
                origin=origin,
            )
            for number, letter in enumerate(verdicts)
        ]
        self.session.clock.advance(MINUTE * len(verdicts))
        with self.session.installation() as opened, opened.database.write() as connection:
            record_probe_results(connection, rows, now=self.session.clock.at)
        return began

    def watch(self) -> tuple[str, ...]:
        with self.session.installation() as opened:
            return watch_outages(opened)

    def incidents(self) -> list[tuple[str, datetime, dict[str, datetime]]]:
        with self.session.installation() as opened, opened.database.read() as connection:
            return [
                (
                    case.state,
                    case.opened_at,
                    {event.event: event.at for event in list_case_events(connection, case.id)},
                )
                for case in list_cases(connection, self.session.side.contract_id, kind="incident")
            ]


@pytest.fixture
def web(signed: Session) -> Watched:
    return Watched(signed)


def test_an_outage_is_opened_and_ended_once(web: Watched) -> None:
    web.say("uuuuu")
    assert web.watch() == ()
    down_at = web.say("ddd")
    said = web.watch()
    assert len(said) == 1
    assert said[0].startswith(f"发现中断：web，自 {render_local(down_at)} 起")
    assert web.watch() == ()
    assert [(state, at) for state, at, _events in web.incidents()] == [("open", down_at)]
    web.say("dd")
    assert web.watch() == ()
    up_at = web.say("uu")
    assert web.watch() == (f"中断结束：web，{render_local(up_at)}",)
    assert web.watch() == ()
    state, at, events = web.incidents()[0]
    assert (state, at, events["recovered"]) == ("recovered", down_at, up_at)
    with web.session.installation() as opened, opened.database.read() as connection:
        contract = web.session.side.contract_id
        facts = {kind: list_facts(connection, contract, kind=kind) for kind in ("outage.started", "outage.ended")}
    assert [fact.payload["end_at"] for fact in facts["outage.ended"]] == [render_instant(up_at)]
    assert len(facts["outage.started"]) == 1


def test_each_outage_is_an_incident_of_its_own(web: Watched) -> None:
    web.say("uuddu")
    assert len(web.watch()) == 2  # found when it was over already
    again = web.say("dd")
    assert len(web.watch()) == 1
    assert [(state, at) for state, at, _events in web.incidents()][-1] == ("open", again)
    assert len(web.incidents()) == 2


@pytest.mark.parametrize("verdicts", ["ddddd", "?????", "???dd", "uuuuu", "uu???"])
def test_what_never_answered_or_is_not_known_opens_nothing(web: Watched, verdicts: str) -> None:
    web.say(verdicts)
    assert web.watch() == ()
    assert web.incidents() == []


def test_an_outage_goes_on_over_a_time_without_evidence(web: Watched) -> None:
    began = web.say("uudd???ddu")
    assert len(web.watch()) == 2
    ((state, opened_at, _events),) = web.incidents()
    assert (state, opened_at) == ("recovered", began + 2 * MINUTE)
    assert web.watch() == ()


def test_an_outage_whose_end_nobody_saw_ends_when_it_is_next_seen_up(web: Watched) -> None:
    web.say("uudd")
    web.watch()
    began = web.say("???u")
    assert len(web.watch()) == 1
    ((state, _opened_at, events),) = web.incidents()
    assert (state, events["recovered"]) == ("recovered", began + 3 * MINUTE)


def test_an_outage_of_more_than_a_day_still_ends(web: Watched) -> None:
    web.say("uud")
    web.watch()
    for _hour in range(26):
        web.say("d" * 60)
        assert web.watch() == ()
    web.say("u")
    assert len(web.watch()) == 1
    assert [state for state, _opened_at, _events in web.incidents()] == ["recovered"]


def test_two_outages_seen_at_once_are_two_incidents(web: Watched) -> None:
    web.say("uud")
    web.watch()
    web.say("udduu")
    web.watch()
    assert web.watch() == ()
    assert [state for state, _opened_at, _events in web.incidents()] == ["recovered", "recovered"]


def test_what_is_being_ended_may_go_quiet(web: Watched) -> None:
    web.say("uuu")
    web.session.run("resource", "delete", "web", "--as", web.session.side.clerk)
    web.say("ddd")
    assert web.watch() == ()


def test_only_what_we_measured_and_own_opens_incidents(web: Watched) -> None:
    web.say("uuddd", origin="import:监控甲")
    web.say("uuddd", name="srv-gone")
    web.say("uuddd", name="platform")
    assert web.watch() == ()
    assert web.incidents() == []


def test_days_are_closed_once_and_facts_sealed(web: Watched) -> None:
    session = web.session
    with session.installation() as opened:
        assert seal_all(opened) > 0
        assert seal_all(opened) == 0
        session.clock.advance(timedelta(days=1))
        said = close_past_days(opened)
        assert len(said) == 2  # one line a signed contract
        assert all("已关账" in line for line in said)
        assert close_past_days(opened) == ()


def test_usage_is_sampled_once_an_instant(web: Watched) -> None:
    with web.session.installation() as opened:
        first = record_usage(opened)
        assert first > 0
        assert record_usage(opened) in {0, first}
        web.session.clock.advance(MINUTE)
        assert record_usage(opened) == first
