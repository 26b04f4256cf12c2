"""Contract data -> a contract in Word, which reads back to the same data; what cannot be drafted is left to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.contract.clauses.code_words import BLANK
from yunqi.contract.draft.annexes import annexes_of
from yunqi.contract.draft.blocks import Block, Grid, PageBreak, Sheet, Text
from yunqi.contract.draft.body import articles_of, say_number
from yunqi.contract.draft.same import find_differences, find_gaps, plain_data
from yunqi.contract.draft.word import render_sheet

__all__ = ["find_differences", "find_gaps", "find_losses", "plain_data", "plan_draft", "render_draft"]


def render_draft(data: Mapping[str, Any]) -> bytes:
    """The contract as .docx; the same data gives the same bytes."""
    return render_sheet(plan_draft(data))


def find_losses(data: Mapping[str, Any], content: bytes) -> list[str]:
    """The paths at which the drafted document reads back to other data than it was drafted from; mostly none.

    Raises `Problem` where the document does not read back at all.
    """
    from yunqi.contract.reader import read_contract

    read = read_contract(content, "draft.docx").model_dump(mode="json")
    return find_differences(plain_data(data), plain_data(read))


def plan_draft(data: Mapping[str, Any]) -> Sheet:
    """The contract as blocks: cover, articles, signature page, annexes."""
    number, title = data.get("number") or BLANK, data.get("title") or BLANK
    parties = data.get("parties") or {}
    annexes = annexes_of(data)
    names = {kind: f"附件{say_number(count)}《{title_}》" for count, (kind, title_, _) in enumerate(annexes, start=1)}
    sheet = Sheet(title=title, number=f"合同编号：{number}")
    sheet.blocks += [
        Text(title, "title"),
        Text(f"合同编号：{number}", "cover"),
        *([Text(f"项目编号：{data['project_number']}", "cover")] if data.get("project_number") else []),
        Text(f"甲方：{parties.get('using_unit') or BLANK}", "cover"),
        Text(f"乙方：{parties.get('provider') or BLANK}", "cover"),
        PageBreak(),
        *_preamble(parties),
    ]
    for count, (heading, blocks) in enumerate(articles_of(data, names), start=1):
        sheet.blocks += [Text(f"第{say_number(count)}条 {heading}", "article"), *blocks]
    sheet.blocks += [Text("（以下无正文）", "plain"), PageBreak(), *_signatures(data)]
    for count, (_kind, title_, blocks) in enumerate(annexes, start=1):
        wide = any(isinstance(block, Grid) and block.wide for block in blocks)
        sheet.blocks += [PageBreak(wide), Text(f"附件{say_number(count)}：{title_}", "annex"), *blocks]
    return sheet


def _preamble(parties: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = []
    for side, name in (("甲方", "using_unit"), ("乙方", "provider")):
        blocks.append(Text(f"{side}：{parties.get(name) or BLANK}", "plain"))
        if parties.get(f"{name}_address"):
            blocks.append(Text(f"地址：{parties[f'{name}_address']}", "plain"))
    blocks.append(
        Text("甲乙双方根据《中华人民共和国民法典》《中华人民共和国政府采购法》的规定，就政务云租用订立本合同。")
    )
    return blocks


def _signatures(data: Mapping[str, Any]) -> list[Block]:
    from yunqi.contract.clauses.code_words import say_date

    signed = data.get("signed_on")
    on = say_date(signed) if signed else f"{BLANK}年{BLANK}月{BLANK}日"
    blocks: list[Block] = [Text("签署页", "sign")]
    parties = data.get("parties") or {}
    for side, name in (("甲方", "using_unit"), ("乙方", "provider")):
        blocks += [
            Text(f"{side}：{parties.get(name) or BLANK}（盖章）", "sign"),
            Text("法定代表人或授权代表（签字）：", "sign"),
            Text(f"签订日期：{on}", "sign"),
        ]
    return blocks
