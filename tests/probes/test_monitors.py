from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.kernel.errors import Problem
from yunqi.probes.foreign_rows import RowError, list_error_lines
from yunqi.probes.monitor_mapping import Rule, read_mapping
from yunqi.probes.monitor_plan import MonitorPlan, plan_import
from yunqi.probes.monitor_series import Series
from yunqi.probes.prometheus_answer import read_prometheus
from yunqi.probes.zabbix_answer import read_zabbix

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
BEGUN = 1_772_000_000  # 2026-02-25T06:13:20Z
LATER = datetime.fromtimestamp(BEGUN, UTC) + timedelta(days=1)


def answer(*series: tuple[dict[str, str], list[list[Any]]]) -> bytes:
    result = [{"metric": labels, "values": values} for labels, values in series]
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}}).encode()


def rules_of(*rows: str, head: str = "match,object,up,hold,probe,meter,scale") -> tuple[Rule, ...]:
    return read_mapping("\n".join((head, *rows)).encode(), probe="prometheus")


def plan(series: tuple[Series, ...], *rows: str, now: datetime = LATER) -> MonitorPlan:
    return plan_import(series, rules_of(*rows), now=now)


def spans(found: MonitorPlan) -> list[tuple[float, float, str]]:
    return [
        (one.start_at.timestamp() - BEGUN, one.end_at.timestamp() - BEGUN, one.verdict)
        for one in found.evidence.results
    ]


def test_each_value_is_an_observation_and_a_gap_is_none() -> None:
    labels = {"__name__": "up", "instance": "a:1", "job": "n"}
    values = [[BEGUN, "1"], [BEGUN + 60.25, "0"], [BEGUN + 300, "NaN"], [BEGUN + 360, "1"]]
    found = plan(read_prometheus(answer((labels, values))), "instance=a:1,platform,=1,65")
    assert spans(found) == [(0, 65, "up"), (60.25, 125.25, "down"), (300, 365, "unknown"), (360, 425, "up")]
    assert {one.probe for one in found.evidence.results} == {"prometheus"}
    assert (found.unseen, found.left_out, found.running) == ((), 0, 0)


def test_times_are_read_to_the_microsecond_without_floats() -> None:
    (series,) = read_prometheus(
        answer(({"a": "b"}, [])).replace(b'"values": []', b'"values": [[1772000000.123457, "1"]]')
    )
    assert series.points[0].at_us == 1_772_000_000_123_457
    (series,) = read_zabbix(
        json.dumps([{"itemid": 1, "clock": "1772000000", "ns": "123456789", "value": "3"}]).encode()
    )
    assert series.points[0].at_us == 1_772_000_000_123_456


@pytest.mark.parametrize(
    ("condition", "value", "verdict"),
    [
        ("=1", "1", "up"),
        ("1", "1.0", "up"),
        ("=1", "0.999999999999999999", "down"),
        (">=0.5", "0.5", "up"),
        (">0.5", "0.5", "down"),
        ("≥0.5", "0.49", "down"),
        ("<=200", "200", "up"),
        ("< 200", "200", "down"),
        ("≤200", "1e2", "up"),
        ("<=200", "+Inf", "unknown"),
        (">=0", "-Inf", "unknown"),
        ("=1", "NaN", "unknown"),
    ],
)
def test_a_condition_says_what_is_up(condition: str, value: str, verdict: str) -> None:
    found = plan(read_prometheus(answer(({"i": "a"}, [[BEGUN, value]]))), f"i=a,platform,{condition},60")
    assert [one.verdict for one in found.evidence.results] == [verdict]


TRENDS = [
    ("=1", "1", "1", 60, "up"),
    ("=1", "0", "0", 60, "down"),
    ("=1", "0", "1", 60, "unknown"),
    ("=1", "0", "2", 60, "unknown"),
    ("=1", "2", "3", 60, "down"),
    ("=1", "1", "1", 55, "unknown"),
    ("=1", "1", "1", 56, "up"),
    ("=1", "0", "0", 55, "unknown"),
    (">=2", "0", "1", 60, "down"),
    (">=2", "1", "2", 60, "unknown"),
    (">=2", "2", "9", 60, "up"),
    ("<5", "5", "9", 60, "down"),
    ("<5", "4", "5", 60, "unknown"),
]


@pytest.mark.parametrize(("condition", "low", "high", "count", "verdict"), TRENDS)
def test_an_hour_of_a_trend_says_only_what_holds_for_the_whole_hour(
    condition: str, low: str, high: str, count: int, verdict: str
) -> None:
    hour = {"itemid": "7", "clock": str(BEGUN), "num": str(count)}
    got = {"jsonrpc": "2.0", "result": [hour | {"value_min": low, "value_avg": "1", "value_max": high}], "id": 1}
    line = hour | {"itemid": 7, "clock": BEGUN, "min": int(low), "avg": 1, "max": int(high), "type": 3}
    for content in (json.dumps(got), json.dumps(line), json.dumps(line) + "\n" + json.dumps(line) + "\n"):
        found = plan(read_zabbix(content.encode()), f"itemid=7,platform,{condition},65")
        assert spans(found) == [(0, 3600, verdict)]


def test_an_export_file_of_zabbix_is_matched_by_host_name_and_tag() -> None:
    line = {
        "host": {"host": "web-1", "name": "门户一"},
        "groups": ["g"],
        "item_tags": [{"tag": "site", "value": "甲"}],
        "itemid": 4,
        "name": "ICMP ping",
        "clock": BEGUN,
        "ns": 500_000_000,
        "value": 1,
        "type": 3,
    }
    content = "\n".join(json.dumps(line | {"clock": BEGUN + 60 * number}) for number in range(3))
    series = read_zabbix(content.encode())
    assert series[0].name == "host=web-1; itemid=4; name=ICMP ping; tag.site=甲"
    found = plan(series, "host=web-1; name=ICMP ping; tag.site=甲,platform,=1,60")
    assert spans(found) == [(0.5, 60.5, "up"), (60.5, 120.5, "up"), (120.5, 180.5, "up")]


def test_values_of_a_meter_are_samples_in_whole_numbers() -> None:
    values = [[BEGUN, "0.0005"], [BEGUN + 60, "0.0015"], [BEGUN + 120, "NaN"], [BEGUN + 180, "1.25e1"]]
    found = plan(read_prometheus(answer(({"i": "a"}, values))), "i=a,srv-1,,,,load,1000")
    assert [(one.object, one.meter, one.value) for one in found.evidence.samples] == [
        ("srv-1", "load", 0),
        ("srv-1", "load", 2),
        ("srv-1", "load", 12500),
    ]
    with pytest.raises(Problem) as caught:
        plan(read_prometheus(answer(({"i": "a"}, [[BEGUN, "9.3e18"]]))), "i=a,srv-1,,,,load,1")
    assert caught.value.code == "evidence.value"


def test_what_is_still_running_is_left_for_the_next_time_and_the_future_is_refused() -> None:
    series = read_prometheus(answer(({"i": "a"}, [[BEGUN, "1"], [BEGUN + 60, "1"]])))
    at = datetime.fromtimestamp(BEGUN, UTC)
    found = plan(series, "i=a,platform,=1,65", now=at + timedelta(seconds=100))
    assert (spans(found), found.running) == ([(0, 65, "up")], 1)
    with pytest.raises(Problem) as caught:
        plan(series, "i=a,platform,=1,65", now=at + timedelta(seconds=59))
    assert caught.value.code == "evidence.future"


@pytest.mark.parametrize(
    ("rows", "code", "told"),
    [
        (["i=a,platform,=1,60"], "mapping.series", "i=b"),
        (["i=a,platform,=1,60", "i=b,platform,=1,60"], "mapping.stream", "i=b"),
        (["i=a,platform,=1,60", "i=b,-", "j=x,platform,=1,60,other"], "mapping.ambiguous", "3、4"),
        (["i=a,platform,=1,60", "i=b,platform,=1,60,other"], None, ""),
        (["i=a,platform,=1,60", "i=b,-", "i=c,platform,=1,60"], None, ""),
    ],
)
def test_every_series_has_one_row_and_a_stream_of_its_own(rows: list[str], code: str | None, told: str) -> None:
    labels = [{"i": "a"}, {"i": "b", "j": "x"}]
    series = read_prometheus(answer(*((one, [[BEGUN, "1"]]) for one in labels)))
    if code is None:
        found = plan(series, *rows)
        assert found.unseen == (("i=c",) if "i=c" in rows[-1] else ())
        assert found.left_out == sum(row.endswith(",-") for row in rows)
        return
    with pytest.raises(Problem) as caught:
        plan(series, *rows)
    assert caught.value.code == code
    assert told in str(caught.value.values)
    assert caught.value.way_out


BAD_RULES = [
    (",platform,=1,60", "match"),
    ("a,platform,=1,60", "match"),
    ("a=1; a=2,platform,=1,60", "match"),
    ("a=1,,=1,60", "object"),
    ("a=1,platform,,60", "up"),
    ("a=1,platform,=1,60,,cpu", "up"),
    ("a=1,platform,up,60", "up"),
    ("a=1,platform,>=NaN,60", "up"),
    ("a=1,platform,=1,", "hold"),
    ("a=1,platform,=1,0", "hold"),
    ("a=1,platform,=1,7201", "hold"),
    ("a=1,platform,=1,1.5", "hold"),
    ("a=1,srv,,,,cpu,0", "scale"),
    ("a=1,srv,,,,cpu,x", "scale"),
    ("a=1,platform,=1,60,a-name-of-more-than-20", "probe"),
    ("a=1,p\u202ex,=1,60", "object"),
    ("i=a,platform,=1,60", "match"),
]


@pytest.mark.parametrize(("row", "field"), BAD_RULES)
def test_a_bad_row_of_the_mapping_is_named_with_line_and_field(row: str, field: str) -> None:
    with pytest.raises(Problem) as caught:
        rules_of("i=a,platform,=1,60", row)
    assert caught.value.code == "evidence.rows"
    (error, *_more) = caught.value.values["errors"]  # type: ignore[misc]
    assert isinstance(error, RowError)
    assert (error.line, error.field) == (3, field)
    assert error.reason


def test_the_mapping_may_be_in_chinese_and_in_the_encoding_of_office_programs() -> None:
    head = "匹配,对象,正常条件,有效秒数,备注"
    text = f"{head}\ninstance=a:1；job=n,system:办事大厅,≥1,65,x\n".encode("gb18030")
    (rule,) = read_mapping(text, probe="zabbix")
    assert rule.as_json() == {
        "match": "instance=a:1; job=n",
        "object": "system:办事大厅",
        "up": ">=1",
        "hold_s": 65,
        "probe": "zabbix",
    }
    for content, code in (
        (b"", "mapping.columns"),
        (b"match\n", "mapping.columns"),
        (b"match,object\n", "evidence.empty"),
    ):
        with pytest.raises(Problem) as caught:
            read_mapping(content, probe="zabbix")
        assert caught.value.code == code


def test_two_series_without_a_condition_of_their_own_are_told_apart_by_their_probe() -> None:
    series = read_prometheus(answer(({"i": "a"}, [[BEGUN, "1"]]), ({"i": "b"}, [[BEGUN, "0"]])))
    found = plan(series, "i=a,platform,=1,60,http", "i=b,platform,=1,60,icmp")
    assert [(one.probe, one.verdict) for one in found.evidence.results] == [("http", "up"), ("icmp", "down")]


BAD_ANSWERS = [
    (read_prometheus, b"", "evidence.unreadable_answer"),
    (read_prometheus, b"[]", "evidence.unreadable_answer"),
    (read_prometheus, b'{"status":"error","errorType":"bad_data","error":"parse error"}', "evidence.answer_error"),
    (read_prometheus, b'{"status":"success","data":{"resultType":"vector","result":[]}}', "evidence.unreadable_answer"),
    (read_prometheus, b'{"status":"success"}', "evidence.unreadable_answer"),
    (read_prometheus, answer(), "evidence.empty"),
    (read_prometheus, answer(({"a": "b"}, [])), "evidence.empty"),
    (read_prometheus, answer(({"a": "b"}, [[BEGUN, 1]])), "evidence.rows"),
    (read_prometheus, answer(({"a": "b"}, [[BEGUN, "x"]])), "evidence.rows"),
    (read_prometheus, answer(({"a": "b"}, [[BEGUN, "1e999999999"]])), "evidence.rows"),
    (read_prometheus, answer(({"a": "b"}, [[BEGUN, "1e-999999999"]])), "evidence.rows"),
    (read_prometheus, answer(({"a": "b"}, [[BEGUN, "1" * 5000]])), "evidence.rows"),
    (read_prometheus, b"[" * 100_000, "evidence.unreadable_answer"),
    (read_zabbix, b"[" * 100_000, "evidence.unreadable_answer"),
    (read_prometheus, answer(({"a": "b"}, [["soon", "1"]])), "evidence.rows"),
    (read_prometheus, answer(({"a": "b"}, [[True, "1"]])), "evidence.rows"),
    (read_prometheus, answer(({"a": "b"}, [[-1, "1"]])), "evidence.rows"),
    (read_prometheus, answer(({"a": "b"}, [[1e30, "1"]])), "evidence.rows"),
    (read_prometheus, answer(({"a": "b"}, [[BEGUN, "1"], [BEGUN, "0"]])), "evidence.rows"),
    (read_zabbix, b"", "evidence.unreadable_answer"),
    (read_zabbix, b"itemid,clock\n1,2\n", "evidence.unreadable_answer"),
    (
        read_zabbix,
        b'{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid params.","data":"x"}}',
        "evidence.answer_error",
    ),
    (read_zabbix, b'{"jsonrpc":"2.0","result":12}', "evidence.unreadable_answer"),
    (read_zabbix, b'{"jsonrpc":"2.0","result":[]}', "evidence.empty"),
    (read_zabbix, b'[{"itemid":"1","clock":"2","value":"text"}]', "evidence.rows"),
    (read_zabbix, b'[{"itemid":"1","clock":"x","value":"1"}]', "evidence.rows"),
    (read_zabbix, b'[{"itemid":"1","clock":"2","ns":"1000000000","value":"1"}]', "evidence.rows"),
    (read_zabbix, b'[{"itemid":"1","value":"1"}]', "evidence.rows"),
    (read_zabbix, b'[{"itemid":"1","clock":"2","value_min":"1","value_avg":"1","value_max":"1"}]', "evidence.rows"),
    (read_zabbix, b'{"itemid":1,"clock":2,"value":1}\n{"itemid":1,"clo', "evidence.rows"),
]


@pytest.mark.parametrize(("read", "content", "code"), BAD_ANSWERS)
def test_what_is_no_such_answer_is_refused_clearly(
    read: Callable[[bytes], tuple[Series, ...]], content: bytes, code: str
) -> None:
    with pytest.raises(Problem) as caught:
        read(content)
    assert caught.value.code == code
    assert caught.value.way_out
    assert all(list_error_lines(caught.value))


def test_every_bad_value_is_listed_with_its_series_and_place() -> None:
    content = answer(({"a": "b"}, [[BEGUN, "1"]]), ({"a": "c"}, [[BEGUN, "1"], [BEGUN + 60, "x"], [BEGUN + 120, None]]))
    with pytest.raises(Problem) as caught:
        read_prometheus(content)
    errors: Any = caught.value.values["errors"]
    assert [(one.line, one.field) for one in errors] == [(2, "values[1]"), (2, "values[2]")]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 5000), st.sampled_from(["0", "1", "NaN"])), min_size=1, unique_by=lambda one: one[0]
    ),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_files_that_overlap_bring_the_same_observations(values: list[tuple[int, str]], one: int, other: int) -> None:
    pairs: list[list[Any]] = [[BEGUN + at, value] for at, value in sorted(values)]
    first, last = sorted((min(one, len(pairs)), min(other, len(pairs))))
    whole = set(plan(read_prometheus(answer(({"i": "a"}, pairs))), "i=a,platform,=1,60").evidence.results)
    parts: set[Any] = set()
    for some in (pairs[:last], pairs[first:]):
        if some:
            parts |= set(plan(read_prometheus(answer(({"i": "a"}, some))), "i=a,platform,=1,60").evidence.results)
    assert parts == whole
    assert len(whole) == len(pairs)
