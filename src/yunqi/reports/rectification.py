"""A rectification notice (整改通知书) or reclaim proposal (闲置资源回收建议书) as a letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.contract.draft.blocks import Column, Grid, Sheet, Text
from yunqi.contract.draft.word import render_sheet
from yunqi.reports import figures
from yunqi.reports.clean import clean_data

_TITLES = {"rectify": "整改通知书", "reclaim": "闲置资源回收建议书"}
_ASKED = {"rectify": "整改要求", "reclaim": "回收建议"}
_STANDINGS = {
    "open": "待答复",
    "overdue": "已逾期，尚未答复",
    "answered": "已答复，待核查",
    "closed": "已闭环",
    "withdrawn": "已撤销",
}


def render_rectification(data: Mapping[str, Any]) -> bytes:
    """The letter as .docx: to whom, on which clause and words, what by when, and what was answered since."""
    given = clean_data(data)
    title = _TITLES[given["purpose"]]
    sheet = Sheet(title=title, number=given["number"])
    sheet.blocks += [
        Text(title, "title"),
        Text(f"编号：{given['number']}", "cover"),
        Text(f"{given['addressee']}：", "plain"),
        Text(
            f"你单位在《{given['contract_title']}》（合同编号 {given['contract_number'] or '—'}）履行中有下列事项："
            f"{given['title']}。"
        ),
        Text("一、依据", "article"),
        Text(f"{given['clause']}。"),
        *(Text(f"原文：{one['text']}") for one in given["words"]),
        *(() if given["words"] else (Text("合同数据中没有读到该条款的原文，请以签署文本为准。"),)),
        Text(f"二、{_ASKED[given['purpose']]}", "article"),
        *(Text(part) for part in str(given["requirement"]).splitlines() if part.strip()),
        *_resources(given["resources"]),
        Text("三、期限", "article"),
        Text(
            f"请于{figures.day(given['due_on'])}（含当日）前书面答复处理措施与结果，并附证据。逾期未答复的，按逾期登记。"
        ),
        *_answer(given),
        Text(f"发出单位：{given['issuer']}（盖章）", "sign"),
        Text(f"发出时间：{figures.local(given['opened_at'])}", "sign"),
    ]
    return render_sheet(sheet)


def _resources(names: list[str]) -> tuple[Any, ...]:
    if not names:
        return ()
    rows = tuple((str(number), name) for number, name in enumerate(names, 1))
    return (Text("涉及的资源："), Grid((Column("序号", 3, "c"), Column("资源", 20)), rows))


def _answer(given: Mapping[str, Any]) -> list[Text]:
    said = [Text("四、办理情况", "article"), Text(f"{_STANDINGS[given['standing']]}。")]
    for words, key in (("措施与结果", "measures"), ("证据", "evidence"), ("核查结论", "conclusion")):
        if given[key]:
            said.append(Text(f"{words}：{given[key]}"))
    if given["late"] and given["standing"] != "overdue":
        said.append(Text("其间曾经逾期。"))
    return said
