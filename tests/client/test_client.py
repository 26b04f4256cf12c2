"""The client over a real server: answers, pages, two persons, errors in the server's words, files."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest
from tests.client.conftest import Connect
from tests.client.proxy import cutting
from tests.client.script import agree, order_a_server, take
from tests.kits.desk import People
from tests.kits.server import give_token
from tests.kits.session import SAMPLE, Session

from yunqi.cli.local import LocalTransport
from yunqi.client import Client
from yunqi.client.http import ATTEMPTS, HttpTransport
from yunqi.client.methods import resources
from yunqi.client.methods.specs import NetworkSpec
from yunqi.kernel.errors import Problem, Trouble
from yunqi.kernel.words import render_error
from yunqi.operations.installation import Installation
from yunqi.wire.base import Run


def refusal(code: str, kind: type[Exception], work: object) -> str:
    """What a refusal says in one line."""
    with pytest.raises(kind) as caught:
        work()  # type: ignore[operator]
    assert isinstance(caught.value, Problem | Trouble)
    assert caught.value.code == code, caught.value
    return render_error(caught.value)


def test_a_program_orders_and_reads(connect: Connect, people: People) -> None:
    side = people.cast.first
    made, seen = order_a_server(connect(people.clerk), side.contract, side.work_order)
    assert made.startswith("srv-")
    assert seen == 2
    assert [one.name for one in connect(people.other_clerk).resources.iterate()] == []


def test_pages_follow_one_another_to_the_end(connect: Connect, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    client, side = connect(people.clerk), people.cast.first
    for number in range(5):
        spec = NetworkSpec(cidr=f"10.64.{number}.0/24")
        client.resources.order_network(
            name=f"lan-{number}", contract=side.contract, work_order=side.work_order, spec=spec
        )
    page = client.resources.list(limit=2, sort="-name")
    assert [one.name for one in page.items] == ["lan-4", "lan-3"]
    assert page.next_cursor is not None
    following = client.resources.list(limit=2, sort="-name", cursor=page.next_cursor)
    assert [one.name for one in following.items] == ["lan-2", "lan-1"]
    monkeypatch.setattr(resources, "PAGE_LIMIT", 2)  # three pages
    assert [one.name for one in client.resources.iterate(sort="name")] == [f"lan-{number}" for number in range(5)]


def test_what_one_party_proposes_the_other_agrees_to(connect: Connect, people: People) -> None:
    side = people.cast.first
    number = agree(connect(people.approver), side.contract)
    assert number.startswith("prp-")
    lead = connect(people.lead)
    assert [one.id for one in lead.proposals.iterate(mine=True)] == [number]
    assert lead.proposals.decide(number, agree=True).state == "agreed"
    assert [one.choice for one in lead.readings.list(side.contract).items] == ["month"]


def test_an_import_is_waited_for_with_its_progress(connect: Connect, people: People) -> None:
    client = connect(people.clerk)
    assert take(client, SAMPLE.name, SAMPLE.read_bytes()).new is False
    begun = client.contracts.import_(file=client.files.upload(name=SAMPLE.name, content=SAMPLE.read_bytes()).id)
    told: list[Run] = []
    assert begun.wait(told.append).price_lines > 0
    assert told[-1].state == "done"
    assert client.runs.wait(begun.run.id).state == "done"
    assert client.runs.read(begun.run.id).state == "done"
    kept = client.contracts.document(people.cast.first.contract)
    assert (kept.name, kept.content) == (SAMPLE.name, SAMPLE.read_bytes())


def test_a_run_that_fails_raises_what_ended_it(connect: Connect, people: People, site: Installation) -> None:
    local = Client(LocalTransport(site, people.clerk.person_id))
    said = []
    for client in (connect(people.clerk), local):
        kept = client.files.upload(name="poem.txt", content="床前明月光，疑是地上霜。".encode())
        begun = client.contracts.import_(file=kept.id)
        with pytest.raises(Problem) as caught:
            begun.wait()
        said.append((caught.value.code, render_error(caught.value)))
    assert said[0] == said[1]
    assert said[0][0].startswith("contract.")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_errors_are_said_as_the_server_words_them(
    site: Installation, address: str, people: People, language: str
) -> None:
    side = people.cast.first
    token = give_token(site, people.clerk.person_id or "")
    with Client(HttpTransport(address, token, language=language)) as client, pytest.raises(Problem) as caught:
        client.resources.order(
            kind="server",
            name="web",
            contract=side.contract,
            work_order=side.work_order,
            spec={"vcpus": "many {x}"},
        )
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": language.replace("_", "-")}
    body = {"name": "web", "kind": "server", "contract": side.contract, "work_order": side.work_order}
    answer = httpx.post(f"{address}/api/v1/orders", json={**body, "spec": {"vcpus": "many {x}"}}, headers=headers)
    given = answer.json()
    assert "many {x}" in given["title"]
    stop = "。" if language == "zh_CN" else ". "
    assert caught.value.code == given["code"] == "spec.invalid"
    assert caught.value.field == given["field"]
    assert render_error(caught.value) == given["title"] + stop + given["way_out"]


def test_a_field_that_cannot_be_taken_is_told_before_anything_is_sent() -> None:
    client = Client(HttpTransport("http://127.0.0.1:9"))
    said = refusal("request.invalid", Problem, lambda: client.resources.list(limit=0))
    assert "limit" in said


def test_what_is_seen_can_be_bound_to(connect: Connect, people: People) -> None:
    client, side = connect(people.clerk), people.cast.first
    spec = NetworkSpec(cidr="10.64.1.0/24")
    made = client.resources.order_network(name="lan", contract=side.contract, work_order=side.work_order, spec=spec)
    client.resources.read(made.id)
    assert client.last is not None
    etag = client.last.etag
    refusal("precondition.changed", Problem, lambda: client.resources.delete(made.id, if_match='"00"'))
    assert client.resources.delete(made.id, if_match=etag).delete_asked_at is not None


@pytest.mark.parametrize("keep", [0, 40, 300])
def test_a_deed_whose_answer_was_lost_is_done_once(site: Installation, address: str, people: People, keep: int) -> None:
    side = people.cast.first
    token = give_token(site, people.clerk.person_id or "")
    with (
        cutting(address, cuts=1, keep=keep) as proxy,
        Client(HttpTransport(proxy.address, token, sleep=lambda _seconds: None)) as client,
    ):
        made = client.resources.order_network(
            name="lan", contract=side.contract, work_order=side.work_order, spec=NetworkSpec(cidr="10.64.1.0/24")
        )
        assert client.last is not None
        assert client.last.replayed
        assert client.last.etag.encode() in proxy.answers[0]  # the validator of the very bytes that were lost
        assert [one.id for one in client.resources.iterate()] == [made.id]


def test_a_server_that_never_answers_leaves_it_open(site: Installation, address: str, people: People) -> None:
    side = people.cast.first
    token = give_token(site, people.clerk.person_id or "")
    paused: list[float] = []
    with (
        cutting(address, cuts=100) as proxy,
        Client(HttpTransport(proxy.address, token, sleep=paused.append)) as client,
    ):
        said = refusal(
            "server.no_answer",
            Trouble,
            lambda: client.resources.order_network(
                name="lan", contract=side.contract, work_order=side.work_order, spec=NetworkSpec()
            ),
        )
        assert "可能已经办了" in said
        proxy.cuts = 0
        assert [one.name for one in client.resources.iterate()] == ["lan"]
    assert len(paused) == ATTEMPTS - 1
    assert paused[-1] > paused[0]


def test_whoever_answers_is_told_apart(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free = listener.getsockname()[1]
    client = Client(HttpTransport(f"http://127.0.0.1:{free}", sleep=lambda _seconds: None))
    said = refusal("server.unreachable", Trouble, client.contracts.list)
    assert f"127.0.0.1:{free}" in said
    for address in ("ftp://x", "cloud.example", "", "http://", "https://user:secret@x"):
        refusal("server.address", Problem, lambda address=address: HttpTransport(address))
    empty = tmp_path / "empty.pem"
    empty.write_text("", "utf-8")
    refusal("server.ca", Problem, lambda: HttpTransport("https://127.0.0.1", ca=empty))
    refusal("server.ca", Problem, lambda: HttpTransport("https://127.0.0.1", ca=tmp_path / "none.pem"))


def test_at_the_machine_the_same_methods_do_the_same(connect: Connect, people: People, site: Installation) -> None:
    side = people.cast.first
    far, near = connect(people.clerk), Client(LocalTransport(site, people.clerk.person_id))
    near.resources.order_network(
        name="lan", contract=side.contract, work_order=side.work_order, spec=NetworkSpec(cidr="10.64.1.0/24")
    )
    assert list(far.resources.iterate()) == list(near.resources.iterate())
    assert far.contracts.read(side.contract) == near.contracts.read(side.contract)
    assert far.entitlements.list(side.contract) == near.entitlements.list(side.contract)
    assert far.resources.kinds() == near.resources.kinds()
    assert far.contracts.document(side.contract) == near.contracts.document(side.contract)
    two = Client(LocalTransport(site, people.approver.person_id, people.lead.person_id))
    done = two.readings.record(side.contract, code="availability.window", value="month", agreement="纪要-1")
    assert not hasattr(done, "needs")


def test_two_at_one_keyboard_are_two(people: People, site: Installation) -> None:
    side = people.cast.first
    for second in (people.approver, people.clerk, people.operator, people.other_lead):
        two = Client(LocalTransport(site, people.approver.person_id, second.person_id))
        refusal(
            "access.second",
            Problem,
            lambda two=two: two.readings.record(
                side.contract, code="availability.window", value="month", agreement="纪要-1"
            ),
        )


def test_sessions_are_opened_by_name_only(signed: Session) -> None:
    assert signed.cast is not None
    said = signed.refused("person.unknown", "resource", "list", "--as", "无此人")
    assert "无此人" in said


def test_a_provider_sees_the_plan_of_its_own(connect: Connect, people: People) -> None:
    for clerk, side in ((people.clerk, people.cast.first), (people.other_clerk, people.cast.second)):
        connect(clerk).resources.order_network(
            name="lan", contract=side.contract, work_order=side.work_order, spec=NetworkSpec()
        )
    plans = [connect(one).resources.plan().text for one in (people.operator, people.other_operator)]
    ids = [connect(one).resources.list().items[0].id for one in (people.clerk, people.other_clerk)]
    assert [[one in plan for one in ids] for plan in plans] == [[True, False], [False, True]]
    refusal("access.role", Problem, connect(people.clerk).resources.plan)
