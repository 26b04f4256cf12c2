"""A statement as it is really computed, from the sample contract's Word file, reads as words in every document."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.kits.report import READERS, squeeze

from yunqi.cases.incident import IncidentFacts
from yunqi.contract import read_contract
from yunqi.contract.workdays import load_work_calendar
from yunqi.kernel.clock import parse_instant
from yunqi.kernel.money import render_yuan
from yunqi.kernel.period import Month, Span
from yunqi.metering import Observation, Verdict
from yunqi.reports import load_report, render_report
from yunqi.settlement import compute_statement
from yunqi.settlement.inputs import DrawFact, Inputs, ObjectEvidence, Reading, SystemFacts

SAMPLE = Path(__file__).parents[2] / "examples" / "contract-sample.docx"
LABEL = "监测平台导出样例"
MONTH = Month.parse("2026-08")
# Ids, and codes with a dot, an underscore or an event in them: none is a word for a reader.
RAW = re.compile(
    r"inc-[0-9a-z]{26}|sys-\d|[a-z]+_[a-z]+|(?:availability|average|outages|clock_start|unpriced|severity|gap)[.@]"
    r"|breached|not_due|\bminute\b|\bshare\b"
)


def observe(down: Span | None) -> tuple[Observation, ...]:
    start_at, end_at = parse_instant("2026-06-30T16:00:00Z"), MONTH.span.end_at
    if down is None:
        return (Observation(Span(start_at, end_at), Verdict.UP, sample=True),)
    return (
        Observation(Span(start_at, down.start_at), Verdict.UP, sample=True),
        Observation(down, Verdict.DOWN, sample=True),
        Observation(Span(down.end_at, end_at), Verdict.UP, sample=True),
    )


def incident(no: int, title: str, times: dict[str, str], **fields: Any) -> IncidentFacts:
    at = {name: parse_instant(text) for name, text in times.items()}
    opened_at = at.pop("opened")
    name = f"inc-01k{no:023d}"
    return IncidentFacts(name, f"INC-2026-{no:04d}", title, opened_at, at, facts=(f"fact-i{no}",), **fields)


@pytest.fixture(scope="module")
def computed() -> dict[str, Any]:
    contract = read_contract(SAMPLE).model_dump(mode="json")
    down = Span(parse_instant("2026-08-11T01:02:00Z"), parse_instant("2026-08-11T01:49:00Z"))
    lines = [line for line in contract["price_lines"] if line.get("quantity")]
    statement = compute_statement(
        Inputs(
            contract=contract,
            month=MONTH,
            known_at=parse_instant("2026-09-02T01:30:00Z"),
            calendar=load_work_calendar(),
            readings=(Reading("fee_base", "contract", "会议纪要第1号", "rd-1"),),
            systems=(
                SystemFacts("sys-1", "会员服务系统", important=True, internet_facing=True, fee_share=Fraction(1, 10)),
                SystemFacts("sys-2", "门户网站", important=False, internet_facing=True),
            ),
            draws=tuple(
                DrawFact(
                    f"draw-{line['no']}",
                    line["item"],
                    Fraction(line["quantity"]),
                    parse_instant("2026-07-01T00:00:00Z"),
                    None,
                    line["no"],
                )
                for line in lines
            ),
            objects=(
                ObjectEvidence("plat", "云平台入口", observe(None), "platform", labels=(LABEL,), facts=("fact-p1",)),
                ObjectEvidence("srv-1", "member-web-1", observe(down), "resource", "sys-1", (LABEL,), ("fact-s1",)),
            ),
            incidents=(
                incident(
                    7,
                    "会员服务系统无法访问",
                    {
                        "opened": "2026-08-11T01:02:00Z",
                        "reported": "2026-08-11T01:10:00Z",
                        "responded": "2026-08-11T01:32:00Z",
                        "located": "2026-08-11T01:57:00Z",
                        "arrived": "2026-08-11T02:00:00Z",
                    },
                    system="sys-1",
                    object="srv-1",
                    root_cause="核心交换机端口故障",
                ),
                incident(
                    9,
                    "门户网站首页被改动",
                    {"opened": "2026-08-22T13:40:00Z", "reported": "2026-08-22T13:41:30Z"},
                    type="tampering",
                    system="sys-2",
                ),
            ),
        )
    )
    data: dict[str, Any] = statement.model_dump(mode="json")
    return data


@pytest.mark.parametrize("name", ["monthly", "statement_pdf", "statement_xlsx"])
def test_no_code_is_left_and_every_amount_is_there(name: str, computed: dict[str, Any], tmp_path: Path) -> None:
    report = load_report(name)
    text = READERS[report.suffix](render_report(name, computed, tmp_path / f"a{report.suffix}"))
    assert sorted(set(RAW.findall(text))) == []
    plain = squeeze(text)
    for line in computed["delivery"]:
        assert squeeze(line["name"]) in plain
        assert name == "monthly" or line["total_fen"] is None or render_yuan(line["total_fen"]) in plain
    for instalment in computed["instalments"]:
        assert render_yuan(instalment["amount_fen"]) in plain
    for key in ("penalty_low_fen", "penalty_high_fen"):
        assert render_yuan(computed[key]) in plain
    assert "INC-2026-0007" in plain
    assert "22分钟" in plain or name == "statement_xlsx"
    assert "99.894713%" in plain
    assert LABEL in plain


def test_what_a_candidate_lacks_points_at_the_open_points(computed: dict[str, Any], tmp_path: Path) -> None:
    needing = [item for item in computed["candidates"] if item["needs"]]
    assert needing
    text = squeeze(READERS[".docx"](render_report("monthly", computed, tmp_path / "a.docx")))
    codes = [point["code"] for point in computed["open_points"]]
    for item in needing:
        numbers = sorted({codes.index(code) + 1 for code in item["needs"] if code in codes})
        assert f"待定事项第{'、'.join(map(str, numbers))}项" in text


@pytest.mark.parametrize("name", ["monthly", "statement_pdf", "statement_xlsx"])
def test_grounds_of_termination_stand_in_every_document(name: str, computed: dict[str, Any], tmp_path: Path) -> None:
    source = {"article": "第八条 9", "text": "不称职的人员，乙方应在5日内更换。", "line": 1, "page": None, "cell": None}
    shared = {"source": source, "facts": [], "node": ""}
    grounds = [
        {"code": "replacement", "title": "未在期限内更换人员", "state": "met", "detail": "超期 1 次：SR-1", **shared},
        {"code": "heads", "title": "人数未达到承诺", "state": "unknown", "detail": "没有到岗表", **shared},
    ]
    report = load_report(name)
    plain = squeeze(
        READERS[report.suffix](render_report(name, computed | {"grounds": grounds}, tmp_path / f"a{report.suffix}"))
    )
    for words in (
        "解除合同的事由",
        "未在期限内更换人员",
        "超期1次：SR-1",
        "条件成就",
        "依据不足，不能判定",
        "没有到岗表",
        "第八条9",
    ):
        assert words in plain
    bare = squeeze(
        READERS[report.suffix](render_report(name, computed | {"grounds": []}, tmp_path / f"b{report.suffix}"))
    )
    assert "未在期限内更换人员" not in bare
    assert ("解除合同的事由" in bare) == (name == "statement_xlsx")
