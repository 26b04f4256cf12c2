"""The acceptance dossier (验收材料) as a document to sign and as a workbook: each item and figure with its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from yunqi.contract.draft.blocks import Block, Column, Grid, PageBreak, Sheet, Text
from yunqi.contract.draft.word import render_sheet
from yunqi.kernel.clock import render_local
from yunqi.kernel.money import render_yuan
from yunqi.reports import figures, words
from yunqi.reports.clean import clean_data
from yunqi.reports.workbook import Head, render_table

_SHOWN = 16
"""Characters of a digest in a table; the whole digest stands in the workbook and in the ledger."""
_PARTIES = {"using_unit": "甲方", "provider": "乙方"}
_BASES = {"request": "提请验收之日", "expiry": "服务期满之日", "rework": "要求返工之日"}
_COUNTED = ("present", "late", "missing", "not_due", "as_needed", "not_met")
_COUNT_WORDS = {
    "present": "已提交",
    "late": "迟交",
    "missing": "缺失",
    "not_due": "未到期",
    "as_needed": "未发生",
    "not_met": "未达标",
}


def render_dossier(data: Mapping[str, Any], *, made_at: datetime, by: str) -> bytes:
    """The document as .docx: the acceptance as it stands, its items, figures, score, course and signatures."""
    given = clean_data(data)
    contract, material = given["contract"], given["material"]
    sheet = Sheet(title="验收材料", number=f"{given['number']}　合同 {contract.get('number') or '—'}")
    sheet.blocks += [
        Text(str(given["title"]), "title"),
        Text(f"合同：{contract.get('title') or '—'}", "cover"),
        Text(f"编号：{contract.get('number') or '—'}", "cover"),
        Text(f"甲方：{contract.get('using_unit') or '—'}", "cover"),
        Text(f"乙方：{contract.get('provider') or '—'}", "cover"),
        Text(f"验收编号：{given['number']}　状态：{given['state_name']}", "cover"),
        Text(f"材料摘要值（SM3）：{given['dossier']}", "cover"),
        Text(f"编制：{by}，{render_local(made_at)}", "cover"),
        Text("一、验收情况", "article"),
        *_standing(given),
        Text("二、双方签认", "article"),
        *_signatures(given),
        PageBreak(wide=True),
        Text("三、验收材料清单", "article"),
        *_items(material),
        PageBreak(wide=True),
        Text("四、数据及其依据", "article"),
        *_months(material),
        PageBreak(),
        Text("五、评分", "article"),
        *_score(given),
        Text("六、办理经过", "article"),
        *_course(given),
    ]
    return render_sheet(sheet)


def _standing(given: Mapping[str, Any]) -> Iterator[Block]:
    clock, material = given["clock"], given["material"]
    counts = material["counts"]
    yield Text("，".join(f"{_COUNT_WORDS[name]} {counts[name]} 项" for name in _COUNTED) + "。")
    if not material["complete"]:
        yield Text(f"材料不完整，缺 {len(material['missing'])} 项：" + "；".join(material["missing"]) + "。")
    yield Text(f"材料截至：{material['on']}；提请验收：{given['asked_on']}；期限：{clock['state_name']}。")
    if clock["due_on"]:
        since = _BASES.get(clock["basis"], "")
        yield Text(f"自{since} {clock['from_on']} 起算，末日为 {clock['due_on']}。")
    if clock["notice"]:
        yield Text(str(clock["notice"]))
    if given["accepted_on"]:
        yield Text(f"验收合格之日：{given['accepted_on']}。")
    if given["instalments"]:
        yield Text("以本次验收为条件的款项：第 " + "、".join(str(no) for no in given["instalments"]) + " 期。")
    if given["changed"]:
        yield Text("提请之后材料已有变化：本文件所列为提请时的材料。")
    if not material["listed"]:
        yield Text("合同没有列出须提交的验收材料。")
    if any(one["sample"] for one in material["months"]):
        yield Text("样例：所依据的证据含有示例数据。")
    if any(one["provisional"] for one in material["months"]):
        yield Text("暂定：有月份的结算单尚有未定事项。")


def _signatures(given: Mapping[str, Any]) -> Iterator[Block]:
    signed = given["signatures"]
    for one in signed:
        yield Text(f"{one['organisation']}　{one['person']}　{render_local(_instant(one['at']))}")
        yield Text(f"SM2 签名：{one['signature']}", "plain")
    for name, key in (("甲方", "using_unit"), ("乙方", "provider")):
        if given["contract"].get(key) not in [one["organisation"] for one in signed]:
            yield Text(f"{name}（盖章）：____________　　　日期：____________", "sign")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _items(material: Mapping[str, Any]) -> Iterator[Block]:
    columns = (
        Column("序号", 3, "c"),
        Column("材料或指标", 14),
        Column("期间或阶段", 10),
        Column("出处", 8),
        Column("期限", 7, "c"),
        Column("状态", 6, "c"),
        Column("提交日", 7, "c"),
        Column("凭据", 18),
        Column("摘要值（SM3）", 10),
    )
    rows = tuple(_item_row(number, one) for number, one in enumerate(material["entries"], 1))
    yield Grid(columns, rows, wide=True) if rows else Text("没有。")


def _item_row(number: int, one: Mapping[str, Any]) -> tuple[str, ...]:
    last = one["handed"][-1] if one["handed"] else None
    late = f"（{one['days_late']} 日）" if one["days_late"] else ""
    value = f"　{last['value']}" if last and last["value"] else ""
    return (
        str(number),
        f"{one['name']}　{one['limit']}".strip(),
        " 至 ".join(one["period"]) if one["period"] else one["phase"] or "—",
        (one["source"] or {}).get("article") or "—",
        one["due_on"] or "—",
        f"{one['state_name']}{late}",
        last["on"] if last else "—",
        f"{last['name']}{value}（{last['fact']}）" if last else "—",
        last["sm3"][:_SHOWN] if last else "—",
    )


def _months(material: Mapping[str, Any]) -> Iterator[Block]:
    columns = (
        Column("月份", 5, "c"),
        Column("指标", 14),
        Column("约定", 8, "c"),
        Column("测得", 8, "c"),
        Column("结论", 6, "c"),
        Column("违约金（元）", 8, "r"),
        Column("结算单", 16),
        Column("摘要值（SM3）", 10),
    )
    rows = tuple(row for one in material["months"] for row in _month_rows(one))
    yield Text("每个数字出自所列结算单的推导节点，结算单以其摘要值固定。")
    yield Grid(columns, rows, wide=True) if rows else Text("还没有结算单。")
    root = material["root"]
    if root:
        yield Text(f"证据账至 {root['day']} 的日根：{root['sm3']}（密钥 {root['key'][:_SHOWN]}）。")


def _month_rows(one: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    penalty = "未定" if one["penalty_fen"] is None else render_yuan(one["penalty_fen"])
    bound = (penalty, f"{one['statement']} v{one['version']}", one["sm3"][:_SHOWN])
    levels: Sequence[Mapping[str, Any]] = one["levels"]
    if not levels:
        yield (one["month"], "—", "—", "—", "—", *bound)
    for place, level in enumerate(levels):
        metric, unit = str(level["metric"]), str(level["unit"])
        operator = words.operator_word(str(level["operator"]), duration=figures.is_duration(unit))
        limit = f"{operator}{figures.level_value(metric, unit, str(level['threshold']))}"
        measured = figures.level_value(metric, unit, level["measured"])
        state = words.level_state_word(str(level["state"]))
        yield (
            one["month"] if place == 0 else "",
            str(level["title"]),
            limit,
            measured,
            state,
            *(bound if place == 0 else ("", str(level["node"]), "")),
        )


def _score(given: Mapping[str, Any]) -> Iterator[Block]:
    score = given["score"]
    if score is None:
        yield Text("合同有评分表，尚未评分。" if given["may_score"] else "合同没有评分表。")
        return
    for one in score["rows"]:
        taken = "未写明分值" if one["taken"] is None else f"扣 {one['taken']} 分"
        yield Text(f"{one['no']}. {one['text']}：{one['count']} 次，{taken}。")
    total = "待定：所发生的事项合同没有写明分值" if score["score"] is None else f"{score['score']} 分"
    yield Text(f"满分 {score['full']} 分，得分{total}。")
    if score["score"] is not None:
        share = "待定：没有档次与之对应，或对应不止一档" if score["share"] is None else score["share"]
        yield Text(f"按评分应付的比例：{share}。")


def _course(given: Mapping[str, Any]) -> Iterator[Block]:
    yield Text(f"{render_local(_instant(given['opened_at']))}　提请验收")
    for one in given["timeline"]:
        reason = one["data"].get("reason")
        who = f"{one['organisation']}/{one['person']}"
        said = f"　{reason}" if reason else ""
        yield Text(f"{render_local(_instant(one['at']))}　{one['event_name']}　{who}{said}")


def render_dossier_table(data: Mapping[str, Any], *, made_at: datetime, by: str) -> bytes:
    """The items as a workbook, a row each hand-in, with whole digests and records."""
    heads = (
        Head("序号", "int"),
        Head("材料或指标", "long"),
        Head("阶段"),
        Head("提交方"),
        Head("期间"),
        Head("期限"),
        Head("约定"),
        Head("状态"),
        Head("逾期天数", "int"),
        Head("提交日"),
        Head("凭据", "long"),
        Head("数值"),
        Head("说明", "long"),
        Head("登记人"),
        Head("SM3"),
        Head("证据链记录"),
        Head("出处"),
        Head("原文", "long"),
    )
    rows: list[tuple[Any, ...]] = []
    for number, one in enumerate(clean_data(data)["material"]["entries"], 1):
        source = one["source"] or {}
        fixed = (
            number,
            one["name"],
            one["phase"],
            _PARTIES.get(one["party"], one["party"]),
            " 至 ".join(one["period"]) if one["period"] else "",
            one["due_on"] or "",
            one["limit"],
            one["state_name"],
            one["days_late"],
        )
        for each in one["handed"] or (None,):
            said = (
                ("", "", "", "", "", "", "")
                if each is None
                else (
                    each["on"],
                    each["name"],
                    each["value"] or "",
                    each["words"],
                    each["by"],
                    each["sm3"],
                    each["fact"],
                )
            )
            rows.append((*fixed, *said, source.get("article") or "", source.get("text") or ""))
    return render_table(f"验收材料 {data['number']}", heads, rows, made_at=made_at, by=by)
