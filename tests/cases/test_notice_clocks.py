"""The clocks of telling: what a contract says, and what arrived when; the national clock by its dated text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from yunqi.cases.incident.national import GRADES, OPERATORS, compute_national, find_text, load_texts
from yunqi.cases.incident.notices import Receipt, compute_notice_clocks
from yunqi.contract.notification import list_notice_terms
from yunqi.contract.workdays import load_work_calendar
from yunqi.kernel.period import date_of

NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = {"count": 1, "unit": "hour"}

TERMS: list[tuple[str, list[tuple[str, Any, str | None, tuple[str, ...]]]]] = [
    (
        "发生安全事件的，乙方须在一小时内以邮件及短信方式通知甲方负责人。",
        [("notice", HOUR, "occurrence", ("mail", "sms"))],
    ),
    (
        "如系统出现故障，云服务商应于30分钟内电话报告使用单位。",
        [("notice", {"count": 30, "unit": "minute"}, None, ("telephone",))],
    ),
    ("发生重大事件时，乙方应立即告知甲方。", [("notice", None, "occurrence", ())]),
    (
        "乙方应在故障发生后2小时内提交初步报告，恢复后3个工作日内提交故障分析报告。",
        [
            ("first_report", {"count": 2, "unit": "hour"}, "occurrence", ()),
            ("final_report", {"count": 3, "unit": "working_day"}, "recovery", ()),
        ],
    ),
    (
        "系统修复后，乙方应形成故障报告，经确认后提交故障处理报告。",
        [("first_report", None, "recovery", ()), ("final_report", None, None, ())],
    ),
    (
        "宕机恢复后，乙方应在24小时内出具系统宕机报告。",
        [("final_report", {"count": 24, "unit": "hour"}, "recovery", ())],
    ),
    ("乙方接到甲方故障报告后应在15分钟内响应。", []),
    ("乙方收到甲方书面通知后5日内归还保密信息。", []),
    ("甲方变更地址的，应在3日内书面通知乙方。", []),
    ("乙方每月提交运维月报。", []),
    ("乙方进行维护升级前应提前通知甲方。", []),
]


@pytest.mark.parametrize(("text", "wanted"), TERMS, ids=[text[:12] for text, _wanted in TERMS])
def test_terms(text: str, wanted: list[Any]) -> None:
    row = {"party": "provider", "text": text, "source": {"article": "第九条", "text": text}}
    found = list_notice_terms({"obligations": [row]})
    assert [(one.stage, one.within, one.clock_start, one.channels) for one in found] == wanted
    assert list_notice_terms({"obligations": [{**row, "party": "using_unit"}]}) == ()


def clocks(text: str, receipts: list[tuple[str, str, int]], now: int, **times: int) -> Any:
    terms = list_notice_terms({"obligations": [{"party": "provider", "text": text}]})
    known = {"occurred": NOON, **{name: NOON + minutes * MINUTE for name, minutes in times.items()}}
    taken = [Receipt(stage, channel, NOON + minutes * MINUTE) for stage, channel, minutes in receipts]
    return compute_notice_clocks(terms, known, taken, NOON + now * MINUTE, load_work_calendar())


BOTH = TERMS[0][0]
CASES: list[tuple[str, str, list[tuple[str, str, int]], int, str, tuple[str, ...]]] = [
    ("nothing yet", BOTH, [], 30, "running", ("mail", "sms")),
    ("to the very minute", BOTH, [("notice", "mail", 60), ("notice", "sms", 5)], 90, "met", ()),
    ("a minute late by one of both", BOTH, [("notice", "mail", 61), ("notice", "sms", 5)], 90, "breached", ()),
    ("one of both is not enough", BOTH, [("notice", "mail", 5)], 61, "breached", ("sms",)),
    ("another way does not count", BOTH, [("notice", "wecom", 5), ("notice", "mail", 6)], 30, "running", ("sms",)),
    ("a report is no notice", BOTH, [("first_report", "mail", 5)], 30, "running", ("mail", "sms")),
    ("no time said", TERMS[2][0], [], 500, "open", ()),
    ("no time said, and told", TERMS[2][0], [("notice", "wecom", 3)], 500, "met", ()),
    ("no start said, within", TERMS[1][0], [("notice", "telephone", 29)], 40, "met", ()),
    ("no start said, beyond: open", TERMS[1][0], [("notice", "telephone", 31)], 40, "open", ()),
]


@pytest.mark.parametrize(("name", "text", "receipts", "now", "state", "lacking"), CASES, ids=[one[0] for one in CASES])
def test_clocks(
    name: str, text: str, receipts: list[tuple[str, str, int]], now: int, state: str, lacking: tuple[str, ...]
) -> None:
    (one,) = clocks(text, receipts, now)
    assert (one.state, one.lacking) == (state, lacking), name


def test_the_final_report_waits_for_the_recovery_and_counts_working_days() -> None:
    text = TERMS[3][0]
    _first, final = clocks(text, [], 60)
    assert (final.state, final.why) == ("not_started", "start.recovered")
    _first, final = clocks(text, [], 60, recovered=50)
    # Wednesday, then Thursday, Friday, Monday to its end.
    assert (final.state, date_of(final.due_at - MINUTE).isoformat()) == ("running", "2026-03-09")


def national(grade: str, operator: str, now: int, **times: int) -> Any:
    return compute_national(
        grade=grade,
        operator=operator,
        known_at=NOON,
        times={name: NOON + minutes * MINUTE for name, minutes in times.items()},
        now=NOON + now * MINUTE,
        calendar=load_work_calendar(),
    )


LIMITS = [("cii", 60), ("state_organ", 120), ("other", 240)]


@pytest.mark.parametrize(("operator", "minutes"), LIMITS)
def test_whom_to_tell_by_when(operator: str, minutes: int) -> None:
    assert national("ordinary", operator, 0) == ()
    report, summary = national("larger", operator, minutes)
    assert (report.due_at, report.state) == (NOON + minutes * MINUTE, "running")
    assert national("larger", operator, minutes + 1)[0].state == "breached"
    assert national("larger", operator, 999, report=minutes)[0].state == "met"
    assert (summary.state, bool(summary.unsure)) == ("not_started", True)
    _report, onward, _summary = national("major", operator, 999, report=10)
    assert onward.state == "for_information"
    assert onward.due_at > NOON + 10 * MINUTE


def test_the_texts_are_dated_data_with_sources_and_every_choice_is_known() -> None:
    for text in load_texts():
        assert text["source"]
        assert text["issued_on"] <= text["in_force_from"]
        assert set(text["operators"]) == set(OPERATORS)
        assert text["from_grade"] in GRADES
    before = min(text["in_force_from"] for text in load_texts()) - timedelta(days=1)
    assert find_text(before) is None
