"""Words that reports over a span share; pure. What is not known is said to be so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from yunqi.kernel.clock import parse_instant, render_local
from yunqi.kernel.errors import Problem
from yunqi.reports import figures
from yunqi.reports.fault_words import watcher_word
from yunqi.reports.plots import Plot, plot_counts, plot_grid
from yunqi.reports.words import level_state_word, operator_word

View = dict[str, Any]
PLATFORM = "云平台"
_SOME = 12


def require(data: Mapping[str, Any], names: Iterable[str]) -> None:
    """Raises `Problem` report.data for the first field that is not there."""
    for name in names:
        if name not in data:
            raise Problem(
                "report.data",
                "报告数据缺少「{field_name}」",
                field=name,
                field_name=name,
                way_out="请用 yunqi report compose 编制",
            )


def view_heading(data: Mapping[str, Any], title: str) -> View:
    """What stands on top: title, contract, parties, days, marks."""
    contract = data["contract"]
    term = [figures.day(contract[key]) for key in ("start_on", "end_on")]
    to_date = f"截至{figures.local(data['end_at'])}，期间尚未结束" if data["to_date"] else ""
    return {
        "title": str(data.get("title") or title),
        "contract": {
            "number": contract["number"],
            "title": contract["title"],
            "using_unit": contract["using_unit"],
            "provider": contract["provider"],
            "term": f"{term[0]}至{term[1]}",
            "total": f"{figures.yuan(contract['total_fen'])} 元"
            if contract.get("total_fen") is not None
            else figures.NONE,
        },
        "span": f"{figures.day(data['first_on'])}至{figures.day(data['last_on'])}",
        "made_at": data["made_at"],
        "made": figures.local(data["made_at"]),
        "by": data["by"],
        "to_date": bool(data["to_date"]),
        "to_date_text": to_date,
        "sample": bool(data.get("sample")),
        "sample_text": "样例数据：所据证据中有标为样例的，不得作为结算或考核依据",
        "header_mark": "期间未结束" if data["to_date"] else "",
    }


def object_name(name: str) -> str:
    """What an observed object is called."""
    return PLATFORM if name == "platform" else name


def view_objects(objects: Sequence[Mapping[str, Any]]) -> list[View]:
    """The rows of the table of observed objects."""
    return [
        {
            "name": object_name(one["name"]),
            "share": _share(one),
            "down": figures.minutes(one["down"]),
            "unknown": figures.minutes(one["unknown"]),
            "excluded": figures.minutes(one["excluded"]),
            "outages": str(one["outages"]),
            "observers": "；".join(watcher_word(*each.split(" ", 1)) for each in one["observers"]) or figures.NONE,
            "note": "样例" if one["sample"] else "" if one["sealed"] else "尚未全部封存",
        }
        for one in objects
    ]


def _share(one: Mapping[str, Any]) -> str:
    """A share, or between which two it lies where some of the time nobody saw."""
    if one["low"] is None:
        return "全部约定除外"
    if not Fraction(one["unknown"]):
        return figures.percent(one["low"])
    if not Fraction(one["up"]) and not Fraction(one["down"]):
        return "未知"
    return f"{figures.percent(one['low'])} ～ {figures.percent(one['high'])}"


def plot_objects(title: str, columns: Sequence[str], objects: Sequence[Mapping[str, Any]]) -> Plot | None:
    """The grid of observed objects; None where nothing was observed."""
    if not objects:
        return None
    return plot_grid(title, columns, [(object_name(one["name"]), one["cells"]) for one in objects])


def plot_weeks(weeks: Sequence[Mapping[str, Any]]) -> Plot | None:
    """Incidents by week."""
    crowded = len(weeks) > _SOME
    return plot_counts("每周立案的事件数", [(_week(one, short=crowded), one["count"]) for one in weeks])


def _week(one: Mapping[str, Any], *, short: bool) -> str:
    first, last = (f"{int(day[5:7])}.{int(day[8:10])}" for day in (one["first_on"], one["last_on"]))
    return first if short else f"{first}–{last}"


def view_incidents(incidents: Sequence[Mapping[str, Any]]) -> list[View]:
    """The rows of the table of incidents."""
    return [
        {
            "number": one["number"],
            "title": one["title"],
            "system": one["system"] or figures.NONE,
            "opened_at": figures.local(one["opened_at"]),
            "state": one["state_name"],
        }
        for one in incidents
    ]


def view_notices(notices: Sequence[Mapping[str, Any]]) -> list[View]:
    """The rows of the table of rectification notices; `alarm` for those that are overdue."""
    return [
        {
            "number": one["number"],
            "title": one["title"],
            "issued_at": figures.local(one["issued_at"]),
            "due_on": figures.day(one["due_on"]),
            "alarm": "逾期未改" if one["overdue"] else "",
            "calm": "" if one["overdue"] else one["state_name"],
        }
        for one in notices
    ]


def view_reports(reports: Sequence[Mapping[str, Any]]) -> list[View]:
    """The rows of the table of reports; `alarm` where some lack."""
    return [
        {
            "kind": one["kind"],
            "expected": str(one["expected"]) if one["expected"] else "按情形",
            "handed": str(one["handed"]),
            "late": str(one["late"]),
            "alarm": f"缺 {one['lacking']} 份" if one["lacking"] else "",
            "calm": _report_state(one),
            "numbers": some(one["numbers"]),
            "clause": figures.cite(one["source"]),
        }
        for one in reports
    ]


def _report_state(one: Mapping[str, Any]) -> str:
    if one["lacking"]:
        return ""
    if one["expected"] and one["handed"] >= one["expected"]:
        return "已提交"
    return "待提交" if one["expected"] else "无期限或待情形发生"


def view_lines(lines: Sequence[Mapping[str, Any]]) -> list[View]:
    """The rows of the table of price lines against what was drawn of them."""
    return [
        {
            "no": str(one["no"]),
            "name": one["name"],
            "unit": one["unit"] or figures.NONE,
            "contracted": figures.quantity(one["contracted"]),
            "average": "无记录" if one["average"] is None else figures.quantity(one["average"]),
            "peak": figures.quantity(one["peak"]),
            "at_end": figures.quantity(one["at_end"]),
        }
        for one in lines
    ]


def level_rule(one: Mapping[str, Any]) -> str:
    """A service level as the contract asks for it, with its operator."""
    operator = operator_word(str(one["operator"]), duration=figures.is_duration(str(one["unit"])))
    return f"{operator}{figures.level_value(one['metric'], one['unit'], one['threshold'])}"


def level_words(state: str | None) -> str:
    """A level's state in a month; None: that month was not settled."""
    return figures.NONE if state is None else level_state_word(state)


def some(names: Sequence[str], most: int = _SOME) -> str:
    """Names in a row; of many the first, and how many there are."""
    if not names:
        return figures.NONE
    shown = "、".join(names[:most])
    return shown if len(names) <= most else f"{shown}等 {len(names)} 项"


def day_numbers(starts: Sequence[str]) -> list[str]:
    """The day of the month, in Beijing, of each instant."""
    return [str(int(render_local(parse_instant(one))[8:10])) for one in starts]
