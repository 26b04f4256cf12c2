"""Webhooks: told in the transaction of what happened, signed, tried again, dead in the end; nothing leads inside."""

from __future__ import annotations

import hmac
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.kits.desk import People, act_as, ask, refusal
from tests.kits.receiver import Receiver, receiver
from tests.kits.session import SAMPLE, Session

from yunqi.kernel.rights import Caller
from yunqi.operations.actions.worker import work_one
from yunqi.operations.cases import add_event, open_incident
from yunqi.operations.installation import Installation
from yunqi.operations.months import close_month
from yunqi.operations.webhooks import TRIES, deliver_due
from yunqi.store.facts import NewFact, record_fact
from yunqi.store.leases import take_lease
from yunqi.store.tables import audit, idempotency, webhook, webhook_delivery

__all__ = ["receiver"]


@pytest.fixture
def told(site: Installation, receiver: Receiver) -> Installation:
    """The sample, where this machine may be sent to."""
    del receiver
    site.settings = replace(site.settings, webhook_hosts="127.0.0.1, hooks.example.org")
    return site


def boss(caller: Caller) -> Caller:
    return act_as(caller, "administrator")


def add(site: Installation, caller: Caller, receiver: Receiver, *events: str, **more: Any) -> Any:
    fields = {"url": receiver.url, "events": events or ("incident.opened",), **more}
    return ask(site, boss(caller), "webhook.add", **fields).value


def incident(site: Installation, people: People) -> str:
    side = people.cast.first
    return open_incident(
        site,
        side.contract,
        "打不开",
        occurred_at=None,
        system=side.systems[0],
        subject="platform",
        kind="fault",
        type_="interruption",
    ).id


def rows(site: Installation) -> list[Any]:
    with site.database.read() as connection:
        return list(connection.execute(select(webhook_delivery).order_by(webhook_delivery.c.id)))


def test_both_parties_and_overseers_are_told_and_nobody_else(
    told: Installation, people: People, receiver: Receiver
) -> None:
    mine = {
        name: add(told, getattr(people, name), receiver, "incident.opened", "incident.ended").id
        for name in ("clerk", "operator", "officer", "auditor", "other_clerk", "other_operator")
    }
    case_id = incident(told, people)
    add_event(told, case_id, "recovered", person_id=people.operator.person_id)
    expected = {
        (mine[name], event)
        for name in ("clerk", "operator", "officer", "auditor")
        for event in ("incident.opened", "incident.ended")
    }
    assert {(one.webhook_id, one.event) for one in rows(told)} == expected
    assert {one.payload["data"]["id"] for one in rows(told)} == {case_id}
    # Names, reasons, figures: all of that is asked for over the API, with one's own rights.
    assert set(rows(told)[0].payload["data"]) <= {"contract_id", "contract_number", "id", "number"}


def test_what_is_sent_is_signed(told: Installation, people: People, receiver: Receiver) -> None:
    for algorithm in ("sha256", "sm3"):
        made = add(told, people.clerk, receiver, algorithm=algorithm)
        case_id = incident(told, people)
        deliver_due(told)
        path, headers, body = receiver.got[-1]
        assert path == "/hook?key=abc"
        stamp = headers["Yunqi-Timestamp"]
        digest = hmac.new(made.secret.encode(), f"{stamp}.".encode() + body, algorithm).hexdigest()
        assert headers["Yunqi-Signature"] == f"{algorithm}={digest}"
        said = json.loads(body)
        assert (said["event"], said["data"]["id"], said["delivery"]) == (
            "incident.opened",
            case_id,
            headers["Yunqi-Delivery"],
        )
        ask(told, boss(people.clerk), "webhook.remove", id=made.id)
    assert {one.state for one in rows(told)} == {"done"}


def test_every_kind_of_event(told: Installation, people: People, receiver: Receiver) -> None:
    events = ("statement.made", "proposal.waiting", "run.ended", "certificate.issued")
    unit, seller = add(told, people.clerk, receiver, *events).id, add(told, people.operator, receiver, *events).id
    ask(
        told,
        people.approver,
        "reading.record",
        contract=people.cast.first.contract,
        code="availability.window",
        value="month",
        agreement="纪要-1",
    )
    kept = ask(told, people.clerk, "file.upload", name=SAMPLE.name, content=SAMPLE.read_bytes()).value
    ask(told, people.clerk, "contract.import", file=kept.id)
    assert work_one(told, "worker-1")
    close_month(told, people.cast.first.contract, "2026-08")
    new = NewFact(people.cast.first.contract_id, "resource.erased", "srv-1", told.clock.now(), {"volume": "vol-1"})
    with told.database.write() as connection:
        record_fact(connection, new, now=told.clock.now())
    heard = {(one.webhook_id, one.event) for one in rows(told)}
    assert heard == {
        (seller, "proposal.waiting"),  # the other party's word is waited for
        (unit, "run.ended"),  # its people began it
        *((who, event) for who in (unit, seller) for event in ("statement.made", "certificate.issued")),
    }


def test_what_is_undone_is_not_told(told: Installation, people: People, receiver: Receiver) -> None:
    add(told, people.clerk, receiver)

    def undo() -> None:
        with told.database.unit():
            incident(told, people)
            assert len(rows_within(told)) == 1
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        undo()
    assert rows(told) == []


def rows_within(site: Installation) -> list[Any]:
    """The rows as the transaction under way sees them."""
    with site.database.write() as connection:
        return list(connection.execute(select(webhook_delivery)))


def test_it_is_tried_again_with_growing_pauses_and_dies(
    told: Installation, people: People, receiver: Receiver, signed: Session
) -> None:
    made = add(told, people.clerk, receiver)
    incident(told, people)
    receiver.status = 500
    for tried in range(1, TRIES + 1):
        deliver_due(told)
        one = rows(told)[0]
        assert (one.attempts, one.status, one.error) == (tried, 500, "refused")
        if tried < TRIES:
            pause = one.next_at - told.clock.now()
            assert pause == timedelta(seconds=30) * 4 ** (tried - 1)
            deliver_due(told)
            assert rows(told)[0].attempts == tried, "before its time"
            signed.clock.advance(pause)
    assert rows(told)[0].state == "dead"
    shown = ask(told, boss(people.clerk), "webhook.list").value.items[0]
    assert (shown.id, shown.dead, shown.waiting, shown.delivered_at) == (made.id, 1, 0, None)
    dead = ask(told, boss(people.clerk), "webhook.deliveries", id=made.id, state="dead").value.items
    assert [(one.event, one.error) for one in dead] == [("incident.opened", "refused")]
    receiver.status = 200
    assert ask(told, boss(people.clerk), "webhook.retry", id=made.id).value.count == 1
    deliver_due(told)
    assert rows(told)[0].state == "done"
    assert len(receiver.got) == TRIES + 1


@pytest.mark.parametrize("status", [301, 302, 307])
def test_no_redirect_is_followed(told: Installation, people: People, receiver: Receiver, status: int) -> None:
    add(told, people.clerk, receiver)
    incident(told, people)
    receiver.status = status
    deliver_due(told)
    assert [path for path, _headers, _body in receiver.got] == ["/hook?key=abc"]
    assert (rows(told)[0].state, rows(told)[0].error) == ("waiting", "redirect")


def test_one_that_is_away_holds_up_nobody_else(told: Installation, people: People, receiver: Receiver) -> None:
    away = ask(told, boss(people.operator), "webhook.add", url="http://127.0.0.1:1/", events=["incident.opened"]).value
    add(told, people.clerk, receiver)
    incident(told, people)
    incident(told, people)
    deliver_due(told)
    assert len(receiver.got) == 2
    waiting = [one for one in rows(told) if one.webhook_id == away.id]
    assert sorted((one.attempts, one.error) for one in waiting) == [(0, None), (1, "unreachable")]


def test_a_name_is_resolved_once_and_only_outward(told: Installation, people: People, receiver: Receiver) -> None:
    made = ask(
        told,
        boss(people.clerk),
        "webhook.add",
        url=f"http://hooks.example.org:{receiver.port}/",
        events=["incident.opened"],
    ).value
    incident(told, people)
    asked: list[str] = []

    def inward(host: str, _port: int) -> tuple[str, ...]:
        asked.append(host)
        return ("127.0.0.1",)

    told.settings = replace(told.settings, webhook_hosts="")
    deliver_due(told, resolve=inward)  # no longer trusted: http is refused before a name is looked up
    assert (rows(told)[0].error, asked, receiver.got) == ("address.scheme", [], [])
    with told.database.write() as connection:
        connection.execute(webhook.update().where(webhook.c.id == made.id).values(url="https://hooks.example.org/"))
        connection.execute(webhook_delivery.update().values(next_at=told.clock.now()))
    deliver_due(told, resolve=inward)
    assert (rows(told)[0].error, asked, receiver.got) == ("address.host", ["hooks.example.org"], [])
    told.settings = replace(told.settings, webhook_hosts="hooks.example.org")
    with told.database.write() as connection:
        url = f"http://hooks.example.org:{receiver.port}/"
        connection.execute(webhook.update().where(webhook.c.id == made.id).values(url=url))
        connection.execute(webhook_delivery.update().values(next_at=told.clock.now()))
    deliver_due(told, resolve=inward)
    assert asked == ["hooks.example.org"] * 2
    assert receiver.got[0][1]["Host"] == f"hooks.example.org:{receiver.port}"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.org/", "address.scheme"),
        ("https://169.254.169.254/latest/meta-data", "address.host"),
        ("https://[::ffff:127.0.0.1]/", "address.host"),
        ("https://0x7f.1/", "address.host"),
        ("https://localhost/", "address.host"),
        ("https://a@example.org/", "address.unreadable"),
    ],
)
def test_hostile_addresses_are_refused_at_once(site: Installation, people: People, url: str, code: str) -> None:
    refusal(code, site, boss(people.clerk), "webhook.add", url=url, events=["run.ended"])
    with site.database.read() as connection:
        assert connection.execute(select(webhook)).first() is None


def test_each_has_its_own_and_no_secret_stays_behind(told: Installation, people: People, receiver: Receiver) -> None:
    for caller in (people.clerk, people.approver, people.officer):
        refusal("access.role", told, caller, "webhook.list")
        refusal("access.role", told, caller, "webhook.add", url=receiver.url, events=["run.ended"])
    made = add(told, people.clerk, receiver)
    fields = {"url": receiver.url, "events": ["run.ended"], "_key": "hook-00001"}
    other = ask(told, boss(people.clerk), "webhook.add", **fields).value
    refusal("idempotency.once", told, boss(people.clerk), "webhook.add", **fields)
    with told.database.read() as connection:
        kept = [str(row) for table in (audit, idempotency, webhook) for row in connection.execute(select(table))]
    for secret in (made.secret, other.secret):
        assert not [row for row in kept if secret in row]
    assert not [row for row in kept if "key=abc" in row and "webhook.add" in row]
    assert len(ask(told, boss(people.clerk), "webhook.list").value.items) == 2
    assert len(ask(told, act_as(people.clerk, "system_admin"), "webhook.list").value.items) == 2
    for caller in (people.operator, people.other_clerk, people.officer):
        assert ask(told, boss(caller), "webhook.list").value.items == ()
        for action in ("webhook.remove", "webhook.deliveries", "webhook.ping", "webhook.retry"):
            refusal("object.unknown", told, boss(caller), action, id=made.id)


def test_a_ping_arrives_and_a_removed_one_is_told_no_more(
    told: Installation, people: People, receiver: Receiver
) -> None:
    made = add(told, people.clerk, receiver)
    ask(told, boss(people.clerk), "webhook.ping", id=made.id)
    deliver_due(told)
    assert json.loads(receiver.got[0][2])["event"] == "webhook.ping"
    incident(told, people)
    ask(told, boss(people.clerk), "webhook.remove", id=made.id)
    incident(told, people)
    deliver_due(told)
    assert len(receiver.got) == 1
    assert [one.state for one in rows(told)] == ["done", "dropped"]
    refusal("object.unknown", told, boss(people.clerk), "webhook.ping", id=made.id)


def test_whoever_lost_the_turn_notes_nothing(told: Installation, people: People, receiver: Receiver) -> None:
    add(told, people.clerk, receiver)
    incident(told, people)
    now = told.clock.now()
    with told.database.write() as connection:
        mine = take_lease(connection, "task:webhooks", "one", now, 30)
        later = now + timedelta(seconds=31)
        assert take_lease(connection, "task:webhooks", "two", later, 30) is not None
    assert mine is not None
    with pytest.raises(Exception, match="lease"):
        deliver_due(told, mine)
    assert rows(told)[0].attempts == 0  # whoever has the turn sends it again: at least once


def test_ten_are_enough(told: Installation, people: People, receiver: Receiver) -> None:
    for _number in range(10):
        add(told, people.clerk, receiver)
    refusal("webhook.many", told, boss(people.clerk), "webhook.add", url=receiver.url, events=["run.ended"])
