"""The weekly report: it passes the kit, and says unknown where nothing is known."""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.kits.report import ReportKit, convert_to_pdf, read_pdf, squeeze

from yunqi.reports import figures, render_report
from yunqi.reports.week_view import NO_REPAIRS, NO_RESOURCES, UNKNOWN, view_week
from yunqi.reports.weekly.make_layout import make_layout


class TestWeekly(ReportKit):
    name = "weekly"
    free = frozenset({"title", "name", "names", "using_unit", "provider", "root_cause", "by"})
    required = "objects"

    def shown(self, data: dict[str, Any]) -> Iterator[str]:
        yield from (data["contract"][name] for name in ("number", "title", "using_unit", "provider"))
        for one in data["objects"]:
            yield "云平台整体" if one["kind"] == "platform" else one["name"]
            yield figures.percent(one["share"]) if one["share"] else UNKNOWN
            yield figures.percent(one["known_share"])
            for each in one["outages"]:
                yield figures.local(each["start_at"])
                yield figures.local(each["end_at"])
        for one in data["unseen"]:
            yield from one["names"]
        for one in data["repairs"]:
            yield one["name"]
            yield figures.local(one["found_at"])
        for line in data["lines"]:
            yield line["name"]
            for key in ("contracted", "average", "peak", "at_end"):
                yield UNKNOWN if line[key] is None else figures.quantity(line[key])
        for one in data["incidents"]:
            yield one["number"]
            yield one["title"]
            yield from (figures.minutes(clock["minutes"]) for clock in one["clocks"])
        for one in data["posts"]["gaps"]:
            yield figures.minutes(one["minutes"])
        for one in data["reports"]["late"]:
            yield one["kind"]
            yield from one["period"]
        for one in data["reports"]["handed"]:
            yield one["number"]
        for one in (*data["notices"], *data["expiring"]):
            yield one["number"]
        yield from ("样例数据", "机房环境", "2026年10月11日", "逾期6日", "期满未交", "热线", "未经证实")

    def test_the_template_is_what_its_program_writes(self) -> None:
        with zipfile.ZipFile(io.BytesIO(make_layout())) as made, zipfile.ZipFile(self.report.layout) as kept:
            for part in ("word/document.xml", "word/styles.xml", "word/header1.xml"):
                assert made.read(part) == kept.read(part)

    def test_a_week_that_is_not_over_says_so_on_each_page(self, tmp_path: Path) -> None:
        data = self.example() | {"to_date": True, "end_at": "2026-10-08T04:00:00.000000Z"}
        text = self.read(self.make(data, tmp_path, "a"))
        assert "期间尚未结束：数字截至2026-10-0812:00:00" in text
        assert "截至编制之时" in text
        assert "期间尚未结束" not in self.read(self.make(self.example(), tmp_path, "b"))

    def test_it_opens_in_libreoffice(self, tmp_path: Path) -> None:
        path = render_report(self.name, self.example(), tmp_path / "week.docx")
        text = squeeze(read_pdf(convert_to_pdf(path, tmp_path)))
        assert "（九）须由人巡检的项目" in text
        assert "门户前置服务器" in text
        assert "{" not in text


def example() -> dict[str, Any]:
    return copy.deepcopy(TestWeekly().example())


@pytest.mark.parametrize(
    ("change", "share", "known", "down"),
    [
        ({"share": "1", "known_share": "1"}, "100.00%", "100.00%", "0"),
        ({"share": None, "known_share": "0", "unknown_minutes": "10080"}, UNKNOWN, "0.00%", UNKNOWN),
        ({"share": None, "known_share": "1", "counted": False}, "—", "全部除外", UNKNOWN),
        ({"share": "9999999/10000000", "known_share": "1", "down_minutes": "1/2"}, "99.99999%", "100.00%", "30 秒"),
    ],
    ids=["up", "unknown", "excluded", "just not up"],
)
def test_what_is_not_known_is_neither_up_nor_zero(change: dict[str, Any], share: str, known: str, down: str) -> None:
    data = example()
    data["objects"] = [data["objects"][2] | {"outages": [], "down_minutes": "0", "sample": False} | change]
    row = view_week(data)["objects"][0]
    if share == "99.99999%":
        share = figures.percent(change["share"])
        assert share != "100.00%"
    assert (row["share"], row["known"], row["down"]) == (share, known, down)


@pytest.mark.parametrize(
    ("at_end", "contracted", "used"),
    [
        (None, "10", UNKNOWN),
        ("0", "10", "0.00%"),
        ("10", "10", "100.00%"),
        ("12", "10", "120.00%"),
        ("1", "0", UNKNOWN),
    ],
    ids=["not recorded", "nothing", "all", "over", "none bought"],
)
def test_what_is_used_of_a_line(at_end: str | None, contracted: str, used: str) -> None:
    data = example()
    data["lines"] = [data["lines"][0] | {"at_end": at_end, "contracted": contracted}]
    assert view_week(data)["lines"][0]["used"] == used


def test_no_repair_is_only_said_where_there_was_something_to_repair() -> None:
    data = example() | {"repairs": []}
    assert NO_REPAIRS in view_week(data)["summary"]
    assert NO_RESOURCES in view_week(data | {"resources": []})["summary"]


def test_nothing_observed_is_unknown_in_the_summary() -> None:
    view = view_week(example() | {"objects": []})
    assert view["summary"][0] == "期间没有监测数据，各对象的状态未知。"
    assert view["outages"] == []


def test_of_many_objects_the_worst_are_listed_and_the_rest_is_told() -> None:
    data = example()
    one = data["objects"][0]
    data["objects"] = [one | {"name": f"对象{number}", "kind": "server"} for number in range(301)]
    view = view_week(data)
    assert len(view["objects"]) == 300
    assert "301" in view["more_objects"]


def test_the_days_that_are_not_closed_are_named() -> None:
    data = example()
    assert "尚未封存：2026年10月11日" in view_week(data)["sealing"]
    assert view_week(data | {"days": []})["sealing"] == "期间内还没有过完的一日。"


def test_the_figures_of_the_summary_are_sums_of_the_rows() -> None:
    data = example()
    minutes = sum(Fraction(one["down_minutes"]) for one in data["objects"])
    times = sum(len(one["outages"]) for one in data["objects"])
    assert f"各对象合计 {times} 次、{figures.minutes(str(minutes))}" in view_week(data)["summary"][0]
