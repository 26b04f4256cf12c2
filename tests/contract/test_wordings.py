"""What single sentences mean, in the wordings of the field."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from yunqi.contract import Contract, read_contract
from yunqi.contract.documents import Table, read_document

SAMPLE = Path(__file__).resolve().parents[2] / "examples/contract-sample.docx"


@cache
def sample_text() -> str:
    lines: list[str] = []
    for block in read_document(SAMPLE).blocks:
        lines += ["\t".join(row.cells) for row in block.rows] if isinstance(block, Table) else [block.text]
    return "\n".join(lines)


def read_with(old: str, new: str) -> Contract:
    text = sample_text()
    assert len(re.findall(old, text)) == 1, old
    return read_contract(re.sub(old, new, text).encode(), "x.txt")


@pytest.mark.parametrize(
    ("words", "operator", "threshold", "window", "target"),
    [
        ("云平台整体可用性不低于99.95%", ">=", "0.9995", None, "platform"),
        ("云平台整体可用性不得低于 99.95 %", ">=", "0.9995", None, "platform"),
        ("云平台可用率≥99.95％", ">=", "0.9995", None, "platform"),
        ("平台年度可用性应达到９９.９５%以上", ">=", "0.9995", "year", "platform"),
        ("云主机每月可用性高于99.95%", ">", "0.9995", "month", "instance"),
        ("信息系统全年可用性不应低于99.95%", ">=", "0.9995", "year", "system"),
    ],
)
def test_availability(words: str, operator: str, threshold: str, window: str | None, target: str) -> None:
    level = read_with("云平台整体可用性不低于99.99%", words).service_levels[0]
    assert (level.metric, level.operator, level.threshold, level.unit) == ("availability", operator, threshold, "share")
    assert (level.window, level.object) == (window, target)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "系统发生故障时，乙方应在5分钟内响应，在1个小时之内使系统恢复正常",
            [("response", "5", "minute", "occurrence"), ("recovery", "1", "hour", "occurrence")],
        ),
        ("乙方应在故障发生后十分钟内响应", [("response", "10", "minute", "occurrence")]),
        (
            "故障响应时间不得超过5分钟，故障恢复时间不超过2小时",
            [("response", "5", "minute", None), ("recovery", "2", "hour", None)],
        ),
        ("乙方应在接到甲方通知后二（2）小时内到达现场", [("arrival", "2", "hour", "notice")]),
        ("乙方应当在30 分钟以内完成故障定位", [("location", "30", "minute", None)]),
        ("乙方提供7*24小时值守服务", []),
    ],
)
def test_times(words: str, expected: list[tuple[str, str, str, str | None]]) -> None:
    contract = read_with("乙方应自收到甲方故障报告之时起15分钟内响应，2小时内到达云中心机房", words)
    read = [
        (e.metric, e.threshold, e.unit, e.clock_start)
        for e in contract.service_levels
        if e.source.article == "第三条 7"
    ]
    assert read == expected
    assert all(level.operator == "<=" for level in contract.service_levels if level.unit != "share")


@pytest.mark.parametrize(
    ("words", "start", "end", "months", "begins"),
    [
        ("自2026年3月1日起至2027年2月28日止", "2026-03-01", "2027-02-28", 12, "date"),
        ("自合同签订之日起至2026年12月31日止", "2026-06-25", "2026-12-31", 12, "signature"),
        ("自合同签订之日起", "2026-06-25", "2027-06-24", 12, "signature"),
        ("自二〇二六年一月一日起至二〇二六年十二月三十一日止", "2026-01-01", "2026-12-31", 12, "date"),
        ("自服务开通之日起至2026年12月31日止", None, "2026-12-31", 12, "activation"),
    ],
)
def test_term(words: str, start: str | None, end: str, months: int, begins: str) -> None:
    term = read_with("自2026年7月1日起至2027年6月30日止", words).term.model_dump(mode="json", by_alias=True)
    assert (term["start_on"], term["end_on"], term["months"], term["from"]) == (start, end, months, begins)


@pytest.mark.parametrize(
    ("words", "band"),
    [
        ("平均响应时间大于15分钟且小于30分钟", ("15", ">", "30", "<", "minute")),
        ("平均响应时间超过15分钟且不超过30分钟", ("15", ">", "30", "<=", "minute")),
        ("平均响应时间15分钟以上", ("15", ">=", None, None, "minute")),
        ("平均响应时间大于30分钟且小于1小时", ("30", ">", "60", "<", "minute")),
    ],
)
def test_bands(words: str, band: tuple[str | None, ...]) -> None:
    rows = read_with("\n7\t平均响应时间大于15分钟且小于30分钟", f"\n7\t{words}").penalties.coefficients
    found = rows[6].band
    assert found is not None
    assert (found.min, found.min_operator, found.max, found.max_operator, found.unit) == band


@pytest.mark.parametrize(
    "header",
    [
        "序号\t服务名称\t综合单价（元）\t采购数量\t小计（元）",
        "编号\t服务项目\t单价\t数量\t金额",
        "序号\t分项名称\t单价\t数量\t总价",
    ],
)
def test_headers_of_the_price_table(header: str) -> None:
    contract = read_with("序号\t分项名称\t单价（元）\t数量\t合价（元）", header)
    assert [line.quantity for line in contract.price_lines][:3] == ["3435", "8999", "2"]
    assert contract.table_total_fen == 484528352


def test_columns_in_any_order() -> None:
    lines = []
    for line in sample_text().split("\n"):
        cells = line.split("\t")
        in_table = len(cells) == 5 and (cells[1] == "分项名称" or cells[0] == "总价" or "服务—" in cells[1])
        lines.append("\t".join(cells[index] for index in (3, 0, 4, 1, 2)) if in_table else line)
    contract = read_contract("\n".join(lines).encode(), "x.txt")
    expected = read_contract(sample_text().encode(), "x.txt")
    assert [(e.no, e.item, e.unit_price, e.bundle) for e in contract.price_lines] == [
        (e.no, e.item, e.unit_price, e.bundle) for e in expected.price_lines
    ]
    assert contract.table_total_fen == 484528352


def test_what_is_unsure_is_null_with_its_candidates() -> None:
    contract = read_with("云主机服务—内存", "神秘服务")
    assert contract.price_lines[1].item is None
    assert [(entry.path, entry.candidates) for entry in contract.uncertain] == [("price_lines[1].item", [])]
    assert "price.item_unknown" in {finding.code for finding in contract.findings}
