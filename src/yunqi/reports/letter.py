"""What an official letter consists of, before it has a layout: from whom, its reference, to whom, what it says, when.

Source: GB/T 9704-2012, 7 (elements of a document) and 10.1 (letters).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from yunqi.kernel.errors import Problem
from yunqi.reports import figures
from yunqi.settlement.model import Statement

View = dict[str, Any]


class Heading(BaseModel):
    """The sender, the reference and the rest of what is not in the statement. `code`: the sender's own characters
    before the year in the reference, which only the sender knows; empty: left for it to fill in.
    """

    model_config = ConfigDict(frozen=True)

    sender: str = Field(min_length=1)
    receiver: str = Field(min_length=1)
    code: str = ""
    year: int
    number: int = Field(ge=1)
    dated_on: date
    contact: str = ""


def read_heading(data: Mapping[str, Any]) -> Heading:
    """The heading in `data["letter"]`; raises `Problem` report.data naming the field."""
    try:
        return Heading.model_validate(data.get("letter"))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(["letter", *(str(part) for part in first["loc"])])
        raise Problem(
            "report.data",
            "函件的字段「{name}」缺失或无法识别：{reason}",
            field=field.removesuffix("."),
            name=field,
            reason=first["msg"],
            way_out="请从报告登记簿中的编号编制函件",
        ) from error


def reference_of(heading: Heading) -> str:
    """The reference (发文字号): the sender's characters, the year in brackets, the number without zeros before it.

    Source: GB/T 9704-2012, 7.2.5.
    """
    return f"{heading.code}〔{heading.year}〕{heading.number}号"


def title(text: str) -> View:
    """A heading of the first level (一、…)."""
    return {"kind": "title", "text": text}


def said(text: str) -> View:
    """A paragraph."""
    return {"kind": "body", "text": text}


def listed(heads: Sequence[tuple[str, int, str]], rows: Sequence[Sequence[str]]) -> View:
    """A table: head, share of the width and alignment (l, c, r) of each column; its rows."""
    return {"kind": "table", "text": "", "heads": [list(one) for one in heads], "rows": [list(one) for one in rows]}


def letter_view(
    heading: Heading,
    *,
    subject: Sequence[str],
    blocks: Sequence[View],
    attachments: Sequence[str],
    notices: Sequence[str],
    made_at: str,
) -> View:
    """The whole letter as its layouts name it. `subject`: the title in lines that are whole in meaning."""
    several = len(attachments) > 1
    return {
        "title": "".join(subject),
        "title_lines": list(subject),
        "made_at": made_at,
        "sender": heading.sender,
        "receiver": f"{heading.receiver}：",
        "reference": reference_of(heading),
        "notices": list(notices),
        "blocks": list(blocks),
        "attachments": [
            {"head": "附件：" if at == 1 else "", "text": f"{at}. {name}" if several else name}
            for at, name in enumerate(attachments, 1)
        ],
        "date": figures.day(heading.dated_on.isoformat()),
        "contact": f"（联系人：{heading.contact}）" if heading.contact else "",
    }


def notices_of(statement: Statement) -> list[str]:
    """What a reader must know before all else: that the data is a sample, that the statement is provisional."""
    found = []
    if statement.sample:
        found.append("样例数据：" + ("；".join(statement.sample_labels) or "未注明来源"))
    if statement.provisional:
        found.append(f"暂定：结算单尚有 {len(statement.open_points)} 项待定，本函只及已确定的部分")
    return found
