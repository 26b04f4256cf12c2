"""Evidence: facts with their places in the chain, signed days, availability, checks, files in and out."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import update
from tests.kits.desk import People, act_as, ask, refusal

from yunqi.kernel.period import Month, date_of
from yunqi.kernel.rights import Caller
from yunqi.operations.actions.worker import work_one
from yunqi.operations.evidence import close_day
from yunqi.operations.installation import Installation
from yunqi.store.files import load_content
from yunqi.store.tables import chain, fact
from yunqi.wire.base import Run

CSV = """object,start,end
system:一窗受理系统,2026-05-01 08:00,2026-05-01 08:30
"""


@pytest.fixture
def site(settled_site: Installation) -> Installation:
    return settled_site


@pytest.fixture
def people(settled_people: People) -> People:
    return settled_people


def run(site: Installation, caller: Caller, action: str, **fields: Any) -> Run:
    """What became of a run, carried out by a worker."""
    begun = ask(site, caller, action, **fields).value
    assert begun.state == "open"
    assert work_one(site, "worker-1")
    ended = ask(site, caller, "run.read", id=begun.id).value
    assert isinstance(ended, Run)
    return ended


def test_facts_are_found_by_kind_subject_and_time(site: Installation, people: People) -> None:
    contract = people.cast.first.contract

    def facts(**fields: Any) -> Any:
        return ask(site, people.auditor, "evidence.list", contract=contract, **fields).value.items

    every = facts(limit=500)
    assert [one.recorded_at for one in every] == sorted((one.recorded_at for one in every), reverse=True)
    signed = facts(kind="contract.signed")
    assert {one.kind for one in signed} == {"contract.signed"}
    assert {one.kind_name for one in signed} == {"合同签署"}
    assert {one.person for one in signed} == {people.approver.person_name, people.lead.person_name}
    assert {one.kind.partition(".")[0] for one in facts(kind="incident.")} == {"incident"}
    one = every[-1]
    assert [each.id for each in facts(id=one.id)] == [one.id]
    assert one.id in {each.id for each in facts(subject=one.subject)}
    at = signed[0].at
    assert all(at <= each.at < at + timedelta(days=1) for each in facts(from_at=at, until_at=at + timedelta(days=1)))
    assert all(each.sample for each in facts(sample=True))
    assert {each.kind for each in facts(origin="measured")} == {"lateness.found"}  # what the ledger itself found
    imported = facts(sample=True)[0].origin
    assert imported.startswith("import:")
    assert {each.origin for each in facts(origin=imported)} == {imported}


def test_sealing_gives_each_fact_its_place(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    refusal("access.role", site, people.clerk, "evidence.seal", contract=contract)
    refusal("object.unknown", site, people.other_operator, "evidence.seal", contract=contract)
    done = ask(site, people.operator, "evidence.seal", contract=contract).value
    assert done.waiting == 0
    listed = ask(site, people.clerk, "evidence.list", contract=contract, sealed=True, sort="position", limit=500).value
    assert [one.position for one in listed.items] == list(range(1, len(listed.items) + 1))
    assert all(len(one.sm3) == 64 and one.sealed_at for one in listed.items)
    assert ask(site, people.clerk, "evidence.list", contract=contract, sealed=False).value.items == ()


def test_signed_days_with_their_keys(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    yesterday = date_of(site.clock.now()) - timedelta(days=1)
    root = close_day(site, contract, yesterday)
    found = ask(site, people.auditor, "evidence.roots", contract=contract).value
    assert found.items[0].day == yesterday
    assert found.items[0].sm3 == root.sm3
    assert found.items[0].fact_count == root.last_position - root.first_position + 1
    assert [one.key_id for one in found.keys] == [root.key_id]
    assert (found.unsealed, found.unsigned) == (0, 0)
    refusal("object.unknown", site, people.other_lead, "evidence.roots", contract=contract)


def test_availability_so_far(site: Installation, people: People, settled: Any) -> None:
    contract = people.cast.first.contract
    month = Month.parse(settled.statements[-1].month).span
    fields = {"contract": contract, "from_at": month.start_at, "until_at": month.end_at}
    found = ask(site, people.clerk, "verdict.list", **fields).value
    assert found.items
    shares = [Fraction(one.share) for one in found.items if one.share is not None]
    assert shares == sorted(shares)
    assert all(one.spans == () for one in found.items)
    worst = found.items[0]
    assert worst.outages > 0
    (alone,) = ask(site, people.lead, "verdict.list", **fields, object=worst.object).value.items
    assert sum((one.end_at - one.start_at for one in alone.spans), timedelta()) == month.length
    seconds = {"up": 0, "down": 0, "unknown": 0, "excluded": 0}
    for one in alone.spans:
        seconds[one.verdict] += (one.end_at - one.start_at) // timedelta(seconds=1)
    assert seconds == {"up": alone.up_s, "down": alone.down_s, "unknown": alone.unknown_s, "excluded": alone.excluded_s}
    assert ask(site, people.clerk, "verdict.list", contract=contract).value.until_at == site.clock.now()
    refusal("verdict.span", site, people.clerk, "verdict.list", **{**fields, "until_at": month.start_at})
    refusal("object.unknown", site, people.other_clerk, "verdict.list", **fields)


def test_evidence_is_checked_and_what_was_changed_is_named(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    ask(site, people.operator, "evidence.seal", contract=contract)
    good = run(site, people.auditor, "evidence.verify", contract=contract)
    assert (good.state, good.result["passed"], good.result["findings"]) == ("done", True, [])
    assert good.total is not None
    with site.database.write() as connection:
        place = connection.execute(chain.select().where(chain.c.position == 2)).first()
        assert place is not None
        connection.execute(update(fact).where(fact.c.no == place.fact_no).values(subject="changed"))
    bad = run(site, people.auditor, "evidence.verify", contract=contract)
    assert bad.state == "done"
    assert [(one["code"], one["position"]) for one in bad.result["findings"]] == [("fact.changed", 2)]
    refusal("object.unknown", site, people.other_lead, "evidence.verify", contract=contract)


def test_what_is_exported_can_be_checked(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    refusal("access.role", site, people.approver, "evidence.export", contract=contract)
    refusal("object.unknown", site, people.other_operator, "evidence.export", contract=contract)
    done = run(site, people.clerk, "evidence.export", contract=contract)
    made = done.result
    assert made["name"].endswith(".jsonl")
    got = ask(site, people.clerk, "file.read", id=made["file"]).value
    assert got.content.count(b"\n") > 10
    refusal("object.unknown", site, people.operator, "file.read", id=made["file"])
    kept = ask(site, people.clerk, "file.upload", name="evidence.jsonl", content=got.content).value
    assert run(site, people.clerk, "evidence.verify", contract=contract, file=kept.id).result["passed"]
    torn = got.content.replace(b"measured", b"Measured", 1) if b"measured" in got.content else got.content[:-5]
    kept = ask(site, people.clerk, "file.upload", name="evidence.jsonl", content=torn).value
    assert not run(site, people.clerk, "evidence.verify", contract=contract, file=kept.id).result["passed"]
    # Another organisation's file is nobody's business, another contract's is said to be one.
    refusal("object.unknown", site, people.operator, "evidence.verify", contract=contract, file=kept.id)
    with site.database.read() as connection:
        content = load_content(connection, made["file"])
    other = people.cast.second.contract
    mine = ask(site, people.other_clerk, "file.upload", name="evidence.jsonl", content=content).value
    said = run(site, people.other_clerk, "evidence.verify", contract=other, file=mine.id).result
    assert [one["code"] for one in said["findings"]] == ["header.contract"]


def test_a_file_of_another_system_is_taken_in_whole(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    text = CSV.replace("一窗受理系统", people.cast.first.systems[0])
    kept = ask(site, people.operator, "file.upload", name="outages.csv", content=text.encode()).value
    fields = {"contract": contract, "file": kept.id, "label": "旧监控"}
    first = run(site, people.operator, "evidence.import", **fields)
    assert (first.state, first.result["written"], first.result["known"]) == ("done", 2, 0)
    again = run(site, people.operator, "evidence.import", **fields).result
    assert (again["written"], again["known"]) == (0, 2)
    found = ask(site, people.operator, "evidence.list", contract=contract, origin="import:旧监控").value.items
    assert [one.subject_name for one in found] == [people.cast.first.systems[0]]
    broken = ask(site, people.operator, "file.upload", name="a.csv", content=b"a,b\n1,2\n").value
    ended = run(site, people.operator, "evidence.import", contract=contract, file=broken.id, label="x")
    assert ended.state == "failed"
    assert ended.error is not None
    assert ended.error.code.startswith("evidence.")
    refusal("object.unknown", site, people.clerk, "evidence.import", **fields)
    refusal("object.unknown", site, people.other_operator, "evidence.import", **fields)
    refusal("access.role", site, act_as(people.operator, "reader"), "evidence.import", **fields)


def test_evidence_is_apart(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    for caller in (people.other_clerk, people.other_lead):
        refusal("object.unknown", site, caller, "evidence.list", contract=contract)
