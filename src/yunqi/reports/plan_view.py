"""The words and figures of the plans: of operation and service, of inspection, of implementation, and the overall one.

A plan says what the contract and the ledger hold; what is not arranged yet, it says; what a person plans is a blank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from yunqi.cases.duty import POSTS
from yunqi.contract.report_plan import Basis, Expected
from yunqi.contract.report_words import FREQUENCIES, basis_words
from yunqi.reports import figures
from yunqi.reports.fault_words import CHANNELS, PROBES, STAGES
from yunqi.reports.inspection_items import AUTOMATIC, MANUAL
from yunqi.reports.period_view import View, level_rule, require
from yunqi.reports.week_view import kind_word
from yunqi.reports.words import event_word, object_word, trigger_word, window_word

_NEEDED = (
    "contract",
    "made_at",
    "by",
    "lines",
    "systems",
    "levels",
    "notices",
    "people",
    "contacts",
    "rota",
    "watches",
    "rounds",
    "exercises",
    "reports",
    "acceptance",
    "instalments",
    "orders",
)
_PARTIES = {"provider": "云服务商", "using_unit": "使用单位", "both": "双方"}
_TERMS: Mapping[str, str] = {
    "replace_within": "要求更换人员的，{length}内更换",
    "change_consent": "变更人员须经使用单位同意",
    "employees": "人员须与云服务商有劳动或者劳务关系",
    "undertaking": "人员上岗前签署保密文件",
    "background": "人员上岗前进行背景审查",
    "key_staff": "重要保障期间骨干人员在岗",
    "short_months": "连续 {count} 个月人数不足的，按合同约定处理",
}
_GRADES = {"1": "一级", "2": "二级", "3": "三级", "4": "四级", "5": "五级"}
_YES_NO = {"yes": "是", "no": "否"}
_UNSET = "未标记"
_MINUTE_S = 60


def view_plan(data: Mapping[str, Any], title: str) -> View:
    """All rows that a plan may show. Raises `Problem` report.data."""
    require(data, _NEEDED)
    contract = data["contract"]
    term = [figures.day(contract[key]) for key in ("start_on", "end_on")]
    total = contract.get("total_fen")
    rota, people, acceptance = data["rota"], data["people"], data["acceptance"]
    return {
        "title": str(data.get("title") or title),
        "contract": {
            **{name: str(contract[name]) for name in ("number", "title", "using_unit", "provider")},
            "term": f"{term[0]}至{term[1]}" if contract["start_on"] or contract["end_on"] else "尚未确定",
            "total": figures.NONE if total is None else f"{figures.yuan(total)} 元",
            "signed_on": figures.day(data.get("signed_on")),
        },
        "made_at": data["made_at"],
        "made": figures.local(data["made_at"]),
        "by": data["by"],
        "header_mark": "",
        "lines": [_line(one) for one in data["lines"]],
        "free": [_cited(one, "name", "group", "description") for one in data.get("free") or ()],
        "backup": [_backup(one) for one in data.get("backup") or ()],
        "systems": [_system(one) for one in data["systems"]],
        "levels": [_level(one) for one in data["levels"]],
        "figures": [_figure(one) for one in data.get("figures") or ()],
        "notices": [_notice(one) for one in data["notices"]],
        "roster": [
            {
                "name": one["name"],
                "role": one["role"],
                "key": "骨干" if one["key"] else figures.NONE,
                "since": figures.local(one["since"]),
            }
            for one in people["roster"]
        ],
        "promised": [
            {"role": one["role"], "count": str(one["count"]), "clause": _clause(one["source"], "双方确认的承诺人数")}
            for one in people["promised"]
        ],
        "staff_terms": [_staff_term(one) for one in people["terms"]],
        "contacts": [_contact(one) for one in data["contacts"]],
        "continuous": [
            {"post": POSTS.get(one["post"], one["post"]), "clause": figures.cite(one["source"])}
            for one in rota["continuous"]
        ],
        "shifts": [
            {
                "post": POSTS.get(one["post"], one["post"]),
                "person": one["person"],
                "telephone": one["telephone"] or figures.NONE,
                "span": f"{figures.local(one['start_at'])} 至 {figures.local(one['end_at'])}",
            }
            for one in rota["shifts"]
        ],
        "no_shifts": f"今后 {rota['days']} 日还没有排班。",
        "watches": list(_watches(data)),
        "interval": _interval(data.get("interval_s")),
        "automatic": _items(AUTOMATIC),
        "manual": _items(MANUAL),
        "inspections": [
            _cited(one, "text") | {"frequency": _frequency(one.get("frequency"))}
            for one in data.get("inspections") or ()
        ],
        "rounds": [_round(one) for one in data["rounds"]],
        "exercises": [_exercise(one) for one in data["exercises"]],
        "reports": [_report(one) for one in data["reports"]],
        "accepting": list(_accepting(acceptance)),
        "deliverables": [_deliverable(one) for one in acceptance["deliverables"]],
        "acceptances": [
            {"number": one["number"], "title": one["title"], "state": one["state_name"]}
            for one in data.get("acceptances") or ()
        ],
        "instalments": [_instalment(one) for one in data["instalments"]],
        "orders": [
            {
                "number": one["number"],
                "kind": one["kind_name"],
                "title": one["title"],
                "system": one["system"] or figures.NONE,
                "opened_at": figures.local(one["opened_at"]),
                "state": one["state_name"],
            }
            for one in data["orders"]
        ],
        "leaving": list(_leaving(data.get("exit"))),
    }


def _clause(source: Mapping[str, Any] | None, without: str = figures.NONE) -> str:
    return without if source is None else figures.cite(source)


def _cited(one: Mapping[str, Any], *names: str) -> View:
    return {name: str(one.get(name) or figures.NONE) for name in names} | {"clause": figures.cite(one.get("source"))}


def _line(one: Mapping[str, Any]) -> View:
    periods = one.get("periods") or {}
    total = "免费" if one.get("total_fen") == 0 else figures.yuan(one.get("total_fen"))
    return _cited(one, "name", "unit") | {
        "no": str(one["no"]),
        "quantity": figures.quantity(one.get("quantity")),
        "periods": figures.limit(periods) if periods else figures.NONE,
        "total": f"含于第 {one['bundle']} 行" if one.get("bundle") is not None else total,
    }


def _backup(one: Mapping[str, Any]) -> View:
    said = [str(one.get("description") or "")]
    said += [f"{name}：{value}" for name, value in (one.get("parameters") or {}).items()]
    quantity = f"{figures.quantity(one.get('quantity'))} {one.get('unit') or ''}".strip()
    return _cited(one, "name") | {"quantity": quantity, "said": "；".join(filter(None, said)) or "合同没有写明"}


def _system(one: Mapping[str, Any]) -> View:
    flags = one["flags"]
    return _cited(one, "name") | {
        "grade": _GRADES.get(str(flags.get("grade")), _UNSET),
        "important": _YES_NO.get(str(flags.get("important")), _UNSET),
        "internet_facing": _YES_NO.get(str(flags.get("internet_facing")), _UNSET),
        "resources": "尚未登记" if one["resources"] is None else str(one["resources"]),
    }


def _level(one: Mapping[str, Any]) -> View:
    known = one.get("threshold") is not None
    start = f"自{event_word(one['clock_start'])}起算" if one.get("clock_start") else ""
    return _cited(one, "title") | {
        "object": object_word(str(one.get("object") or "")) or figures.NONE,
        "rule": level_rule(one) if known else "合同写得不明，待约定",
        "window": "；".join(filter(None, [window_word(str(one.get("window") or "")), start])) or figures.NONE,
    }


def _figure(one: Mapping[str, Any]) -> View:
    operator = {">=": "≥", "<=": "≤"}.get(str(one.get("operator") or ""), str(one.get("operator") or ""))
    target = f"{operator}{one.get('value') or ''}{one.get('unit') or ''}"
    return _cited(one, "name") | {"no": str(one["no"]), "target": target or figures.NONE}


def _notice(one: Mapping[str, Any]) -> View:
    within = figures.limit(one["within"]) if one.get("within") else one.get("soon") or "没有写明时限"
    return {
        "stage": STAGES.get(one["stage"], one["stage"]),
        "within": within,
        "start": event_word(one["clock_start"]) if one.get("clock_start") else "没有写明",
        "channels": "、".join(CHANNELS.get(code, code) for code in one["channels"]) or "没有写明",
        "clause": figures.cite(one.get("source")),
    }


def _staff_term(one: Mapping[str, Any]) -> str:
    words = _TERMS[one["code"]]
    if one["code"] == "replace_within" and not one.get("within"):
        words = "要求更换人员的，及时更换"
    words = words.replace("{length}", figures.limit(one.get("within"))).replace("{count}", str(one.get("count") or ""))
    return f"{words}（{figures.cite(one['source'])}）。"


def _contact(one: Mapping[str, Any]) -> View:
    left = one["minutes_left"]
    return {
        "organisation": one["organisation"],
        "name": one["name"],
        "channel": CHANNELS.get(one["channel"], one["channel"]),
        "address": one["address"] or "见平台登记",
        "when": "立即" if left is None else f"时限剩 {left} 分钟时",
    }


def _watches(data: Mapping[str, Any]) -> Iterator[View]:
    for one in data.get("watched") or ():
        yield {
            "object": f"{kind_word(one['kind'])}（{one['count']} 项）",
            "probe": PROBES.get(one["probe"], one["probe"]),
            "address": "平台分配的地址",
            "why": "交付即监测",
        }
    for one in data["watches"]:
        yield {
            "object": kind_word(one["object"]),
            "probe": PROBES.get(one["probe"], one["probe"]),
            "address": one["address"] or figures.NONE,
            "why": "双方约定",
        }


def _interval(seconds: int | None) -> str:
    if seconds is None:
        return figures.NONE
    whole = seconds % _MINUTE_S == 0
    return f"每 {seconds // _MINUTE_S} 分钟" if whole else f"每 {seconds} 秒"


def _items(items: Sequence[tuple[str, str, str]]) -> list[View]:
    return [{"name": name, "how": how, "often": often} for name, how, often in items]


def _frequency(code: Any) -> str:
    return FREQUENCIES.get(str(code or ""), "没有写明" if not code else str(code))


def _round(one: Mapping[str, Any]) -> View:
    weeks = "、".join(f"{int(day[5:7])}月{int(day[8:10])}日" for day in one["weeks"])
    return {
        "month": f"{int(one['first_on'][:4])}年{int(one['first_on'][5:7])}月",
        "weeks": weeks or "本月没有新的一周开始",
        "month_by": figures.day(one["last_on"]),
    }


def _exercise(one: Mapping[str, Any]) -> View:
    days = [figures.day(one[key]) for key in ("first_on", "last_on") if one[key]]
    held = f"已确认 {one['confirmed']} 次" + (f"，待确认 {one['waiting']} 次" if one["waiting"] else "")
    return {
        "kind": one["kind_name"],
        "count": "没有写明次数" if one["count"] is None else f"不少于 {one['count']} 次",
        "span": "至".join(days) or "服务期内",
        "held": held,
        "clause": figures.cite(one.get("source")),
    }


def _report(one: Mapping[str, Any]) -> View:
    expected = Expected(
        "",
        one["kind"],
        one["party"],
        one["frequency"],
        basis=cast("Basis", one["basis"]),
        trigger=one["trigger"],
        deadline=one["deadline"],
    )
    return {
        "kind": one["kind"],
        "party": _PARTIES.get(one["party"], one["party"] or figures.NONE),
        "frequency": FREQUENCIES.get(one["frequency"], "按情形"),
        "count": str(one["count"]) if one["frequency"] in FREQUENCIES else figures.NONE,
        "next_on": figures.day(one["next_on"]),
        "basis": "合同未写明期限" if expected.basis == "open" else basis_words(expected),
        "clause": figures.cite(one.get("source")),
    }


def _deliverable(one: Mapping[str, Any]) -> View:
    return _cited(one, "name", "phase", "note") | {
        "party": _PARTIES.get(str(one.get("party")), str(one.get("party") or figures.NONE)),
        "frequency": FREQUENCIES.get(str(one.get("frequency") or ""), "按情形"),
    }


def _accepting(one: Mapping[str, Any]) -> Iterator[str]:
    said: tuple[tuple[str, Callable[[Any], str]], ...] = (
        ("deadline", lambda value: f"使用单位在 {figures.limit(value)}内验收"),
        ("silence_accepts", lambda _value: "逾期没有答复的，视为验收合格"),
        ("rework", lambda value: f"验收不合格的，{figures.limit(value)}内返工，再次提请"),
        ("by_third_party", lambda _value: "可以由第三方机构验收"),
    )
    found = [words(one[name]) for name, words in said if one.get(name)]
    yield from (f"{words}。" for words in found)
    if not one.get("deadline"):
        yield "合同没有写明验收期限。"
    yield from _ground(one)


def _ground(one: Mapping[str, Any]) -> Iterator[str]:
    """Where what was said stands: each article once."""
    cited = dict.fromkeys(figures.cite(source) for source in one["sources"])
    if cited:
        yield f"依据：{'、'.join(cited)}。"


def _instalment(one: Mapping[str, Any]) -> View:
    due = figures.day(one["by_on"]) if one.get("by_on") else f"条件成就后 {figures.limit(one.get('within'))}内"
    if not one.get("by_on") and not one.get("within"):
        due = "没有写明"
    return {
        "no": str(one["no"]),
        "amount": figures.yuan(one.get("amount_fen")),
        "trigger": trigger_word("+".join(one.get("triggers") or ())) or figures.NONE,
        "due": due,
        "clause": figures.cite(one.get("source")),
    }


def _leaving(one: Mapping[str, Any] | None) -> Iterator[str]:
    if not one:
        yield "合同没有约定退出。"
        return
    for name, words in (
        ("notice", "要求退出的，提前 {length} 申请"),
        ("migration", "收到迁出要求后 {length}内配合完成迁移"),
        ("switch_over", "服务期满的切换期为 {length}"),
    ):
        if one.get(name):
            yield words.replace("{length}", figures.limit(one[name])) + "。"
    if one.get("free_of_charge"):
        yield "迁移与切换免费。"
    if one.get("erase"):
        yield "迁出后对原有数据安全擦除，并出具擦除证明。"
    yield from _ground(one)
