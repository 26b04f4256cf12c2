"""What is watched is agreed by both parties; an observer's own probes stand beside it, unknown where they were not."""

from __future__ import annotations

import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.kits.desk import People, ask, refusal
from tests.kits.session import Session

from yunqi.kernel.clock import SystemClock, render_instant
from yunqi.operations.installation import Installation
from yunqi.store.facts import list_facts
from yunqi.store.parties import require_organisation
from yunqi.store.verdicts import list_verdicts
from yunqi.store.watches import list_watches

MINUTE = timedelta(minutes=1)
ASKED = {"object": "platform", "probe": "tcp", "address": "192.0.2.1:443"}
BAD: list[tuple[dict[str, str], str]] = [
    ({"object": "res-none"}, "watch.object"),
    ({"probe": "telepathy"}, "probe.unknown"),
    ({"address": "example.org:80"}, "probe.address"),
    ({"address": "192.0.2.1:99999"}, "probe.address"),
    ({"probe": "icmp", "address": "192.0.2.1:80"}, "probe.address"),
    ({"probe": "http", "address": "http://localhost/"}, "probe.address"),
    ({"probe": "http", "address": "file:///etc/passwd"}, "probe.address"),
    ({"probe": "sql", "address": "postgresql://a:b@192.0.2.1/app"}, "probe.address"),
    ({"probe": "sql", "address": "postgresql://a@192.0.2.1/app?passfile=/etc/shadow"}, "probe.address"),
    ({"probe": "guest", "address": "qemu+ssh://elsewhere/system#x"}, "probe.address"),
    ({"probe": "dns", "address": "192.0.2.53"}, "probe.address"),
    ({"network": "none"}, "resource.unknown"),
]


def begin(site: Installation, people: People, **changes: str) -> Any:
    fields = {"contract": people.cast.first.contract, **ASKED, **changes}
    return ask(site, people.operator, "watch.begin", **fields, _second=people.approver).value


@pytest.mark.parametrize(("changes", "code"), BAD)
def test_what_cannot_be_watched_is_refused_by_name(
    site: Installation, people: People, changes: dict[str, str], code: str
) -> None:
    fields = {"contract": people.cast.first.contract, **ASKED, **changes}
    problem = refusal(code, site, people.operator, "watch.begin", **fields, _second=people.approver)
    assert problem.field in {*changes, "object", "resource"}
    assert problem.way_out
    with site.database.read() as connection:
        assert list_watches(connection) == ()


def test_both_parties_begin_and_end_it_and_the_ledger_says_so(site: Installation, people: People) -> None:
    proposed = ask(site, people.operator, "watch.begin", contract=people.cast.first.contract, **ASKED)
    assert proposed.status == 202  # one party alone has only asked
    made = begin(site, people)
    twice = {"contract": people.cast.first.contract, **ASKED}
    refusal("watch.twice", site, people.operator, "watch.begin", **twice, _second=people.approver)
    second = begin(site, people, address="192.0.2.1:80")
    listed = ask(site, people.auditor, "watch.list", contract=people.cast.first.contract).value.items
    assert {one.id for one in listed} == {made.id, second.id}
    refusal("access.second", site, people.operator, "watch.end", id=made.id, _second=people.other_approver)
    ask(site, people.clerk, "watch.end", id=made.id, _second=people.lead)
    refusal("watch.unknown", site, people.clerk, "watch.end", id=made.id, _second=people.lead)
    listed = ask(site, people.clerk, "watch.list", contract=people.cast.first.contract).value.items
    assert [one.id for one in listed] == [second.id]
    with site.database.read() as connection:
        kinds = [one.kind for one in list_facts(connection, people.cast.first.contract_id) if "watch" in one.kind]
    assert kinds == ["watch.begun", "watch.begun", "watch.ended"]


def test_another_provider_and_another_agency_meet_none_of_it(site: Installation, people: People) -> None:
    made = begin(site, people)
    assert ask(site, people.other_operator, "watch.list").value.items == ()
    refusal("object.unknown", site, people.other_operator, "watch.end", id=made.id, _second=people.other_approver)


def observation(at: Any, verdict: str, **changes: Any) -> dict[str, Any]:
    span = {"start_at": render_instant(at), "end_at": render_instant(at + MINUTE)}
    return {"object": "platform", "probe": "tcp", **span, "verdict": verdict, **changes}


def test_what_an_observer_saw_stands_apart_under_its_name(site: Installation, people: People) -> None:
    contract, at = people.cast.first.contract, site.clock.now() - timedelta(hours=2)
    seen = [observation(at, "up"), observation(at + MINUTE, "down"), observation(at + 5 * MINUTE, "up")]
    first = ask(site, people.auditor, "observation.record", contract=contract, observations=seen).value
    again = ask(site, people.auditor, "observation.record", contract=contract, observations=seen).value
    assert (first.written, first.known, again.written, again.known) == (3, 0, 0, 3)
    with site.database.read() as connection:
        (stream,) = list_verdicts(
            connection, people.cast.first.contract_id, start_at=at - MINUTE, end_at=site.clock.now()
        )
    assert stream.origin == f"observer:{people.auditor.organisation_id}"
    assert [(one.verdict, one.start_at - at) for one in stream.spans] == [
        ("up", timedelta()),
        ("down", MINUTE),
        ("up", 5 * MINUTE),  # between them nothing is known
    ]
    found = ask(
        site,
        people.clerk,
        "verdict.list",
        contract=contract,
        from_at=render_instant(at),
        until_at=render_instant(at + 6 * MINUTE),
    ).value
    (platform,) = found.items
    with site.database.read() as connection:
        name = require_organisation(connection, str(people.auditor.organisation_id)).name
    assert platform.streams == (f"tcp（{name} 自行探测）",)
    assert (platform.up_s, platform.down_s, platform.unknown_s) == (120, 60, 180)


def test_an_observer_changes_nothing_it_said_and_says_nothing_of_the_future(site: Installation, people: People) -> None:
    contract, at = people.cast.first.contract, site.clock.now() - timedelta(hours=2)
    ask(site, people.auditor, "observation.record", contract=contract, observations=[observation(at, "up")])
    other = [observation(at + MINUTE, "up"), observation(at, "down")]
    refusal("observation.conflict", site, people.auditor, "observation.record", contract=contract, observations=other)
    ahead = [observation(site.clock.now(), "up")]
    refusal("observation.span", site, people.auditor, "observation.record", contract=contract, observations=ahead)
    stranger = [observation(at, "up", object="res-none")]
    refusal("watch.object", site, people.auditor, "observation.record", contract=contract, observations=stranger)
    with site.database.read() as connection:
        (stream,) = list_verdicts(connection, people.cast.first.contract_id, start_at=at, end_at=site.clock.now())
    assert [(one.verdict, one.end_at - one.start_at) for one in stream.spans] == [("up", MINUTE)]


def test_the_command_probes_by_itself_and_hands_in(signed: Session, tmp_path: Path) -> None:
    signed.clock = SystemClock()  # type: ignore[assignment]  # a probe of one's own runs by the wall
    with socket.create_server(("127.0.0.1", 0), backlog=16) as server:
        port = server.getsockname()[1]
        with socket.create_server(("127.0.0.1", 0)) as free:
            closed = free.getsockname()[1]
        targets = tmp_path / "targets.csv"
        targets.write_text(
            f"object,probe,address\nplatform,tcp,127.0.0.1:{port}\nplatform,http,http://127.0.0.1:{closed}/\n"
        )
        given = (signed.number, targets, "--as", signed.side.clerk, "--interval", "1")
        said = signed.run("probe", "run", *given, "--rounds", "2")
    assert said.count("交入 2 条，已有 0 条，过迟 0 条") == 2
    with signed.installation() as opened, opened.database.read() as connection:
        now = opened.clock.now()
        streams = list_verdicts(connection, signed.side.contract_id, start_at=now - 10 * MINUTE, end_at=now)
    assert {(one.probe, tuple(span.verdict for span in one.spans)) for one in streams} == {
        ("tcp", ("up",)),
        ("http", ("down",)),
    }
    targets.write_text("object,address\nplatform,x\n")
    assert "object、probe、address" in signed.refused("targets.columns", "probe", "run", *given)
    targets.write_text("object,probe,address\nplatform,,x\n")
    assert "第 2 行缺少「probe」" in signed.refused("targets.row", "probe", "run", *given)
    assert "http" in signed.run("probe", "kinds")
