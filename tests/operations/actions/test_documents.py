"""Documents, duties and samples as actions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
from tests.kits.desk import People, ask
from tests.kits.identity import refusal
from tests.kits.session import SAMPLE, SMALL, Session

from yunqi.contract.obligations.standing import STATES
from yunqi.operations.actions.samples import thin
from yunqi.operations.actions.worker import work_one
from yunqi.operations.installation import Installation
from yunqi.reports import load_report
from yunqi.store.reconcile import record_certificate
from yunqi.store.samples import Sample, record_samples

ON_ONE = pytest.mark.parametrize("settled", ["sqlite"], indirect=True)
"""What is only rendered is tried on one database."""


@pytest.fixture
def site(settled: Session) -> Iterator[Installation]:
    with settled.installation() as opened:
        yield opened


@pytest.fixture
def people(site: Installation, settled: Session) -> People:
    return People(site, settled)


def test_documents_of_a_statement_are_made_kept_and_handed_out(site: Installation, people: People) -> None:
    last = ask(site, people.clerk, "statement.list", last=True).value.items[0]
    begun = ask(site, people.operator, "document.make", statement=last.id).value
    assert work_one(site, "worker")
    done = ask(site, people.operator, "run.read", id=begun.id).value
    assert done.state == "done", done.error
    listed = ask(site, people.clerk, "document.list", kind="made").value.items
    assert {one.name for one in listed} == set(done.result["names"])
    assert {one.kind_name for one in listed} == {"编制的文档"}
    # Made once more it is the same bytes, and the same documents.
    again = ask(site, people.clerk, "document.make", statement=last.id).value
    assert work_one(site, "worker")
    assert ask(site, people.clerk, "run.read", id=again.id).value.result == done.result
    assert len(ask(site, people.clerk, "document.list", kind="made").value.items) == len(listed)
    assert {one.name.rpartition(".")[2] for one in listed} == {"docx", "xlsx", "pdf"}
    content = ask(site, people.auditor, "document.read", id=listed[0].id).value
    assert len(content.content) == listed[0].size_bytes
    assert ask(site, people.other_clerk, "document.list", kind="made").value.items == ()
    refusal("object.unknown", partial(ask, site, people.other_clerk, "document.read", id=listed[0].id))
    refusal("document.of", partial(ask, site, people.clerk, "document.make"))


@ON_ONE
def test_one_report_is_made_alone_and_none_that_there_is_not(site: Installation, people: People) -> None:
    last = ask(site, people.clerk, "statement.list", last=True).value.items[0]
    states = {}
    for only in ("statement_xlsx", "erase_certificate"):
        begun = ask(site, people.clerk, "document.make", statement=last.id, only=only).value
        assert work_one(site, "worker")
        states[only] = ask(site, people.clerk, "run.read", id=begun.id).value
    assert [name.rpartition(".")[2] for name in states["statement_xlsx"].result["names"]] == ["xlsx"]
    assert states["erase_certificate"].error.code == "report.unknown"


def test_the_original_is_a_document_of_its_parties(site: Installation, people: People) -> None:
    (original,) = ask(site, people.clerk, "document.list", kind="original").value.items
    assert (original.name, original.made_by) == (SAMPLE.name, "")
    assert ask(site, people.lead, "document.read", id=original.id).value.content == SAMPLE.read_bytes()
    refusal("object.unknown", partial(ask, site, people.other_lead, "document.read", id=original.id))
    refusal("object.unknown", partial(ask, site, people.clerk, "document.read", id="doc-none"))
    everybody = ask(site, people.auditor, "document.list", kind="original", sort="name").value.items
    assert [one.name for one in everybody] == [SAMPLE.name, SMALL.name]


@ON_ONE
def test_an_erasure_is_certified(site: Installation, people: People) -> None:
    side = people.cast.first
    made = ask(
        site,
        people.clerk,
        "resource.order",
        kind="network",
        name="data",
        contract=side.contract,
        work_order=side.work_order,
        spec={"cidr": "10.64.8.0/24"},
    ).value
    begun = ask(site, people.clerk, "document.make", resource=made.id).value
    assert work_one(site, "worker")
    assert ask(site, people.clerk, "run.read", id=begun.id).value.error.code == "document.no_erasure"
    example = json.loads((load_report("erase_certificate").folder / "example.json").read_text("utf-8"))
    more = {name: example[name] for name in ("approved_by", "approved_at", "operator")}
    more |= {"asked_by": example["requested_by"], "asked_at": example["requested_at"]}
    more["finished_at"] = example["erased_at"]
    with site.database.write() as connection:
        record_certificate(connection, made.id, "vol-1", {**example["erasures"][0], **more}, site.clock.now())
    (listed,) = ask(site, people.clerk, "document.list", kind="certificate").value.items
    assert listed.name.endswith("data.pdf")
    got = ask(site, people.clerk, "document.read", id=listed.id).value
    assert got.content.startswith(b"%PDF-")
    begun = ask(site, people.clerk, "document.make", resource=made.id).value
    assert work_one(site, "worker")
    assert ask(site, people.clerk, "run.read", id=begun.id).value.result["names"] == [got.name]
    assert ask(site, people.other_clerk, "document.list", kind="certificate").value.items == ()


def test_an_upload_is_no_document(site: Installation, people: People) -> None:
    kept = ask(site, people.clerk, "file.upload", name="a.txt", content=b"x").value
    refusal("object.unknown", partial(ask, site, people.clerk, "document.read", id=kept.id))


def test_duties_are_ranked_and_never_invent_a_date(site: Installation, people: People) -> None:
    answer = ask(site, people.lead, "obligation.list").value
    assert answer.items
    ranks = [STATES.index(one.state) for one in answer.items]
    assert ranks == sorted(ranks)
    assert all(
        one.due_on or one.period_end or one.state in ("due", "waits", "unseen", "standing", "done")
        for one in answer.items
    )
    assert {one.contract_number for one in answer.items} == {people.cast.first.contract}
    instalments = [one for one in answer.items if one.kind == "instalment"]
    assert all(one.amount_fen for one in instalments)
    assert {one.party for one in ask(site, people.clerk, "obligation.list", party="using_unit").value.items} == {
        "using_unit",
        "both",
    }
    late = ask(site, people.auditor, "obligation.list", state="late").value
    assert all(one.days_left < 0 for one in late.items)


def test_samples_are_thinned_between_their_ends(site: Installation, people: People) -> None:
    side = people.cast.first
    made = ask(
        site,
        people.clerk,
        "resource.order",
        kind="network",
        name="lan",
        contract=side.contract,
        work_order=side.work_order,
        spec={"cidr": "10.64.9.0/24"},
    ).value
    now = site.clock.now()
    rows = [Sample(made.id, "bytes_in", now - timedelta(minutes=number), 10_000 - number) for number in range(619)]
    rows += [Sample(made.id, "bytes_out", now - timedelta(minutes=number), number) for number in range(7)]
    with site.database.write() as connection:
        record_samples(connection, rows)
    answer = ask(site, people.clerk, "resource.samples", id=made.id, points=50).value
    assert answer.meters == ("bytes_in", "bytes_out")
    assert [value for _at, value in answer.series[1].points] == [6, 5, 4, 3, 2, 1, 0]
    points = answer.series[0].points
    assert len(points) == 50
    assert points[-1] == (now, 10_000)
    assert points[0] == (now - timedelta(minutes=618), 10_000 - 618)
    gaps = {(after[0] - before[0]) // timedelta(minutes=1) for before, after in pairwise(points)}
    assert gaps <= {6, 12, 18, 24}, gaps
    # The provider needs the tenant's consent to look at it.
    refusal("access.consent", partial(ask, site, people.operator, "resource.samples", id=made.id))
    assert [one.value for one in thin(rows[:3], 2)] == [rows[0].value, rows[2].value]
