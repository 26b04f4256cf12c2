"""A wrongful cut-off is time without service, whether or not a probe saw it; what both saw is counted once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.kits.desk import People, ask

from yunqi.kernel.period import Month, Span, date_of
from yunqi.metering import compute_availability, compute_spans
from yunqi.operations.availability import read_seen
from yunqi.operations.installation import Installation
from yunqi.operations.months import read_inputs
from yunqi.store.parties import list_systems
from yunqi.store.verdicts import ProbeResult, record_probe_results

MINUTE = timedelta(minutes=1)


class Watched:
    """Two systems that a probe saw up for six hours, and what is cut off meanwhile."""

    def __init__(self, site: Installation, people: People) -> None:
        self.site, self.people = site, people
        self.start = site.clock.now() - timedelta(hours=6)
        self.contract = people.cast.first.contract_id
        with site.database.read() as connection:
            first, second = list_systems(connection, people.clerk.organisation_id, at=site.clock.now())[:2]
        self.cut, self.other = first, second
        self.see(f"system:{first.id}", "up", 0, 360)
        self.see(f"system:{second.id}", "up", 0, 360)

    def at(self, minutes: int) -> datetime:
        return self.start + minutes * MINUTE

    def see(self, name: str, verdict: str, start: int, end: int, probe: str = "http") -> None:
        result = ProbeResult(self.contract, name, probe, self.at(start), self.at(end), verdict)
        with self.site.database.write() as connection:
            record_probe_results(connection, [result], now=self.site.clock.now())

    def cut_off(self, start: int, end: int, *, system: str | None, finding: str = "wrongful", by: Iterable[Any]) -> Any:
        fields = {"contract": self.people.cast.first.contract, "kind": "cut_off", "title": "误断", "who": "某处"}
        given = {"system": system} if system else {}
        made = ask(self.site, self.people.clerk, "register.record", at=self.at(start), **fields, **given).value
        for event, minute in (("carry_out", start), ("restore", end)):
            done = ask(
                self.site, self.people.lead, "register.advance", id=made.id, event=event, at=self.at(minute)
            ).value
        for person in by:
            done = ask(self.site, person, "register.advance", id=made.id, event="confirm", finding=finding).value
        return done

    def down(self, watched: Any) -> int:
        """Minutes down of a system or another object, as a statement has them, and the same as every page has them."""
        now, name = self.site.clock.now(), watched if isinstance(watched, str) else f"system:{watched.id}"
        on = date_of(now)
        inputs = read_inputs(self.site, self.contract, Month(on.year, on.month), now)
        (one,) = [each for each in inputs.objects if each.object == name]
        window = Span(self.at(0), self.at(360))
        found = compute_availability(compute_spans(one.observations, window)).down
        with self.site.database.read() as connection:
            (seen,) = read_seen(connection, self.contract, window, object_=name)
        assert seen.availability.down == found
        return found // MINUTE


@pytest.fixture
def watched(site: Installation, people: People) -> Watched:
    return Watched(site, people)


def test_what_no_probe_saw_is_down_from_the_cut_until_it_was_restored(watched: Watched) -> None:
    both = (watched.people.lead, watched.people.clerk)
    done = watched.cut_off(60, 150, system=watched.cut.name, by=both)
    assert (watched.down(watched.cut), watched.down(watched.other)) == (90, 0)
    incident = ask(watched.site, watched.people.clerk, "incident.read", id=done.incident_id).value
    assert (incident.outage.start_at, incident.outage.end_at) == (watched.at(60), watched.at(150))
    on = date_of(watched.site.clock.now())
    inputs = read_inputs(watched.site, watched.contract, Month(on.year, on.month), watched.site.clock.now())
    (seen,) = [one for one in inputs.objects if one.object == f"system:{watched.cut.id}"]
    assert len(seen.facts) == 1 + 4  # the probe's stream; opened, cut, restored, confirmed by the second


def test_what_a_probe_saw_too_is_counted_once(watched: Watched) -> None:
    watched.see(f"system:{watched.cut.id}", "down", 120, 180, probe="tcp")
    watched.cut_off(60, 150, system=watched.cut.name, by=(watched.people.clerk, watched.people.lead))
    assert watched.down(watched.cut) == 120


def test_of_all_systems_it_is_an_outage_of_each(watched: Watched) -> None:
    watched.cut_off(60, 150, system=None, by=(watched.people.clerk, watched.people.lead))
    assert (watched.down(watched.cut), watched.down(watched.other)) == (90, 90)


@pytest.mark.parametrize(
    ("first", "last", "down"), [(0, 59, 0), (0, 60, 90), (0, 61, 90), (100, 360, 50), (149, 360, 1), (150, 360, 0)]
)
def test_of_what_was_gone_before_or_not_there_yet_it_says_nothing(
    watched: Watched, first: int, last: int, down: int
) -> None:
    watched.see("platform", "up", first, last)
    watched.cut_off(60, 150, system=None, by=(watched.people.clerk, watched.people.lead))
    assert watched.down("platform") == down


@pytest.mark.parametrize(("finding", "parties"), [("justified", 2), ("wrongful", 1)])
def test_one_that_was_right_or_is_not_agreed_yet_is_none(watched: Watched, finding: str, parties: int) -> None:
    both = (watched.people.lead, watched.people.clerk)
    watched.cut_off(60, 150, system=watched.cut.name, finding=finding, by=both[:parties])
    assert watched.down(watched.cut) == 0
