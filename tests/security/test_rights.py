"""Ways around the rights: narrow tokens, borrowed keys, two at once, references to others, text that is no value."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any, get_args

import pytest
from pydantic.fields import FieldInfo
from tests.kits.attack import OWN, Stage
from tests.kits.desk import ask
from tests.kits.walk import is_aimed

from yunqi.kernel.errors import Problem
from yunqi.operations.actions import load_actions
from yunqi.store.digests import digest_of, make_token
from yunqi.store.sessions import add_token
from yunqi.wire.base import ListRequest

PAYMENT = {"no": 1, "amount": "1.00", "on": "2026-11-01"}
INJECTIONS = (
    "' OR '1'='1",
    "'; DROP TABLE person; --",
    "x' UNION SELECT password_hash FROM account --",
    "\\%' ESCAPE '",
    "{{7*7}} UNION",
)


def token_for(stage: Stage, who: str, *actions: str) -> dict[str, str]:
    """The header of a token for some actions."""
    text = make_token()
    now = stage.site.clock.now()
    with stage.site.database.write() as connection:
        add_token(
            connection,
            digest=digest_of(text),
            person_id=getattr(stage.people, who).person_id,
            name="attack",
            actions=sorted(actions),
            expires_at=now + timedelta(days=1),
            now=now,
        )
    return {"Authorization": f"Bearer {text}"}


def test_a_token_for_one_action_does_nothing_else(stage: Stage) -> None:
    header = token_for(stage, "clerk", "contract.list")
    with stage.stranger(headers=header) as http:
        assert http.get("/api/v1/contracts").status_code == 200
        before, stage.walk.client = stage.walk.client, http  # type: ignore[assignment]
        try:
            for name, found in load_actions().items():
                if name == "contract.list":
                    continue
                answer = stage.walk.send(found, "clerk")
                code = answer.json().get("code", "")
                assert code in {"access.token", "object.unknown", "table.list"}, (name, answer.status_code, code)
        finally:
            stage.walk.client = before


def test_the_key_of_another_person_gives_nothing_of_their_answer(stage: Stage) -> None:
    spec = {"name": "keyed", "contract": stage.people.cast.first.contract, "spec": {"cidr": "10.64.91.0/24"}}
    body = {**spec, "work_order": stage.people.cast.first.work_order}
    header = {**OWN, "Idempotency-Key": "attack-0001"}
    made = stage.browser("clerk").post("/api/v1/orders/network", json=body, headers=header)
    assert made.status_code == 201, made.text
    for who in ("other_clerk", "operator"):
        got = stage.browser(who).post("/api/v1/orders/network", json=body, headers=header)
        assert got.status_code in {403, 404}, got.text
        assert made.json()["id"] not in got.text
        assert "idempotency-replayed" not in got.headers


def test_of_two_decisions_at_once_one_counts(stage: Stage) -> None:
    people = stage.people
    fields = {"contract": people.cast.first.contract, **PAYMENT, "voucher": "race-1"}
    proposal = ask(stage.site, people.clerk, "payment.record", **fields).value
    outcomes: list[str] = []
    start = threading.Barrier(4)

    def decide(agree: bool) -> None:
        start.wait()
        try:
            ask(stage.site, people.approver, "proposal.decide", id=proposal.id, agree=agree, reason="核对")
            outcomes.append("done")
        except Problem as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=decide, args=(number % 2 == 0,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["done", *["proposal.decided"] * 3]
    listed = ask(stage.site, people.clerk, "payment.list", contract=people.cast.first.contract).value
    paid = [one for one in listed.records if one.payload.get("voucher") == "race-1"]
    state = ask(stage.site, people.clerk, "proposal.read", id=proposal.id).value.state
    assert len(paid) == (1 if state == "agreed" else 0)


def text_fields(request: Any) -> list[str]:
    """The fields of a request that take any text."""

    def takes_text(info: FieldInfo) -> bool:
        return info.annotation is str or str in get_args(info.annotation)

    return [name for name, info in request.model_fields.items() if takes_text(info)]


def test_text_is_never_part_of_a_statement(stage: Stage) -> None:
    """Each filter, sort, cursor and reference of each reading, with each of the strings."""
    http = stage.browser("officer")
    tried = 0
    for name, found in load_actions().items():
        if found.method != "GET" or found.variants is not None:
            continue
        for field in text_fields(found.request):
            for text in INJECTIONS:
                values = stage.walk.fields(found) | {field: text}
                path = found.path
                for place in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
                    path = path.replace("{" + place + "}", str(values.pop(place)).replace("/", "%2F"))
                answer = http.get("/api/v1" + path.replace("%'", "%25'"), params=values)
                assert answer.status_code < 500, (name, field, text, answer.text)
                tried += 1
                if answer.status_code == 200 and issubclass(found.request, ListRequest) and field != "fields":
                    assert not answer.json().get("items"), (name, field, text)
    assert tried > 300
    assert ask(stage.site, stage.people.officer, "person.list").value.items, "nothing was dropped"


@pytest.mark.parametrize("who", ["other_clerk", "other_lead", "sysadmin"])
def test_an_object_of_others_is_told_apart_from_none_by_nothing(stage: Stage, who: str) -> None:
    """Not by the status, the words, a header or the length: only the request's number differs."""
    http = stage.browser(who)
    for name, found in load_actions().items():
        if found.method != "GET" or not is_aimed(found) or "{id}" not in found.path:
            continue
        noun = name.partition(".")[0]
        if noun not in stage.walk.ids or noun in {"person", "account", "run"}:
            continue
        answers = []
        for reference in (stage.walk.ids[noun], stage.walk.ids[noun][:-6] + "zzzzzz"):
            values = stage.walk.fields(found) | {"id": reference}
            path = found.path
            for place in re.findall(r"{(\w+)}", path):
                path = path.replace("{" + place + "}", str(values.pop(place)))
            answer = http.get("/api/v1" + path, params={key: str(each) for key, each in values.items()})
            if answer.status_code == 200 and who == "sysadmin":
                break  # what the matrix lets the administrators of the installation see
            said = answer.json()
            said.pop("request_id")
            answers.append((answer.status_code, said))
        if not answers:
            continue
        assert answers[0] == answers[1], name
        assert answers[0][0] in {403, 404}, (name, answers[0])


def test_a_reference_of_any_length_or_sign_is_answered(stage: Stage) -> None:
    http = stage.browser("officer")
    for name, found in load_actions().items():
        if found.method != "GET" or "{" not in found.path:
            continue
        for text in ("x" * 199, "x" * 201, "x" * 5000, "%20", "%0d%0a", "%f0%9f%92%a5", "%ff", "%e2%80%ae", "a%00b"):
            path = found.path
            for place in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
                path = path.replace("{" + place + "}", text)
            answer = http.get("/api/v1" + path)
            assert 400 <= answer.status_code < 500, (name, text[:20], answer.status_code, answer.text)
