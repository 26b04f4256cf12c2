"""Actions: rights, one deed for one key, two persons, one transaction, a record of everything."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from tests.kits.desk import People, ask
from tests.kits.session import SAMPLE, Session

from yunqi.kernel.errors import Problem
from yunqi.operations.actions import at_machine, load_actions
from yunqi.operations.actions.worker import work_one
from yunqi.operations.installation import Installation
from yunqi.store.desk_runs import require_run
from yunqi.store.tables import audit, draw, idempotency, proposal, reading, resource
from yunqi.wire.base import Proposal, Run

SPEC = {"cidr": "10.64.1.0/24"}


@pytest.fixture
def site(signed: Session) -> Iterator[Installation]:
    with signed.installation() as opened:
        yield opened


@pytest.fixture
def people(site: Installation, signed: Session) -> People:
    return People(site, signed)


def rows(site: Installation, table: Any) -> list[Any]:
    with site.database.read() as connection:
        return list(connection.execute(select(table)))


def order(site: Installation, people: People, name: str = "lan", **more: Any) -> Any:
    side = people.cast.first
    fields = {"kind": "network", "name": name, "contract": side.contract, "work_order": side.work_order, "spec": SPEC}
    fields["spec"] = more.pop("spec", SPEC)
    who = more.pop("_as", people.clerk)
    return ask(site, who, "resource.order", **fields, **more)


def refusal(code: str, work: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        work()
    assert caught.value.code == code
    return caught.value


def test_every_action_has_a_right_and_a_summary() -> None:
    for name, found in load_actions().items():
        assert found.right.action == name
        assert found.summary
        assert found.work.__doc__, name


def test_an_order_is_done_and_recorded_in_one_transaction(site: Installation, people: People) -> None:
    made = order(site, people).value
    assert made.phase == "ordered"
    last = rows(site, audit)[-1]
    assert (last.action, last.object, last.person_id, last.outcome) == (
        "resource.order",
        made.id,
        people.clerk.person_id,
        "done",
    )
    assert last.organisation_id == people.clerk.organisation_id


def test_what_is_refused_leaves_a_record_and_nothing_else(site: Installation, people: People) -> None:
    refusal("access.role", lambda: order(site, people, _as=people.approver))
    refusal("object.unknown", lambda: order(site, people, _as=people.other_clerk))
    refusal("spec.invalid", lambda: order(site, people, spec={"cidr": "8.8.8.0/24"}))
    assert not rows(site, resource)
    assert not rows(site, draw)
    assert [one.outcome for one in rows(site, audit)] == ["access.role", "object.unknown", "spec.invalid"]


def test_the_same_key_is_the_same_deed(site: Installation, people: People) -> None:
    first = order(site, people, _key="order-0001")
    again = order(site, people, _key="order-0001")
    assert again.replayed
    assert not first.replayed
    assert again.body == first.body
    assert len(rows(site, resource)) == 1
    refusal("idempotency.reused", lambda: order(site, people, "lan-2", _key="order-0001"))
    # A deed that was refused leaves its key free.
    refusal("name.taken", lambda: order(site, people, _key="order-0002"))
    other = {"cidr": "10.64.2.0/24"}
    assert order(site, people, "lan-2", spec=other, _key="order-0002").value.name == "lan-2"
    assert len(rows(site, idempotency)) == 2


def test_two_with_one_key_at_once_do_one_deed(site: Installation, people: People) -> None:
    outcomes: list[Any] = []
    threads = [
        threading.Thread(target=lambda: outcomes.append(order(site, people, _key="order-0003"))) for _number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows(site, resource)) == 1
    assert sorted(one.replayed for one in outcomes) == [False, True, True, True]


def test_a_write_is_bound_to_what_was_seen(site: Installation, people: People) -> None:
    made = order(site, people).value
    seen = ask(site, people.clerk, "resource.read", id=made.id)
    refusal(
        "precondition.changed",
        lambda: ask(site, people.clerk, "resource.delete", id=made.id, _if_match='"0123456789"'),
    )
    ask(site, people.clerk, "resource.delete", id=made.id, _if_match=seen.etag)
    refusal("precondition.changed", lambda: ask(site, people.clerk, "resource.delete", id=made.id, _if_match=seen.etag))


def propose_reading(site: Installation, people: People) -> Proposal:
    outcome = ask(
        site,
        people.approver,
        "reading.record",
        contract=people.cast.first.contract,
        code="availability.window",
        value="month",
        agreement="纪要-1",
    )
    assert outcome.status == 202
    made = outcome.value
    assert isinstance(made, Proposal)
    return made


def test_a_reading_waits_for_the_other_party(site: Installation, people: People) -> None:
    made = propose_reading(site, people)
    assert not rows(site, reading)
    for code, who in (
        ("proposal.not_yours", people.approver),
        ("access.role", people.clerk),
        ("access.role", people.operator),
        ("object.unknown", people.other_approver),
    ):
        refusal(code, partial(ask, site, who, "proposal.decide", id=made.id, agree=True))
    done = ask(site, people.lead, "proposal.decide", id=made.id, agree=True).value
    assert done.state == "agreed"
    assert len(rows(site, reading)) == 1
    kept = rows(site, reading)[0]
    assert (kept.using_unit_person_id, kept.provider_person_id) == (people.approver.person_id, people.lead.person_id)
    refusal("proposal.decided", lambda: ask(site, people.lead, "proposal.decide", id=made.id, agree=True))


def test_a_refused_or_withdrawn_proposal_does_nothing(site: Installation, people: People) -> None:
    first, second = propose_reading(site, people), propose_reading(site, people)
    refusal("proposal.reason", lambda: ask(site, people.lead, "proposal.decide", id=first.id, agree=False))
    assert (
        ask(site, people.lead, "proposal.decide", id=first.id, agree=False, reason="口径不同").value.state == "refused"
    )
    assert ask(site, people.approver, "proposal.withdraw", id=second.id).value.state == "withdrawn"
    assert not rows(site, reading)


def test_a_proposal_expires(site: Installation, people: People, signed: Session) -> None:
    made = propose_reading(site, people)
    signed.clock.advance(timedelta(days=31))
    refusal("proposal.expired", lambda: ask(site, people.lead, "proposal.decide", id=made.id, agree=True))
    assert ask(site, people.lead, "proposal.read", id=made.id).value.state == "expired"
    assert not rows(site, reading)


def test_what_could_never_be_agreed_to_is_refused_at_once(site: Installation, people: People) -> None:
    refusal(
        "reading.value",
        lambda: ask(
            site,
            people.approver,
            "reading.record",
            contract=people.cast.first.contract,
            code="availability.window",
            value="decade",
            agreement="纪要-1",
        ),
    )
    assert not rows(site, proposal)


def test_lists_show_each_caller_only_what_is_theirs(site: Installation, people: People) -> None:
    order(site, people)
    mine = ask(site, people.clerk, "resource.list").value.items
    assert [one.name for one in mine] == ["lan"]
    assert ask(site, people.other_clerk, "resource.list").value.items == ()
    assert len(ask(site, people.officer, "resource.list").value.items) == 1
    numbers = {one.number for one in ask(site, people.clerk, "contract.list").value.items}
    assert numbers == {people.cast.first.contract}
    assert len(ask(site, people.auditor, "contract.list").value.items) == 2
    refusal("object.unknown", lambda: ask(site, people.other_clerk, "resource.read", id=mine[0].id))
    refusal("object.unknown", lambda: ask(site, people.other_clerk, "resource.read", id="srv-none"))


def test_pages_hold_every_row_once(site: Installation, people: People) -> None:
    for number in range(7):
        ask(
            site,
            people.clerk,
            "resource.order",
            kind="network",
            name=f"lan-{number}",
            contract=people.cast.first.contract,
            work_order=people.cast.first.work_order,
            spec={"cidr": f"10.64.{number}.0/24"},
        )
    for sort in ("id", "-name", "created_at", "-phase"):
        seen: list[str] = []
        cursor = None
        while True:
            page = ask(site, people.clerk, "resource.list", limit=3, cursor=cursor, sort=sort).value
            seen += [one.name for one in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert sorted(seen) == [f"lan-{number}" for number in range(7)], sort
    refusal("list.sort", lambda: ask(site, people.clerk, "resource.list", sort="colour"))
    refusal("list.cursor", lambda: ask(site, people.clerk, "resource.list", cursor="!!"))


def test_a_run_is_carried_out_by_one_worker(site: Installation, people: People) -> None:
    kept = ask(site, people.clerk, "file.upload", name=SAMPLE.name, content=SAMPLE.read_bytes()).value
    begun = ask(site, people.clerk, "contract.import", file=kept.id).value
    assert isinstance(begun, Run)
    assert begun.state == "open"
    assert work_one(site, "worker-1")
    assert not work_one(site, "worker-2")
    done = ask(site, people.clerk, "run.read", id=begun.id).value
    assert (done.state, done.result["new"]) == ("done", False)
    refusal("run.over", lambda: ask(site, people.clerk, "run.cancel", id=begun.id))
    # Somebody else's run is nobody's business.
    refusal("object.unknown", lambda: ask(site, people.other_clerk, "run.read", id=begun.id))


def test_a_run_that_cannot_be_done_says_why(site: Installation, people: People) -> None:
    kept = ask(site, people.clerk, "file.upload", name="a.txt", content="不是合同".encode()).value
    begun = ask(site, people.clerk, "contract.import", file=kept.id).value
    assert work_one(site, "worker-1")
    with site.database.read() as connection:
        ended = require_run(connection, begun.id)
    assert ended.state == "failed"
    assert ended.error is not None
    assert ended.error["code"].startswith("contract.")
    assert ended.error["way_out"]


def test_an_upload_is_what_it_says(site: Installation, people: People) -> None:
    refusal("file.kind", lambda: ask(site, people.clerk, "file.upload", name="a.exe", content=b"MZ"))
    refusal("file.kind", lambda: ask(site, people.clerk, "file.upload", name="a.docx", content=b"MZ"))
    refusal("file.empty", lambda: ask(site, people.clerk, "file.upload", name="a.txt", content=b""))
    kept = ask(site, people.clerk, "file.upload", name="../../etc/passwd.txt", content=b"x").value
    assert kept.name == "passwd.txt"


def test_root_at_the_machine_reads_all_and_acts_as_somebody(site: Installation, people: People) -> None:
    assert len(ask(site, at_machine(), "contract.list").value.items) == 2
    refusal("access.nobody", lambda: order(site, people, _as=at_machine()))
    made = order(site, people, _as=at_machine(people.clerk)).value
    assert rows(site, audit)[-1].detail["at_machine"] is True
    assert made.name == "lan"
    # Two persons at one keyboard: both are named, both rights hold.
    done = ask(
        site,
        at_machine(people.approver),
        "reading.record",
        contract=people.cast.first.contract,
        code="availability.window",
        value="month",
        agreement="纪要-1",
        _second=people.lead,
    )
    assert done.status == 201
    assert len(rows(site, reading)) == 1
