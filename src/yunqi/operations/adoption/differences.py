"""Differences between what is listed and what the contract sells, in words."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from yunqi.contract import load_catalogue
from yunqi.kernel.errors import Problem
from yunqi.operations.adoption.inventory import Note, note_of, text_of
from yunqi.operations.adoption.plan import Line

_SHOWN = 5


def over_note(line: Line, over: Fraction, listed: Fraction) -> Note:
    """A line of which more is listed than the contract has."""
    problem = Problem(
        "adoption.over",
        "价目 {no}「{name}」超出合同数量 {over} {unit}：合同 {contracted}，已占用 {before}，清单 {listed}",
        no=line.no,
        name=line.name,
        over=text_of(over),
        unit=line.unit,
        contracted=text_of(line.contracted or Fraction(0)),
        before=text_of(line.drawn),
        listed=text_of(listed),
        way_out="可签订补充协议增加数量、商定临时扩容，或核减清单；确认后超出部分如实记录",
    )
    return note_of(problem, "open", subject=line.name)


def systemless_note(names: Sequence[str]) -> Note:
    """Machines of which nobody says which information system they serve."""
    problem = Problem(
        "adoption.system_missing",
        "有 {count} 台云主机没有写所属系统，纳管后不属于任何系统：{names}",
        names="、".join(names[:_SHOWN]) + ("…" if len(names) > _SHOWN else ""),
        count=len(names),
        way_out="请在清单中补写所属系统后再次预览",
    )
    return note_of(problem, "open")


def absent_note(names: Sequence[str]) -> Note:
    """Machines that were adopted before and are no longer listed; they go on counting until somebody ends them."""
    problem = Problem(
        "adoption.absent",
        "已纳管的云主机有 {count} 台不在本清单上：{names}",
        names="、".join(names[:_SHOWN]) + ("…" if len(names) > _SHOWN else ""),
        count=len(names),
        way_out="已停用的请逐台申请退订；在此之前照常计量",
    )
    return note_of(problem, "open")


def missing_note(key: str, names: Sequence[str]) -> Note:
    """What no line sells; `key` is the item's code, then `|`, then `piece` where a line sells it by the piece."""
    code, _bar, by_piece = key.partition("|")
    title = load_catalogue().item(code).title
    shown = "、".join(names[:_SHOWN]) + ("…" if len(names) > _SHOWN else "")
    if by_piece:
        problem = Problem(
            "adoption.by_piece",
            "合同的「{item}」按次或按件计价，不按占用纳管：{names}（共 {count} 项）",
            item=title,
            names=shown,
            count=len(names),
            way_out="请以统一工单逐次订购",
        )
    else:
        problem = Problem(
            "adoption.not_in_contract",
            "合同没有「{item}」这一价目：{names}（共 {count} 项）",
            item=title,
            names=shown,
            count=len(names),
            way_out="可签订补充协议增加该价目；确认后照常登记，不占用任何价目",
        )
    return note_of(problem, "open", subject=title)
