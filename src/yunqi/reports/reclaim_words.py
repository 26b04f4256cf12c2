"""What a letter of reclaim says (资源回收函): what a contract provides and nobody used at any time of the month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.reports import figures
from yunqi.reports.letter import View, letter_view, listed, notices_of, read_heading, said, title
from yunqi.reports.statement_view import line_unit, read_statement, view_contract
from yunqi.settlement.model import DeliveryLine, Statement

_HEADS = (
    ("序号", 5, "c"),
    ("服务项", 18, "l"),
    ("单位", 6, "c"),
    ("合同数量", 9, "r"),
    ("平均使用", 9, "r"),
    ("最高使用", 9, "r"),
    ("未使用", 9, "r"),
)


def gather(data: Mapping[str, Any]) -> View:
    """The words and figures of the letter. Raises `Problem` report.data, and letter.nothing where all was used."""
    statement, heading = read_statement(data), read_heading(data)
    found = list(list_unused(statement))
    if not found:
        raise Problem(
            "letter.nothing_unused",
            "{month} 的计量中没有始终未使用的资源，不能出具资源回收函",
            field="statement",
            month=statement.month,
            way_out="请核对该月的用量，或改用其他月份的结算单",
        )
    contract, month = view_contract(statement.contract), figures.month(statement.month)
    span = figures.month_span(statement.month)
    rows = [
        [
            str(number),
            line.name,
            line_unit(line.unit, line.item),
            figures.quantity(line.contracted),
            figures.quantity(line.average),
            figures.quantity(line.peak),
            figures.quantity(str(unused)),
        ]
        for number, (line, unused) in enumerate(found, 1)
    ]
    blocks = [
        said(
            f"根据《{contract['title']}》（合同编号：{contract['number']}）及{month}（{span}）的计量，合同约定的下列资源"
            "在该月任何时刻均未使用。为避免闲置，现函请回收。"
        ),
        title("一、拟回收的资源"),
        listed(_HEADS, rows),
        said("“未使用”为合同数量减去该月最高使用量，即该月自始至终没有占用的部分。"),
        title("二、办理要求"),
        said("请核对上列数量。确需保留的，请书面说明用途和启用时间；同意回收的，请按合同约定办理变更或者退订。"),
    ]
    unmetered = [line.name for line in statement.delivery if line.contracted and line.peak is None]
    if unmetered:
        blocks += [
            title("三、未列入的资源"),
            said(f"下列服务项该月没有计量，是否使用无从得知，未列入本函：{'、'.join(dict.fromkeys(unmetered))}。"),
        ]
    version = data.get("version")
    made = f"{month}结算单第{version}版" if version else f"{month}结算单"
    digest = f"，SM3 {data['sm3']}" if data.get("sm3") else ""
    return letter_view(
        heading,
        subject=(f"关于回收{month}未使用", "政务云资源的函"),
        blocks=blocks,
        attachments=[f"{made}（数据截至{figures.local(statement.known_at)}{digest}）"],
        notices=notices_of(statement),
        made_at=str(data.get("made_at") or statement.known_at),
    )


def list_unused(statement: Statement) -> Iterator[tuple[DeliveryLine, Fraction]]:
    """The lines of which a part was used at no time of the month, with that part. Where nothing was metered nothing is
    known to be unused.
    """
    for line in statement.delivery:
        contracted, peak = figures.parse_exact(line.contracted or ""), figures.parse_exact(line.peak or "")
        if contracted is not None and peak is not None and peak < contracted:
            yield line, contracted - peak
