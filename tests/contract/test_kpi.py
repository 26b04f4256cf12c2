"""Key figures: what can be measured of which name, and when one is met."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from yunqi.contract.kpi import Bounds, judge, measure_of, most_points, parse_value, points_of, target_of


@pytest.mark.parametrize(
    ("name", "unit", "measure"),
    [
        ("云主机数量", "台", "server_count"),
        ("虚拟机台数", "台", "server_count"),
        ("云主机数量", "%", None),
        ("云主机使用率", "%", "server_use"),
        ("云主机 CPU 平均使用率", "%", "server_use"),
        ("云主机可用率", "%", "server_availability"),
        ("云平台整体可用性", "%", "platform_availability"),
        ("网络可用率", "%", None),
        ("系统运行维护响应时间", "分钟", "response"),
        ("系统故障修复响应时间", "分钟", None),
        ("漏洞扫描", "次", None),
        ("客户满意度", "%", None),
        ("数据库使用率", "%", None),
    ],
)
def test_a_name_is_measured_only_without_doubt(name: str, unit: str, measure: str | None) -> None:
    assert measure_of(name, unit) == measure


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("90", "%", "0.9"),
        ("99.95%", None, "0.9995"),
        ("5", "分钟", "5"),
        ("2", "小时", "120"),
        ("30", "秒", "0.5"),
        ("合同金额", "万元", None),
        ("7*24", "小时", None),
        ("", "台", None),
        ("-5", "台", None),
    ],
)
def test_values_in_their_units(text: str, unit: str | None, value: str | None) -> None:
    assert parse_value(text, unit) == (None if value is None else Fraction(value))


def figure(operator: str | None, value: str | None, unit: str = "台", **more: Any) -> dict[str, Any]:
    return {"no": 1, "name": "x", "operator": operator, "value": value, "unit": unit} | more


@pytest.mark.parametrize(
    ("operator", "low", "high", "state"),
    [
        (">=", "180", "180", "met"),
        (">=", "179", "179", "missed"),
        (">=", "179", "181", "unknown"),
        ("<=", "180", "180", "met"),
        ("<=", "181", "190", "missed"),
        (">", "180", "180", "missed"),
        ("<", "180", "180", "missed"),
        ("=", "180", "180", "met"),
        ("=", "170", "190", "unknown"),
        ("=", "170", "171", "missed"),
        (None, "180", "180", "words"),
        ("~", "180", "180", "unknown"),
    ],
)
def test_met_by_all_that_it_may_be(operator: str | None, low: str, high: str, state: str) -> None:
    assert judge(figure(operator, "180"), Bounds(Fraction(low), Fraction(high))) == state


def test_what_is_not_measured_or_not_a_number_is_unknown() -> None:
    assert judge(figure(">=", "180"), None) == "unknown"
    assert judge(figure("<=", "合同金额", "万元"), Bounds(Fraction(1), Fraction(1))) == "unknown"
    assert target_of(figure(">=", None)) is None


def test_points_are_those_of_the_contract() -> None:
    assert most_points(figure(">=", "1", score="10")) == 10
    assert most_points(figure(">=", "1", weight="2.5")) == Fraction("2.5")
    assert most_points(figure(">=", "1")) is None
    assert points_of(Fraction(10), "met", None) == 10
    assert points_of(Fraction(10), "missed", None) is None
    assert points_of(Fraction(10), "missed", Fraction(4)) == 4
    assert points_of(None, "met", None) is None
