"""What a letter of breach says (违约告知函): one statement's penalties, each with clause, fact, computation, amount."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_daxie
from yunqi.reports import figures
from yunqi.reports.letter import View, letter_view, listed, notices_of, read_heading, said, title
from yunqi.reports.names import Names
from yunqi.reports.statement_money import view_offset
from yunqi.reports.statement_view import (
    read_statement,
    view_amounts,
    view_contract,
    view_incident,
)
from yunqi.settlement.model import Candidate, Statement

_HEADS = (("序号", 5, "c"), ("违约事实", 17, "l"), ("合同条款", 13, "l"), ("计算", 14, "l"), ("违约金（元）", 9, "r"))
_OPEN = (("序号", 5, "c"), ("事项", 17, "l"), ("合同条款", 13, "l"), ("待定", 14, "l"), ("如成立（元）", 9, "l"))
_OPEN_STATES = ("needs_reading", "needs_adjudication", "proposed")
_NUMERALS = "一二三四五六"


def gather(data: Mapping[str, Any]) -> View:
    """The words and figures of the letter. Raises `Problem` report.data, and letter.nothing where the statement has no
    penalty that is settled.
    """
    statement, heading = read_statement(data), read_heading(data)
    names = Names(statement)
    chosen = [one for one in statement.candidates if one.state == "chosen" and one.amount_fen]
    if not chosen:
        raise Problem(
            "letter.nothing",
            "{month} 的结算单没有已确定的违约金，不能出具违约告知函",
            field="statement",
            month=statement.month,
            way_out="请待违约事项认定后重新结算，再出具",
        )
    contract, month = view_contract(statement.contract), figures.month(statement.month)
    version = data.get("version")
    made = f"结算单第{version}版" if version else "结算单"
    total = sum(one.amount_fen or 0 for one in chosen)
    sections = [
        (
            "违约事项与违约金",
            [
                listed(_HEADS, [_row(number, one, statement, names) for number, one in enumerate(chosen, 1)]),
                said(f"以上共{len(chosen)}项，违约金合计{figures.yuan(total)}元（大写：{render_daxie(total)}）。"),
            ],
        )
    ]
    offset = [view_offset(one) for one in statement.offset]
    if offset:
        steps = "；".join(f"自{one['from']}中扣除{one['amount']}元{_clause(one['note'])}" for one in offset)
        sections.append(("违约金的扣除", [said(f"依合同约定，违约金按下列次序扣除：{steps}。")]))
    waiting = [one for one in statement.candidates if one.state in _OPEN_STATES]
    if waiting:
        rows = [_open_row(number, one, statement, names) for number, one in enumerate(waiting, 1)]
        sections.append(
            (
                "尚待约定或者认定的事项",
                [said("下列事项尚未确定，本函不就其主张违约金，确定后另行告知。"), listed(_OPEN, rows)],
            )
        )
    weighed = [one for one in statement.candidates if one.state == "not_gravest"]
    if weighed:
        told = "；".join(f"{names.show(one.event)}（{names.show(one.clause)}）" for one in weighed)
        sections.append(("不重复计算的事项", [said(f"下列事项与上列事项出于同一原因，只按最重的一项计算：{told}。")]))
    sections.append(
        (
            "答复",
            [said("请于收到本函后按合同约定的期限和方式书面答复；有异议的，请逐项写明理由并附证据。")],
        )
    )
    blocks = [
        said(
            f"根据双方签订的《{contract['title']}》（合同编号：{contract['number']}，以下简称合同），经对{month}"
            f"（{figures.month_span(statement.month)}）的服务进行结算，现将违约情况告知如下。"
        )
    ]
    for numeral, (head, parts) in zip(_NUMERALS, sections, strict=False):
        blocks += [title(f"{numeral}、{head}"), *parts]
    digest = f"，SM3 {data['sm3']}" if data.get("sm3") else ""
    return letter_view(
        heading,
        subject=(f"关于{month}政务云服务", "违约情况的告知函"),
        blocks=blocks,
        attachments=[f"{month}{made}（数据截至{figures.local(statement.known_at)}{digest}）"],
        notices=notices_of(statement),
        made_at=str(data.get("made_at") or statement.known_at),
    )


def _clause(note: str) -> str:
    return f"（{note}）" if note else ""


def _row(number: int, one: Candidate, statement: Statement, names: Names) -> list[str]:
    node = statement.trace.get(one.node)
    formula = names.show(node.formula) if node is not None else ""
    return [str(number), _fact(one, statement, names), _cited(one, names), formula, figures.yuan(one.amount_fen)]


def _open_row(number: int, one: Candidate, statement: Statement, names: Names) -> list[str]:
    asked = {point.code: names.show(point.question) for point in statement.open_points}
    needs = "；".join(dict.fromkeys(asked.get(code) or names.question(code) for code in one.needs)) or "双方确认"
    amounts = "\n".join(view_amounts(one)) or (figures.yuan(one.amount_fen) if one.amount_fen else figures.NONE)
    return [str(number), _fact(one, statement, names), _cited(one, names), needs, amounts]


def _fact(one: Candidate, statement: Statement, names: Names) -> str:
    """What happened: the event with its time and length where it is an incident, and the cause that was found."""
    told = [names.show(one.event)]
    for incident in statement.incidents:
        if one.event in (incident.id, incident.number):
            shown = view_incident(incident, names)
            told += [shown["title"], f"{shown['opened_at']} 发生"]
            if incident.outage_minutes is not None:
                told.append(f"中断 {shown['outage']}")
    if one.root_cause and one.root_cause != one.event:
        told.append(f"原因：{names.show(one.root_cause)}")
    if one.sample:
        told.append("样例")
    return "；".join(dict.fromkeys(told))


def _cited(one: Candidate, names: Names) -> str:
    return f"{names.show(one.clause)}：{one.text}" if one.text else names.show(one.clause)
