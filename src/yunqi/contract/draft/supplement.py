"""What the review proposes to agree instead -> a supplementary agreement (补充协议) in Word."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yunqi.contract.clauses.code_words import BLANK, say_date
from yunqi.contract.draft.blocks import Block, PageBreak, Sheet, Text
from yunqi.contract.draft.body import say_number
from yunqi.contract.draft.word import render_sheet
from yunqi.kernel.errors import Problem

_ZERO = "〇"


@dataclass(frozen=True, slots=True)
class NewClause:
    """A clause to agree: the articles of the contract that it concerns, and its text."""

    articles: tuple[str, ...]
    text: str


def select_clauses(data: Mapping[str, Any], only: Sequence[str] = ()) -> list[NewClause]:
    """The proposals of the findings named, by code or by number from 1 in the order of the findings; all without names.

    The same text is agreed once, for all the articles that it concerns. Raises `Problem` supplement.unknown for a name
    that no finding has, and supplement.nothing where no finding has a proposal.
    """
    findings = list(data.get("findings") or ())
    known = {one["code"] for one in findings} | {str(number) for number in range(1, len(findings) + 1)}
    unknown = [name for name in only if name not in known]
    if unknown:
        raise Problem(
            "supplement.unknown",
            "合同没有审查意见「{value}」",
            field="only",
            value="、".join(unknown),
            way_out="请填写审查意见的代码，或其序号",
        )
    found: dict[str, tuple[str, ...]] = {}
    for number, one in enumerate(findings, start=1):
        text = str(one.get("proposal") or "").strip()
        if not text or (only and one["code"] not in only and str(number) not in only):
            continue
        articles = tuple(source["article"] for source in one.get("sources") or () if source.get("article"))
        found[text] = tuple(dict.fromkeys((*found.get(text, ()), *articles)))
    if not found:
        raise Problem(
            "supplement.nothing",
            "没有可写入补充协议的条款",
            field="only",
            way_out="请选择附有建议条款的审查意见",
        )
    return [NewClause(articles, text) for text, articles in found.items()]


def render_supplement(data: Mapping[str, Any], clauses: Sequence[NewClause], effective_on: date | None = None) -> bytes:
    """The agreement as .docx, with places to fill in for its number, its date and what the contract does not name."""
    number, title = data.get("number") or BLANK, data.get("title") or BLANK
    parties = data.get("parties") or {}
    sheet = Sheet(title=f"{title}补充协议", number=f"原合同编号：{number}")
    signed = f"于{say_date(data['signed_on'])}" if data.get("signed_on") else f"于{BLANK}年{BLANK}月{BLANK}日"
    sheet.blocks += [
        Text(f"《{title}》补充协议", "title"),
        Text(f"补充协议编号：{BLANK}", "cover"),
        Text(f"原合同编号：{number}", "cover"),
        Text(f"甲方：{parties.get('using_unit') or BLANK}", "cover"),
        Text(f"乙方：{parties.get('provider') or BLANK}", "cover"),
        PageBreak(),
        Text(
            f"甲乙双方{signed}签订《{title}》（合同编号：{number}，以下称原合同）。经协商一致，"
            "双方依据《中华人民共和国民法典》第五百四十三条，就原合同的变更和补充订立本补充协议。"
        ),
    ]
    for count, clause in enumerate(clauses, start=1):
        sheet.blocks.append(Text(f"第{_count(count)}条", "article"))
        where = "、".join(f"“{_place(article)}”" for article in clause.articles)
        sheet.blocks.append(Text(f"就原合同{where}，双方约定：{clause.text}" if where else f"双方约定：{clause.text}"))
    when = say_date(effective_on) if effective_on else f"{BLANK}年{BLANK}月{BLANK}日"
    sheet.blocks += [
        Text(f"第{_count(len(clauses) + 1)}条 效力", "article"),
        Text(f"（一）本补充协议经双方签字并盖章，自{when}起生效。"),
        Text("（二）本补充协议是原合同的组成部分。原合同与本补充协议不一致的，以本补充协议为准；其余条款不变。"),
        Text("（三）本补充协议一式肆份，甲乙双方各执贰份。"),
        *_signatures(parties),
    ]
    return render_sheet(sheet)


def _signatures(parties: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = [Text("（以下无正文）", "plain")]
    for side, name in (("甲方", "using_unit"), ("乙方", "provider")):
        blocks += [
            Text(f"{side}：{parties.get(name) or BLANK}（盖章）", "sign"),
            Text("法定代表人或授权代表（签字）：", "sign"),
            Text(f"签订日期：{BLANK}年{BLANK}月{BLANK}日", "sign"),
        ]
    return blocks


def _place(article: str) -> str:
    """A place as contracts name it: the row of a table in words.

    >>> _place("附件2 #7")
    '附件2第7行'
    """
    return re.sub(r"\s*#(\d+)", r"第\1行", article)


def _count(number: int) -> str:
    """A number in Chinese numerals, from one hundred on digit by digit (第一〇一条).

    >>> _count(21), _count(101)
    ('二十一', '一〇一')
    """
    if number // 10 < 10:
        return say_number(number)
    return "".join(_ZERO if digit == "0" else say_number(int(digit)) for digit in str(number))
