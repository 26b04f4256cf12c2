from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from yunqi.cases.incident import Downtime, IncidentFacts, compute_clocks

T = datetime(2026, 2, 3, 1, 0, tzinfo=UTC)
NOW = T + timedelta(days=1)
FLAGS = {"important": False, "internet_facing": False}


def at(minutes: float) -> datetime:
    return T + timedelta(minutes=minutes)


def level(metric, threshold, unit="minute", start="notice", condition=None):
    return {
        "metric": metric,
        "operator": "<=",
        "threshold": threshold,
        "unit": unit,
        "condition": condition,
        "clock_start": start,
        "source": {"article": f"{metric} {condition or ''}"},
    }


RESPONSE = level("response", "15")


def incident(**minutes):
    return IncidentFacts("inc-1", "1", "x", T, {name: at(value) for name, value in minutes.items()}, system="sys-1")


def clock(case, *levels, flags=FLAGS, outage=None, now=NOW, agreed=None):
    return compute_clocks(case, levels, flags, outage, now, agreed)[0]


@pytest.mark.parametrize(
    ("responded", "state", "minutes"),
    [
        (10 + 15, "met", Fraction(15)),
        (10 + 15 + 1 / 60, "breached", Fraction(901, 60)),
        (10 + 14.5, "met", Fraction(29, 2)),
        (5, "met", Fraction(0)),
    ],
)
def test_response_starts_at_the_report(responded, state, minutes):
    found = clock(incident(reported=10, responded=responded), RESPONSE)
    assert (found.state, found.minutes, found.start_event) == (state, minutes, "reported")


def test_without_a_report_the_clock_does_not_start():
    found = clock(incident(responded=200), RESPONSE)
    assert (found.state, found.why, found.minutes) == ("not_started", "reported", None)


@pytest.mark.parametrize(("now", "state"), [(20, "running"), (25, "running"), (25.1, "breached")])
def test_a_running_clock_is_breached_once_its_limit_has_passed(now, state):
    assert clock(incident(reported=10), RESPONSE, now=at(now)).state == state


@pytest.mark.parametrize(("located", "state"), [(12 + 30, "met"), (12 + 30.5, "breached")])
def test_location_starts_at_the_response(located, state):
    found = clock(incident(reported=1, responded=12, located=located), level("location", "30", start="response"))
    assert (found.state, found.started_at) == (state, at(12))


@pytest.mark.parametrize(("arrived", "state"), [(10 + 120, "met"), (10 + 120 + 1 / 60, "breached")])
def test_arrival_within_two_hours_includes_the_hundred_and_twentieth_minute(arrived, state):
    assert clock(incident(reported=10, arrived=arrived), level("arrival", "2", "hour")).state == state


def test_nobody_need_arrive_at_a_fault_that_is_over():
    found = clock(incident(reported=10, recovered=50), level("arrival", "2", "hour"))
    assert (found.state, found.stopped_at) == ("met", at(50))


def test_the_measured_outage_stands_before_what_was_entered():
    recovery = level("recovery", "60", start="occurrence")
    outage = Downtime(at(-5), at(70))
    assert clock(incident(reported=10, recovered=20), recovery, outage=outage).minutes == 75
    lasting = clock(incident(reported=10), recovery, outage=Downtime(at(-5), None), now=at(30))
    assert (lasting.state, lasting.minutes) == ("running", 35)


LOCATION = (level("location", "30"), level("location", "10", condition="important_system"))


@pytest.mark.parametrize(
    ("important", "limits", "states"),
    [(True, [10], ["breached"]), (False, [30], ["met"]), (None, [30, 10], ["met", "open"])],
)
def test_an_important_system_has_the_shorter_limit(important, limits, states):
    flags = {"important": important, "internet_facing": None}
    found = compute_clocks(incident(reported=0, located=20), LOCATION, flags, None, NOW)
    assert [one.limit_minutes for one in found] == limits
    assert [one.state for one in found] == states


def test_a_clause_without_a_start_is_open_with_every_start_it_might_mean():
    found = clock(
        incident(reported=10, responded=20), level("response", "15", start=None), outage=Downtime(at(0), at(90))
    )
    assert (found.state, found.why, found.minutes) == ("open", "clock_start.response", None)
    assert [(one.start, one.minutes, one.state) for one in found.alternatives] == [
        ("occurrence", 20, "breached"),
        ("notice", 10, "met"),
    ]


def test_a_reading_closes_it():
    found = clock(
        incident(reported=10, responded=20), level("response", "15", start=None), agreed={"response": "notice"}
    )
    assert (found.state, found.minutes) == ("met", 10)


@pytest.mark.parametrize(("recovered", "state"), [(30, "met"), (30 + 1 / 60, "breached")])
def test_a_fault_is_handled_when_it_is_recovered(recovered, state):
    handling = level("handling", "30", start="occurrence")
    assert clock(incident(responded=1, located=2, recovered=recovered), handling).state == state
