"""Rectification notices as actions: issued on a clause, answered, overdue, closed; counted in the comparison."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

from tests.kits.desk import People, ask, refusal

from yunqi.kernel.clock import FixedClock
from yunqi.kernel.period import date_of
from yunqi.operations.installation import Installation
from yunqi.store.facts import list_facts


def open_notice(site: Installation, people: People, **more: Any) -> Any:
    side = people.cast.first
    fields = {"title": "值守不足", "clause": "第三条", "requirement": "恢复双人值守", "within_days": 5}
    return ask(site, people.auditor, "rectification.open", contract=side.contract, **(fields | more)).value


def later(site: Installation, days: int) -> None:
    site.clock = FixedClock(site.clock.now() + timedelta(days=days))


def test_a_notice_goes_from_the_supervisor_to_the_provider_and_back(site: Installation, people: People) -> None:
    made = open_notice(site, people)
    assert (made.standing, made.addressee, made.issuer_role) == ("open", people.cast.first.provider, "supervisor")
    assert made.number.startswith("RN-")
    seen = ask(site, people.operator, "rectification.read", id=made.number).value
    assert [one.event for one in seen.next if one.may] == ["answer"]
    refusal("object.unknown", site, people.other_operator, "rectification.advance", id=made.id, event="answer")
    refusal("object.unknown", site, people.other_lead, "rectification.read", id=made.number)
    answered = ask(
        site, people.lead, "rectification.advance", id=made.id, event="answer", measures="已增派", evidence="排班表"
    ).value
    assert (answered.standing, answered.late) == ("answered", False)
    refusal("case.role", site, people.lead, "rectification.advance", id=made.id, event="close", conclusion="属实")
    closed = ask(site, people.auditor, "rectification.advance", id=made.id, event="close", conclusion="属实").value
    assert (closed.standing, closed.next) == ("closed", ())
    with site.database.read() as connection:
        kinds = [fact.kind for fact in list_facts(connection, made.contract_id) if fact.subject == made.id]
    assert kinds == ["rectification.opened", "rectification.answer", "rectification.close"]


def test_an_answer_brings_its_files_and_both_sides_may_fetch_them(site: Installation, people: People) -> None:
    made = open_notice(site, people)
    said = {"id": made.id, "event": "answer", "measures": "已增派", "evidence": "附排班表"}
    sent = ask(site, people.lead, "file.upload", name="roster.csv", content=b"name,day\n").value
    refusal("object.unknown", site, people.other_lead, "file.read", id=sent.id)
    refusal("file.unknown", site, people.lead, "rectification.advance", **said, file="doc-none")
    ask(site, people.lead, "rectification.advance", **said, file=sent.id)
    back = {"id": made.id, "event": "return", "reason": "缺夜班", "due_on": date_of(site.clock.now()).isoformat()}
    refusal("rectification.file", site, people.auditor, "rectification.advance", **back, file=sent.id)
    ask(site, people.auditor, "rectification.advance", **back)
    night = ask(site, people.lead, "file.upload", name="night.csv", content=b"name,night\n").value
    ask(site, people.lead, "rectification.advance", **said, file=night.id)
    seen = ask(site, people.auditor, "rectification.read", id=made.id).value
    assert [one.name for one in seen.files] == ["night.csv", "roster.csv"]
    assert ask(site, people.auditor, "document.read", id=seen.files[1].file).value.content == b"name,day\n"
    with site.database.read() as connection:
        facts = [one for one in list_facts(connection, made.contract_id) if one.kind == "rectification.answer"]
    assert facts[0].payload["data"]["file_sm3"] == seen.files[1].sm3


def test_an_overdue_notice_is_found_and_counts_in_the_comparison(site: Installation, people: People) -> None:
    made = open_notice(site, people, due_on=date_of(site.clock.now()).isoformat(), within_days=None)
    open_notice(site, people, title="回收", purpose="reclaim", resources=["server-1"])
    later(site, 1)
    (late,) = ask(site, people.officer, "rectification.list", overdue=True).value.items
    assert (late.id, late.standing, late.days_left, late.late) == (made.id, "overdue", -1, True)
    (other,) = ask(site, people.officer, "rectification.list", overdue=False).value.items
    assert (other.purpose, other.addressee) == ("reclaim", people.cast.first.using_unit)
    assert ask(site, people.officer, "rectification.list", to="using_unit").value.items[0].id == other.id
    assert ask(site, people.other_operator, "rectification.list").value.items == ()
    (row,) = ask(site, people.operator, "rating.list").value.items
    assert (row.notices_open, row.notices_overdue) == (1, 1)
    (group,) = ask(site, people.operator, "rating.groups").value.items
    assert (group.notices_open, group.notices_overdue) == (1, 1)


def test_a_deadline_is_given_one_way_and_working_days_are_counted(site: Installation, people: People) -> None:
    refusal("rectification.due_choice", site, people.auditor, "rectification.open", **_asked(people))
    both = _asked(people) | {"within_days": 3, "within_working_days": 3}
    refusal("rectification.due_choice", site, people.auditor, "rectification.open", **both)
    made = open_notice(site, people, within_days=None, within_working_days=5)
    assert (made.due_on - date_of(site.clock.now())).days >= 5
    refusal("access.role", site, people.lead, "rectification.open", **_asked(people))


def _asked(people: People) -> dict[str, Any]:
    return {"contract": people.cast.first.contract, "title": "x", "clause": "x", "requirement": "x"}


def test_the_letter_holds_the_words_of_the_contract(site: Installation, people: People) -> None:
    contract = ask(site, people.officer, "contract.read", id=people.cast.first.contract).value
    source = next(one["source"] for one in contract.data["service_levels"] if one["source"]["text"])
    made = open_notice(site, people, clause=source["article"])
    assert source["text"] in {one.text for one in made.words}
    letter = ask(site, people.operator, "rectification.file", id=made.id).value
    text = zipfile.ZipFile(io.BytesIO(letter.content)).read("word/document.xml").decode()
    assert "整改通知书" in text
    assert made.number in text
    assert open_notice(site, people, clause="第九百条").words == ()
