"""The checklist of an exit (退出清单) to sign, and as a workbook: each step with clause, day and evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from yunqi.contract.draft.blocks import Block, Column, Grid, PageBreak, Sheet, Text
from yunqi.contract.draft.word import render_sheet
from yunqi.kernel.clock import render_local
from yunqi.kernel.money import render_yuan
from yunqi.reports.clean import clean_data
from yunqi.reports.workbook import Head, render_table

_SHOWN = 16
"""Characters of a digest in a table; the whole digest stands in the workbook and in the ledger."""
_LACKS = {"total": "合同总价", "term": "服务期"}


def render_exit(data: Mapping[str, Any], *, made_at: datetime, by: str) -> bytes:
    """The document as .docx: the exit, its steps, plan, stores of data, refund, course and signatures."""
    given = clean_data(data)
    sheet = Sheet(title="退出清单", number=f"{given['number']}　合同 {given.get('contract_number') or '—'}")
    sheet.blocks += [
        Text("政务云服务退出清单", "title"),
        Text(f"合同：{given.get('contract_number') or '—'}", "cover"),
        Text(f"甲方：{given['using_unit']}", "cover"),
        Text(f"乙方：{given['provider']}", "cover"),
        Text(f"退出编号：{given['number']}　原因：{given['cause_name']}　状态：{given['state_name']}", "cover"),
        Text(f"清单摘要值（SM3）：{given['sm3']}", "cover"),
        Text(f"编制：{by}，{render_local(made_at)}", "cover"),
        Text("一、退出情况", "article"),
        *_standing(given),
        Text("二、双方签认", "article"),
        *_signatures(given),
        PageBreak(wide=True),
        Text("三、事项清单", "article"),
        _steps(given),
        PageBreak(),
        Text("四、迁移方案", "article"),
        *_plan(given),
        Text("五、数据副本与擦除证明", "article"),
        *_stores(given),
        Text("六、剩余服务期的费用", "article"),
        *_refund(given),
        Text("七、办理经过", "article"),
        *_course(given),
    ]
    return render_sheet(sheet)


def _standing(given: Mapping[str, Any]) -> Iterator[Block]:
    yield Text(f"提出退出之日：{given['noticed_on']}。")
    if given["left_on"]:
        yield Text(f"最后服务日：{given['left_on']}。")
    yield Text("清单所列事项已全部办完。" if given["complete"] else "清单所列事项尚未全部办完，不能签认。")


def _signatures(given: Mapping[str, Any]) -> Iterator[Block]:
    signed = given["signatures"]
    for one in signed:
        yield Text(f"{one['organisation']}　{one['person']}　{_when(one['at'])}")
        yield Text(f"SM2 签名：{one['signature']}", "plain")
    for name, key in (("甲方", "using_unit"), ("乙方", "provider")):
        if given[key] not in [one["organisation"] for one in signed]:
            yield Text(f"{name}（盖章）：____________　　　日期：____________", "sign")


def _when(text: str) -> str:
    return render_local(datetime.fromisoformat(text))


def _steps(given: Mapping[str, Any]) -> Grid:
    columns = (
        Column("序号", 3, "c"),
        Column("事项", 9),
        Column("办理方", 6, "c"),
        Column("出处", 7),
        Column("期限", 8, "c"),
        Column("期限的依据", 15),
        Column("状态", 6, "c"),
        Column("办结日", 7, "c"),
        Column("凭据", 20),
    )
    rows = tuple(
        (
            str(number),
            one["title"],
            one["party_name"] or "双方",
            (one["source"] or {}).get("article") or "—",
            _due(one),
            one["basis"] or "—",
            one["state_name"],
            one["done_on"] or "—",
            "；".join([*(_proof(each) for each in one["proofs"]), *(f"缺：{name}" for name in one["missing"])]) or "—",
        )
        for number, one in enumerate(given["steps"], 1)
    )
    return Grid(columns, rows, wide=True)


def _due(one: Mapping[str, Any]) -> str:
    return one["due_on"] or " 或 ".join(one["open_days"]) or "—"


def _proof(one: Mapping[str, Any]) -> str:
    digest = f" SM3 {one['sm3'][:_SHOWN]}" if one["sm3"] else ""
    return f"{one['kind_name']} {one['words']}（{one['reference']}）{digest}".replace("  ", " ")


def _plan(given: Mapping[str, Any]) -> Iterator[Block]:
    columns = (
        Column("信息系统", 12),
        Column("开始", 6, "c"),
        Column("结束", 6, "c"),
        Column("迁往", 10),
        Column("说明", 12),
    )
    rows = tuple((one["system"], one["start_on"], one["end_on"], one["target"], one["note"]) for one in given["plan"])
    yield Grid(columns, rows) if rows else Text("还没有迁移方案。")


def _stores(given: Mapping[str, Any]) -> Iterator[Block]:
    columns = (Column("数据所在", 14), Column("状态", 6, "c"), Column("证明", 24))
    rows = tuple(
        (
            one["name"],
            "已擦除" if one["gone"] and one["proofs"] else "未擦除",
            "；".join(_proof(each) for each in one["proofs"]) or "—",
        )
        for one in given["stores"]
    )
    yield Grid(columns, rows) if rows else Text("没有保存数据的资源或副本。")


def _refund(given: Mapping[str, Any]) -> Iterator[Block]:
    refund = given["refund"]
    if refund is None:
        yield Text("不是提前终止，没有剩余服务期。")
        return
    if refund["state"] == "unknown":
        yield Text("合同没有写明" + "、".join(_LACKS[name] for name in refund["lacks"]) + "，无法计算。")
        return
    offset = f"（其中以违约金抵扣 {render_yuan(refund['offset_fen'])} 元）" if refund["offset_fen"] else ""
    yield Text(f"已付款 {render_yuan(refund['paid_fen'])} 元{offset}，最后服务日 {refund['left_on']}。")
    for one in refund["ways"]:
        yield Text(f"{one['words']}：占 {one['part']}，{_amount(one['refund_fen'])}。")
    if refund["amount_fen"] is None:
        yield Text("合同没有写明按哪一种算法，须由双方约定；约定之前不列应退金额。")
    else:
        yield Text(f"应退金额：{_amount(refund['amount_fen'])}。")


def _amount(fen: int) -> str:
    return f"应退 {render_yuan(fen)} 元" if fen >= 0 else f"还应付 {render_yuan(-fen)} 元"


def _course(given: Mapping[str, Any]) -> Iterator[Block]:
    yield Text(f"{_when(given['opened_at'])}　提出退出")
    for one in given["timeline"]:
        said = " ".join(one["data"][name] for name in ("evidence", "place", "medium", "reason") if name in one["data"])
        yield Text(f"{_when(one['at'])}　{one['event_name']}　{one['organisation']}/{one['person']}　{said}".rstrip())


def render_exit_table(data: Mapping[str, Any], *, made_at: datetime, by: str) -> bytes:
    """The steps as a workbook, a row each piece of evidence, with whole digests and records."""
    heads = (
        Head("序号", "int"),
        Head("事项"),
        Head("办理方"),
        Head("期限"),
        Head("期限的依据", "long"),
        Head("状态"),
        Head("办结日"),
        Head("凭据"),
        Head("内容", "long"),
        Head("记录"),
        Head("日期"),
        Head("SM3"),
        Head("缺少", "long"),
        Head("出处"),
        Head("原文", "long"),
    )
    rows: list[tuple[Any, ...]] = []
    for number, one in enumerate(clean_data(data)["steps"], 1):
        source = one["source"] or {}
        for each in one["proofs"] or (None,):
            proof = (
                ("", "", "", "", "")
                if each is None
                else (each["kind_name"], each["words"], each["reference"], each["on"] or "", each["sm3"])
            )
            rows.append(
                (
                    number,
                    one["title"],
                    one["party_name"],
                    _due(one),
                    one["basis"],
                    one["state_name"],
                    one["done_on"] or "",
                    *proof,
                    "、".join(one["missing"]),
                    source.get("article") or "",
                    source.get("text") or "",
                )
            )
    return render_table(f"退出清单 {data['number']}", heads, rows, made_at=made_at, by=by)
