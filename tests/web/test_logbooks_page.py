"""Logbooks at the console: a training held and confirmed, a file handed out, people with what lacks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.kits.console import Desk
from tests.kits.desk import People, ask

from yunqi.operations.installation import Installation

Open = Callable[..., Desk]


def test_a_training_is_planned_held_and_confirmed(desk: Open, people: People) -> None:
    side, clerk, operator = people.cast.first, desk("clerk"), desk("operator")
    form = operator.open("/logbooks/new?kind=training")
    given = {"contract": side.contract_id, "title": "安全培训", "audience": "运维人员", "material": "口令与备份"}
    refused = operator.send(form, "/logbooks/new", 422, **given)
    assert "缺少「方案」" in refused.words
    assert "口令与备份" in refused.words
    seen = operator.send(operator.open("/logbooks/new?kind=training"), "/logbooks/new", plan="一天", **given)
    address = seen.address
    assert "尚未确认" in seen.words
    step = operator.open(f"{address}/events/hold")
    held = {"minutes": "60", "participants": "甲、乙", "result": "passed", "sign_in": "签到表"}
    assert "60 分钟" in operator.send(step, "/events/hold", **held).words
    assert "安全培训" in clerk.open("/logbooks/training").words
    assert "安全培训" not in clerk.open("/logbooks").words
    done = clerk.send(clerk.open(f"{address}/events/confirm"), "/events/confirm")
    assert "已确认，作为依据" in done.words
    assert clerk.open(f"{address}/events/confirm", 404)
    assert desk("other_lead").open(address, 404)


def test_people_and_protected_periods_have_their_pages(desk: Open, people: People) -> None:
    side, operator, clerk = people.cast.first, desk("operator"), desk("clerk")
    given = {"contract": side.contract_id, "title": "陈一", "role": "驻场", "employment": "employee", "key": "yes"}
    operator.send(operator.open("/logbooks/new?kind=staff_member"), "/logbooks/new", **given)
    shown = clerk.open(f"/logbooks/staff?contract={side.contract_id}").words
    for expected in ("陈一", "没有保密承诺", "连续 2 个月人数未达到承诺"):
        assert expected in shown
    said = {"contract": side.contract_id, "title": "两会保障", "at": "2027-03-01T00:00", "until": "2027-03-05T00:00"}
    more = {"level": "major", "set_by": "管理单位", "notice": "通知1号", "key_staff": "陈一"}
    period = clerk.send(clerk.open("/logbooks/new?kind=protected_period"), "/logbooks/new", **said, **more)
    assert "没有排班" in period.words
    assert "陈一" in period.words
    for path in ("staff-promise", "attendance", "staff-request", "staff-breach", "restore-drill", "protected-period"):
        clerk.open(f"/logbooks/{path}")
    clerk.open("/logbooks/moon", 404)
    clerk.open("/logbooks/new?kind=moon", 404)


def test_an_incident_within_a_protected_period_shows_its_roster(desk: Open, people: People, site: Installation) -> None:
    now, number = site.clock.now(), people.cast.first.contract
    end = now + timedelta(hours=5)
    details = {
        "until": end.isoformat(),
        "level": "special",
        "set_by": "市经信局",
        "notice": "1号",
        "key_staff": "甲、乙",
    }
    entry = {"contract": number, "kind": "protected_period", "title": "两会保障", "at": now, "details": details}
    period = ask(site, people.operator, "logbook.open", **entry).value
    for person in (people.clerk, people.operator):
        ask(site, person, "logbook.advance", id=period.id, event="confirm")
    planned = {"contract": number, "post": "protection", "telephone": "01012345678", "person": "甲"}
    ask(site, people.operator, "shift.plan", start_at=now, end_at=end, **planned)
    incident = ask(
        site, people.clerk, "incident.open", contract=number, title="打不开", object="platform", at=now
    ).value
    clerk = desk("clerk")
    seen = clerk.open(f"/incidents/{incident.id}")
    for words in (
        "处于重要保障期",
        "两会保障",
        "特别重大保障",
        period.number,
        "尚无到岗登记",
        "01012345678",
        "没有到岗登记",
    ):
        assert words in seen.words
    assert "两会保障" in clerk.open(next(one for one in seen.links if period.id in one).removeprefix("/console")).words
