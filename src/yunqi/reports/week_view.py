"""What the ledger says of a week in the words of its report; what is not known is said so, never shown as 0. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from yunqi.cases.duty import post_word
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_percent
from yunqi.reports import figures, words
from yunqi.reports.inspection_items import MANUAL
from yunqi.reports.statement_view import line_unit
from yunqi.services.registry import load_catalogue
from yunqi.settlement.titles import level_title

View = dict[str, Any]
TITLE = "云服务运维周报"
UNKNOWN = "未知"
NO_REPAIRS = "台账没有记录到资源与订购不一致。"
NO_RESOURCES = "台账没有资源记录，是否与订购一致未知。"
REQUIRED = (
    "contract",
    "first_on",
    "last_on",
    "end_at",
    "objects",
    "resources",
    "lines",
    "incidents",
    "posts",
    "reports",
)
_STATES = ("ordered", "ready", "changing", "repairing", "leaving", "adopted")
_KINDS = {"platform": "云平台", "system": "信息系统", "account": "账号与服务", "": "（未知类别）"}
_LISTED = 300
"""So many objects are listed, the worst first; a platform may have ten thousand."""
_NAMED = 20
_PLACES = 2
_EXPIRING = {"term": "合同服务期", "guarantee": "履约保函", "token": "访问令牌"}
_ALARMS = frozenset({"breached", "open"})


def require_fields(data: Mapping[str, Any], names: Sequence[str]) -> None:
    """Raises `Problem` report.data for the first field that is not there."""
    for name in names:
        if name not in data:
            raise Problem(
                "report.data",
                "报告数据缺少字段「{name}」",
                field=name,
                name=name,
                way_out="请由云契重新生成报告数据",
            )


def view_week(data: Mapping[str, Any]) -> View:
    """Everything that the report shows, as text. Raises `Problem` report.data."""
    require_fields(data, REQUIRED)
    objects = [_object(one) for one in data["objects"]]
    title = str(data.get("title") or TITLE)
    period = f"{figures.day(data['first_on'])}至{figures.day(data['last_on'])}"
    return {
        "title": title,
        "made_at": data.get("made_at"),
        "contract": _contract(data["contract"]),
        "period": period,
        "known_at": figures.local(data["end_at"]),
        "by": str(data.get("by") or figures.NONE),
        "to_date": bool(data.get("to_date")),
        "to_date_text": f"期间尚未结束：数字截至 {figures.local(data['end_at'])}（北京时间），不得作为整期的报告报送",
        "sample": bool(data.get("sample")),
        "sample_text": "样例数据：部分数字出自样例证据，已逐行注明",
        "header_mark": "截至编制之时" if data.get("to_date") else "",
        "summary": _summary(data),
        "objects": objects[:_LISTED],
        "more_objects": _rest(objects),
        "outages": [row for one in data["objects"] for row in _outages(one)],
        "unseen": [_unseen(one) for one in data.get("unseen") or ()],
        "resources": [_resource(one) for one in data["resources"]],
        "repairs": [_repair(one) for one in data.get("repairs") or ()],
        "no_repairs": NO_REPAIRS if data["resources"] else NO_RESOURCES,
        "lines": [_line(one) for one in data["lines"]],
        "sealing": _sealing(data.get("days") or ()),
        "expiring": [_expiring(one) for one in data.get("expiring") or ()],
        "manual": [{"name": name, "how": how} for name, how, _often in MANUAL],
        "incidents": [_incident(one) for one in data["incidents"]],
        "posts": _posts(data["posts"]),
        "gaps": [_gap(one) for one in data["posts"]["gaps"]],
        "late": [_late(one) for one in data["reports"]["late"]],
        "handed": [_handed(one) for one in data["reports"]["handed"]],
        "notices": [_notice(one) for one in data.get("notices") or ()],
    }


def _contract(given: Mapping[str, Any]) -> View:
    names = ("number", "title", "using_unit", "provider")
    return {name: str(given.get(name) or figures.NONE) for name in names}


def kind_word(kind: str) -> str:
    """A kind of resource, or of what is observed, in Chinese; one without a word stays itself.

    >>> kind_word("server"), kind_word("platform"), kind_word("of_another_kind")
    ('云服务器', '云平台', 'of_another_kind')
    """
    if kind in _KINDS:
        return _KINDS[kind]
    entry = load_catalogue().get(kind)
    return entry.name.get("zh", kind) if entry is not None else kind


def _share(one: Mapping[str, Any]) -> str:
    """The availability over the time that is known; unknown where nothing is, a sign where nothing counts."""
    if one["share"] is not None:
        return figures.percent(one["share"])
    return UNKNOWN if one["counted"] else figures.NONE


def _object(one: Mapping[str, Any]) -> View:
    name = "云平台整体" if one["kind"] == "platform" else str(one["name"])
    return {
        "name": name + ("（样例）" if one["sample"] else ""),
        "kind": kind_word(one["kind"]),
        "share": _share(one),
        "known": figures.percent(one["known_share"]) if one["counted"] else "全部除外",
        "outages": str(len(one["outages"])) if one["share"] is not None else UNKNOWN,
        "down": _minutes(one["down_minutes"]) if one["share"] is not None else UNKNOWN,
        "excluded": _minutes(one["excluded_minutes"]),
    }


def _minutes(text: str) -> str:
    return "0" if not Fraction(text) else figures.minutes(text)


def _rest(objects: Sequence[View]) -> str:
    if len(objects) <= _LISTED:
        return ""
    return f"监测对象共 {len(objects)} 个，以上按最差在先列出 {_LISTED} 个；其余的可用性与覆盖均不差于最后一行。"


def _outages(one: Mapping[str, Any]) -> Iterable[View]:
    name = "云平台整体" if one["kind"] == "platform" else str(one["name"])
    for each in one["outages"]:
        said = [
            words_
            for certain, words_ in (
                (each["start_certain"], "开始之前的状态未知或在期间之外，可能更早"),
                (each["end_certain"], "结束之后的状态未知或在期间之外，可能更晚"),
            )
            if not certain
        ]
        yield {
            "name": name,
            "start_at": figures.local(each["start_at"]),
            "end_at": figures.local(each["end_at"]),
            "minutes": figures.minutes(each["minutes"]),
            "note": "；".join(said) or figures.NONE,
        }


def _unseen(one: Mapping[str, Any]) -> View:
    names = [str(name) for name in one["names"]]
    more = f" 等 {len(names)} 个" if len(names) > _NAMED else ""
    return {"kind": kind_word(one["kind"]), "count": str(len(names)), "names": "、".join(names[:_NAMED]) + more}


def _resource(one: Mapping[str, Any]) -> View:
    counts = {state: one["states"].get(state, 0) for state in _STATES}
    return {state: str(count) for state, count in counts.items()} | {
        "kind": kind_word(one["kind"]),
        "total": str(sum(one["states"].values())),
    }


def _repair(one: Mapping[str, Any]) -> View:
    mended = one["mended_at"] is not None
    return {
        "name": str(one["name"]),
        "kind": kind_word(one["kind"]),
        "found_at": figures.local(one["found_at"]) + ("（期间之前发现）" if one["before"] else ""),
        "alarm": "" if mended else "期末尚未恢复",
        "calm": figures.local(one["mended_at"]) if mended else "",
        "minutes": figures.minutes(one["minutes"]) if mended else figures.NONE,
    }


def _line(one: Mapping[str, Any]) -> View:
    used = UNKNOWN
    contracted, at_end = Fraction(one["contracted"]), one["at_end"]
    if at_end is not None and contracted:
        used = render_percent(Fraction(at_end) / contracted, _PLACES)
    return {
        "no": str(one["no"]),
        "name": str(one["name"]) + ("（样例）" if one["sample"] else ""),
        "unit": line_unit(one["unit"], one["item"]),
        "contracted": figures.quantity(one["contracted"]),
        **{key: UNKNOWN if one[key] is None else figures.quantity(one[key]) for key in ("average", "peak", "at_end")},
        "used": used,
    }


def _sealing(days: Sequence[Mapping[str, Any]]) -> str:
    open_ = [figures.day(one["on"]) for one in days if one["closed_at"] is None]
    if not days:
        return "期间内还没有过完的一日。"
    said = f"已过完的 {len(days)} 日中，{len(days) - len(open_)} 日的证据已封存并签名"
    return said + (f"；尚未封存：{'、'.join(open_)}。" if open_ else "。")


def _expiring(one: Mapping[str, Any]) -> View:
    number = f" {one['number']}" if one.get("number") else ""
    return {"name": _EXPIRING.get(one["kind"], one["kind"]) + number, "on": figures.day(one["on"])}


def _incident(one: Mapping[str, Any]) -> View:
    outage = figures.NONE
    if one["outage_minutes"] is not None:
        outage = figures.minutes(one["outage_minutes"]) + ("（期末仍在中断）" if one["outage_lasts"] else "")
    return {
        "number": str(one["number"]),
        "title": str(one["title"]) + ("（样例）" if one["sample"] else ""),
        "system": str(one["system"] or one["object"] or figures.NONE),
        "state": str(one["state_name"]),
        "opened_at": figures.local(one["opened_at"]),
        "outage": outage,
        "root_cause": str(one["root_cause"] or "尚未查明"),
        "clocks": [_clock(each) for each in one["clocks"]],
        "events": [f"{figures.local(each['at'])} {words.event_word(each['event'])}" for each in one["events"]],
    }


def _clock(one: Mapping[str, Any]) -> View:
    state, alarm = words.clock_state_word(one["state"]), one["state"] in _ALARMS
    return {
        "name": level_title(one),
        "limit": words.operator_word(one["operator"], duration=True) + figures.minutes(one["limit_minutes"]),
        "minutes": figures.minutes(one["minutes"]),
        "alarm": state if alarm else "",
        "calm": "" if alarm else state,
        "clause": figures.cite(one["source"]),
    }


def _posts(posts: Mapping[str, Any]) -> list[str]:
    lines = []
    if posts["planned"]:
        lines.append(f"期间有值班表的岗位：{_listed(posts['planned'])}。")
    else:
        lines.append("期间没有登记值班表，何时有人值守未知。")
    if posts["unknown"]:
        lines.append(f"合同要求连续值守而没有值班表的岗位：{_listed(posts['unknown'])}；是否有人值守未知。")
    if posts["planned"] and not posts["gaps"]:
        lines.append("按值班登记，没有无人值守的时间。")
    return lines


def _listed(codes: Iterable[str]) -> str:
    return "、".join(post_word(code) for code in codes)


def _gap(one: Mapping[str, Any]) -> View:
    return {
        "post": post_word(one["post"]),
        "start_at": figures.local(one["start_at"]),
        "end_at": figures.local(one["end_at"]),
        "minutes": figures.minutes(one["minutes"]),
        "note": "事后补登有人在岗，未经证实" if one["claimed"] else figures.NONE,
    }


def _late(one: Mapping[str, Any]) -> View:
    period = one["period"]
    late = one["late_days"]
    return {
        "kind": str(one["kind"]),
        "period": figures.NONE if period is None else f"{period[0]} 至 {period[1]}",
        "due_on": one["due_on"] or "合同未写明",
        "late": f"逾期 {late} 日" if late is not None else "期满未交",
        "clause": figures.cite(one["source"]),
    }


def _handed(one: Mapping[str, Any]) -> str:
    return f"{figures.local(one['at'])} 报送《{one['kind']}》{one['number']}"


def _notice(one: Mapping[str, Any]) -> View:
    return {
        "number": str(one["number"]),
        "title": str(one["title"]),
        "state": str(one["state_name"]),
        "due_on": figures.day(one["due_on"]),
    }


def _said_of_repairs(data: Mapping[str, Any]) -> str:
    repairs = data.get("repairs") or ()
    if not repairs:
        return NO_REPAIRS if data["resources"] else NO_RESOURCES
    mended = sum(one["mended_at"] is not None for one in repairs)
    left = f"，期末未恢复 {len(repairs) - mended} 处" if mended < len(repairs) else ""
    return f"资源与订购不一致 {len(repairs)} 处：已恢复 {mended} 处{left}。"


def _summary(data: Mapping[str, Any]) -> list[str]:
    objects, unseen = data["objects"], sum(len(one["names"]) for one in data.get("unseen") or ())
    down = [one for one in objects if one["outages"]]
    unknown = [one for one in objects if Fraction(one["unknown_minutes"])]
    minutes = sum((Fraction(one["down_minutes"]) for one in objects), Fraction(0))
    lines = [f"监测对象 {len(objects)} 个。" if objects else "期间没有监测数据，各对象的状态未知。"]
    if objects:
        times = sum(len(one["outages"]) for one in objects)
        broken = f"{len(down)} 个出现中断，各对象合计 {times} 次、{figures.minutes(str(minutes))}"
        lines[0] = f"监测对象 {len(objects)} 个：" + (broken if down else "没有测得中断")
        lines[0] += f"；{len(unknown)} 个有未测到的时间，其状态未知。" if unknown else "；全部时间均有监测结果。"
    if unseen:
        lines.append(f"在用而没有监测结果的资源和信息系统 {unseen} 个，其状态未知。")
    lines.append(_said_of_repairs(data))
    incidents = data["incidents"]
    late = sum(clock["state"] == "breached" for one in incidents for clock in one["clocks"])
    lasting = sum(one["state"] not in {"closed", "withdrawn"} for one in incidents)
    lines.append(
        f"事件 {len(incidents)} 起，期末未结 {lasting} 起，超时 {late} 项。" if incidents else "没有事件记录。"
    )
    overdue = data["reports"]["late"]
    if overdue:
        lines.append(f"期末应提交而未提交的报告 {len(overdue)} 份。")
    return lines
