"""Reports over a span pass the kit; their plots repeat the figures, and unknown is never drawn as up or as 0."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kits.report import ReportKit, convert_to_pdf, read_pdf, squeeze

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Span
from yunqi.metering import Verdict, VerdictSpan
from yunqi.operations.report_data import count_weeks, list_days, list_months, split_spans, window_of
from yunqi.reports import figures
from yunqi.reports.period_view import object_name
from yunqi.reports.plots import draw_plot, plot_clocks, plot_counts, plot_grid, plot_use
from yunqi.reports.security_monthly.gather import gather as gather_security
from yunqi.reports.self_evaluation.gather import gather as gather_evaluation

NAMES = ("security_monthly", "self_evaluation", "service_summary", "submission")
START = datetime(2026, 10, 1, 16, tzinfo=UTC)


class SpanKit(ReportKit):
    """What every report over a span shows."""

    free = frozenset({"title", "using_unit", "provider", "name", "reason", "person"})

    def shown(self, data: dict[str, Any]) -> Iterator[str]:
        yield from (data["contract"][key] for key in ("number", "title", "using_unit", "provider"))
        yield figures.day(data["first_on"])
        for one in data["notices"]:
            yield from (one["number"], one["title"], figures.local(one["issued_at"]), "逾期未改")
        for key in ("objects", "services", "lines", "usage", "levels", "figures", "reports", "incidents", "orders"):
            yield from (
                object_name(str(one.get("title") or one.get("name") or one.get("kind"))) for one in data.get(key, ())
            )
        yield "签署"

    def test_the_template_is_what_its_program_writes(self) -> None:
        made = import_module(f"yunqi.reports.{self.name}.make_layout").make_layout()
        with zipfile.ZipFile(io.BytesIO(made)) as fresh, zipfile.ZipFile(self.report.layout) as kept:
            assert fresh.read("word/document.xml") == kept.read("word/document.xml")


class TestSecurity(SpanKit):
    name, required = "security_monthly", "evidence"


class TestSelfEvaluation(SpanKit):
    name, required = "self_evaluation", "figures"


class TestSummary(SpanKit):
    name, required = "service_summary", "months"


class TestSubmission(SpanKit):
    name, required = "submission", "duty"


def test_libreoffice_opens_one_with_its_plots(tmp_path: Path) -> None:
    kit = TestSecurity()
    text = squeeze(read_pdf(convert_to_pdf(kit.make(kit.example(), tmp_path), tmp_path)))
    assert "九、未检查的事项" in text
    assert "十月漏洞扫描报告" in text


def _security(**evidence: Any) -> dict[str, Any]:
    data = TestSecurity().example()
    return data | {"evidence": data["evidence"] | evidence}


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        ({"facts": 0, "unsealed": 7, "findings": []}, "没有已封存的事实可核验，尚未封存 7 条"),
        ({"facts": 5, "unsealed": 0, "unsigned": 0, "findings": []}, "已封存的一致。"),
        ({"facts": 5, "unsealed": 2, "unsigned": 3, "findings": []}, "已封存的一致，尚未封存 2 条，尚未签名 3 条"),
        ({"facts": 5, "findings": [{"code": "fact.changed", "record": "第 3 条"}]}, "发现 1 处不符"),
    ],
    ids=["nothing sealed", "all sealed", "a tail", "a changed record"],
)
def test_the_check_of_the_evidence_says_no_more_than_was_checked(evidence: dict[str, Any], words: str) -> None:
    view = gather_security(_security(**evidence))
    assert any(words in line for line in view["summary"]), view["summary"]


def test_a_service_without_a_record_is_not_called_inspected() -> None:
    data = _security()
    unrecorded = [one["name"] for one in data["services"] if not one["recorded"]]
    assert unrecorded
    left_out = "".join(gather_security(data)["left_out"])
    assert all(name in left_out for name in unrecorded)


def test_what_nothing_measures_is_left_to_be_filled_in_with_who_must() -> None:
    rows = gather_evaluation(TestSelfEvaluation().example())["rows"]
    blank = next(one for one in rows if one["name"] == "客户满意度")
    assert (blank["value"], blank["points"], blank["alarm"]) == ("待填（云服务商）", "", "未填")
    met = next(one for one in rows if one["name"] == "云主机可用率")
    assert (met["value"], met["points"], met["calm"]) == ("100%", "20", "达到")


def cell(**minutes: str) -> Mapping[str, str]:
    return {"up": "0", "down": "0", "unknown": "0", "excluded": "0", **minutes}


@pytest.mark.parametrize(
    ("given_cell", "drawn"),
    [
        (cell(up="1440"), ("up", "")),
        (cell(up="1439", down="1/60"), ("down", "1")),  # a second of downtime is drawn as a begun minute
        (cell(up="1", down="3", unknown="5"), ("down", "3")),
        (cell(up="1439", unknown="1"), ("unknown", "")),
        (cell(excluded="1440"), ("excluded", "")),
        (cell(up="1", excluded="1439"), ("up", "")),
        (cell(), ("bare", "")),
        (None, ("bare", "")),
    ],
    ids=["up", "a second", "down and unknown", "unknown", "excluded", "up and excluded", "no time", "nobody looked"],
)
def test_a_cell_shows_the_worst_that_is_known(given_cell: Any, drawn: tuple[str, str]) -> None:
    found = plot_grid("", ["1"], [("云平台", [given_cell])]).data["rows"][0]["cells"][0]
    assert (found["state"], found["text"]) == drawn


def line(**more: Any) -> dict[str, Any]:
    return {"name": "内存", "unit": "GB", "contracted": "200", "average": "100", "peak": "150"} | more


def test_a_bar_is_as_long_as_its_share_and_what_is_not_metered_is_said() -> None:
    plot = plot_use("", [line(), line(average="230", peak="250"), line(average=None, peak=None), line(contracted=None)])
    assert plot is not None
    half, over, unknown = plot.data["rows"]
    assert (half["average"], half["peak"], half["over"]) == (500_000, 750_000, False)
    assert (over["average"], over["over"]) == (1_150_000, True)
    assert (unknown["known"], unknown["text"]) == (False, "未计量")
    assert [one["stroke"] for one in (half, over, unknown)] == [True, True, False]
    assert plot_use("", [line(contracted="0")]) is None
    assert plot_counts("", []) is None


def test_a_peak_that_is_not_known_is_not_drawn_as_the_average() -> None:
    plot = plot_use("", [line(peak=None)])
    assert plot is not None
    (bar,) = plot.data["rows"]
    assert (bar["known"], bar["average"], bar["stroke"]) == (True, 500_000, False)
    assert draw_plot(plot) != draw_plot(plot_use("", [line(peak="100")]) or plot)


def test_of_many_lines_those_that_were_drawn_whole_all_the_time_are_counted_and_not_drawn() -> None:
    whole = [line(name=f"第{no}项", average="200", peak="200") for no in range(20)]
    plot = plot_use("", [*whole, line()])
    assert plot is not None
    assert [one["label"] for one in plot.data["rows"]] == ["内存"]
    assert "另有 20 行始终按合同量占用" in plot.data["note"]


def test_a_clock_is_drawn_against_its_limit() -> None:
    rows = [
        {"label": "1 响应", "minutes": "22", "limit_minutes": "15", "said": "22 分钟"},
        {"label": "1 恢复", "minutes": None, "limit_minutes": "120", "said": "未起算"},
        {"label": "1 到场", "minutes": "5", "limit_minutes": None, "said": "5 分钟"},
    ]
    plot = plot_clocks("", rows)
    assert plot is not None
    late, waits = plot.data["rows"]
    assert (late["over"], late["average"]) == (True, 1_466_666)
    assert (waits["known"], waits["over"]) == (False, False)
    assert plot_clocks("", rows[2:]) is None


def test_a_plot_has_the_same_bytes_each_time_and_other_data_others() -> None:
    def draw(count: int) -> bytes:
        from yunqi.reports import plots

        plots._draw.cache_clear()
        plot = plot_counts("每周", [("10.5", count), ('#import "x" 😀', None)])
        assert plot is not None
        return draw_plot(plot)

    assert draw(3) == draw(3)
    assert draw(3) != draw(4)
    assert draw(3).startswith(b"\x89PNG")


@given(st.lists(st.tuples(st.sampled_from(list(Verdict)), st.integers(1, 90_000)), min_size=1, max_size=12))
def test_days_add_up_to_the_whole(pieces: list[tuple[Verdict, int]]) -> None:
    at, spans = START, []
    for verdict, seconds in pieces:
        spans.append(VerdictSpan(Span(at, at + timedelta(seconds=seconds)), verdict))
        at += timedelta(seconds=seconds)
    whole = Span(START, at)
    days = list_days(whole)
    assert (days[0].start_at, days[-1].end_at) == (START, at)
    assert all(one.end_at == other.start_at for one, other in pairwise(days))
    split = split_spans(spans, days)
    for verdict in Verdict:
        name = verdict.value
        total = sum((one.span.length for one in spans if one.verdict is verdict), timedelta())
        assert sum((getattr(one, name) for one in split), timedelta()) == total
    weeks = count_weeks([one.span.start_at for one in spans], whole)
    assert sum(one["count"] for one in weeks) == len(spans)
    assert next(part for _month, part in list_months(whole)).start_at == START


class Term:
    number, id, start_on, end_on = "HT-1", "con-1", None, None


def test_a_term_that_is_not_known_is_asked_for() -> None:
    term: Any = Term()
    with pytest.raises(Problem) as refused:
        window_of(term, None, START)
    assert refused.value.code == "report_data.no_term"
    window = window_of(term, (START.date(), START.date() + timedelta(days=9)), START + timedelta(days=1))
    assert window.to_date
    assert window.span.end_at == START + timedelta(days=1)
