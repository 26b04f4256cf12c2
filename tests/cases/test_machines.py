from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from yunqi.cases import adjudication, incident, work_order
from yunqi.cases.machine import PROBE, Event
from yunqi.kernel.errors import Problem

AT = datetime(2026, 2, 3, 1, 0, tzinfo=UTC)


def event(name, role, minutes=0, **data):
    return Event(name, AT + timedelta(minutes=minutes), role, "某人", data)


def play(machine, case, *events):
    for one in events:
        case = machine.apply(case, one)
    return case


FILE = event("file", "administration", 1, filing_number="BA-1")
APPROVE = event("approve", "provider", 2)
CARRY_OUT = event("carry_out", "provider", 3)
CLOSE = event("close", "using_unit", 4)


def test_a_work_order_goes_its_way():
    case = work_order.open_work_order("onboarding", {"title": "系统入云"})
    states = [case.state]
    for one in (FILE, APPROVE, CARRY_OUT, CLOSE):
        case = work_order.apply(case, one)
        states.append(case.state)
    assert states == ["drafted", "filed", "approved", "carried_out", "closed"]
    assert case.data["filing_number"] == "BA-1"


@pytest.mark.parametrize(
    ("events", "deployable"),
    [((), False), ((FILE,), False), ((FILE, APPROVE), True), ((FILE, APPROVE, CARRY_OUT), True)],
)
def test_resources_need_a_filed_and_approved_work_order(events, deployable):
    assert work_order.may_deploy(play(work_order, work_order.open_work_order("change", {}), *events)) is deployable


def test_a_refused_event_names_state_event_and_what_is_allowed():
    with pytest.raises(Problem) as error:
        work_order.apply(work_order.open_work_order("exit", {}), APPROVE)
    assert error.value.code == "case.not_allowed"
    assert error.value.values == {"state": "已拟稿", "event": "受理", "allowed": "备案、退回、撤回"}


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (event("file", "provider", filing_number="1"), "case.role"),
        (event("file", "administration"), "case.data"),
        (event("explode", "provider"), "case.event"),
        (event("close", "using_unit"), "case.not_allowed"),
        (event("withdraw", "using_unit"), "case.data"),
    ],
)
def test_what_may_not_be_is_refused(one, code):
    with pytest.raises(Problem) as error:
        work_order.apply(work_order.open_work_order("go_live", {}), one)
    assert error.value.code == code


def test_an_event_before_the_one_it_follows_is_refused():
    case = play(work_order, work_order.open_work_order("change", {}), FILE)
    with pytest.raises(Problem) as error:
        work_order.apply(case, event("approve", "provider", -5))
    assert error.value.code == "case.time"


def test_an_unknown_kind_of_work_order_is_refused():
    with pytest.raises(Problem) as error:
        work_order.open_work_order("party", {})
    assert error.value.code == "work_order.kind"


def test_an_incident_is_reported_answered_recovered_and_closed():
    case = incident.open_incident("fault", "interruption", {"title": "不可用"})
    case = play(
        incident,
        case,
        event("reported", "using_unit", 5, channel="电话"),
        event("responded", "provider", 12),
        event("located", "provider", 30, root_cause="交换机"),
    )
    assert (case.state, case.data["root_cause"]) == ("responded", "交换机")
    case = play(incident, case, event("recovered", PROBE, 40), event("closed", "using_unit", 60))
    assert case.state == "closed"


def test_a_late_response_leaves_a_recovered_incident_recovered():
    case = play(
        incident,
        incident.open_incident("fault", "interruption", {}),
        event("recovered", PROBE, 3),
        event("responded", "provider", 9),
    )
    assert case.state == "recovered"


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (event("reported", "using_unit"), "case.data"),
        (event("responded", "using_unit"), "case.role"),
        (event("closed", "using_unit"), "case.not_allowed"),
        (event("recovered", "using_unit"), "case.role"),
    ],
)
def test_an_incident_refuses(one, code):
    with pytest.raises(Problem) as error:
        incident.apply(incident.open_incident("fault", "interruption", {}), one)
    assert error.value.code == code


def test_a_response_is_given_once():
    case = play(incident, incident.open_incident("fault", "interruption", {}), event("responded", "provider"))
    with pytest.raises(Problem) as error:
        incident.apply(case, event("responded", "provider", 5))
    assert error.value.code == "case.not_allowed"


def test_a_response_before_the_report_is_refused():
    case = play(
        incident,
        incident.open_incident("fault", "interruption", {}),
        event("reported", "using_unit", 10, channel="电话"),
    )
    with pytest.raises(Problem) as error:
        incident.apply(case, event("responded", "provider", 5))
    assert error.value.code == "case.time"


@pytest.mark.parametrize(
    ("kind", "type_", "code"), [("wish", "interruption", "incident.kind"), ("fault", "x", "incident.type")]
)
def test_an_unknown_incident_is_refused(kind, type_, code):
    with pytest.raises(Problem) as error:
        incident.open_incident(kind, type_, {})
    assert error.value.code == code


@pytest.mark.parametrize(
    ("opened_by", "by", "refused"),
    [
        ("using_unit", "provider", True),
        ("provider", "using_unit", True),
        ("using_unit", "using_unit", False),
        ("administration", "provider", False),
        (None, "using_unit", False),
    ],
)
def test_who_proposed_a_finding_alone_takes_it_back(opened_by, by, refused):
    data = {} if opened_by is None else {"opened_by": opened_by}
    case = adjudication.open_adjudication("inc-1", "responsible", "yes", "会议纪要 3", data)
    case = play(adjudication, case, event("contest", "provider", reason="不同意"))
    back = event("withdraw", by, 1, reason="误提")
    assert adjudication.MACHINE.is_anothers(case, "withdraw", by) is refused
    if not refused:
        assert adjudication.apply(case, back).state == "withdrawn"
        return
    with pytest.raises(Problem) as error:
        adjudication.apply(case, back)
    assert error.value.code == "case.not_own"


def finding(answer: object = "yes", question: str = "severity.重大影响"):
    return adjudication.open_adjudication("inc-1", question, answer, "会议纪要 3", {})


def test_a_finding_counts_once_both_parties_confirmed_it():
    case = play(adjudication, finding(), event("confirm", "using_unit"))
    assert case.state == "half_confirmed"
    with pytest.raises(Problem) as error:
        adjudication.apply(case, event("confirm", "using_unit", 1))
    assert error.value.code == "case.twice"
    case = adjudication.apply(case, event("confirm", "provider", 2))
    assert case.state in adjudication.FINAL


def test_a_contested_finding_is_decided_with_evidence():
    case = play(adjudication, finding(), event("contest", "provider", reason="无影响"))
    with pytest.raises(Problem) as error:
        adjudication.apply(case, event("decide", "administration", answer="no"))
    assert error.value.code == "case.data"
    case = adjudication.apply(case, event("decide", "administration", answer="no", evidence="复核 7"))
    assert (case.state, case.data["answer"]) == ("decided", "no")


@pytest.mark.parametrize(
    ("question", "answer", "kept"),
    [("responsible", True, "yes"), ("responsible", "no", "no"), ("people_affected", "050", "50"), ("loss_fen", 0, "0")],
)
def test_answers_are_kept_in_one_form(question, answer, kept):
    assert finding(answer, question).data["answer"] == kept


@pytest.mark.parametrize(
    ("question", "answer"),
    [("responsible", "maybe"), ("people_affected", "-1"), ("people_affected", "1.5"), ("loss_fen", True)],
)
def test_other_answers_are_refused(question, answer):
    with pytest.raises(Problem) as error:
        finding(answer, question)
    assert error.value.code == "adjudication.answer"


def test_a_finding_needs_a_known_question_and_evidence():
    with pytest.raises(Problem) as error:
        finding(question="mood")
    assert error.value.code == "adjudication.question"
    with pytest.raises(Problem) as error:
        adjudication.open_adjudication("inc-1", "responsible", "yes", " ", {})
    assert error.value.code == "adjudication.evidence"
