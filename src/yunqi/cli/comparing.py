"""`yunqi contract compare`, `yunqi contract prices`"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from yunqi.cli.answers import answer_with
from yunqi.cli.show import show_table
from yunqi.cli.site import asking, open_client, parse_day
from yunqi.cli.waiting import show_pages
from yunqi.contract.changes.compare import Comparison, compare_contracts
from yunqi.kernel.money import render_share, render_yuan, round_fen
from yunqi.kernel.words import _
from yunqi.wire.comparisons import DifferenceRow, MonthFeeRow

WHATS = {"added": "新增", "removed": "取消", "changed": "变更"}


def _yuan(fen: int | None) -> str:
    return "—" if fen is None else render_yuan(fen)


@click.command()
@click.argument("before")
@click.argument("after", required=False)
@click.option("--on", metavar="日期", help="前者在此日的版本(默认签署时的)")
@click.option("--other-on", metavar="日期", help="后者在此日的版本")
@asking
@click.pass_context
def compare(
    ctx: click.Context, before: str, after: str | None, on: str | None, other_on: str | None, actor: str | None
) -> None:
    """比对两份合同或同一合同的两个版本:按条款、按月、按金额。可以是合同编号,也可以是文件。"""
    paths = [word for word in (before, after) if word is not None and Path(word).is_file()]
    if not paths:
        with open_client(ctx, actor) as client:
            made = client.contracts.compare(
                before, other=after, on=parse_day(on, "on"), other_on=parse_day(other_on, "other_on")
            )
        _show(made.items, made.months, made.total_before_fen, made.total_after_fen, made.effect_fen)
        return
    from yunqi.operations.comparing import difference_row, month_rows

    sides = [_read(ctx, word, actor) for word in (before, after or before)]
    found: Comparison = compare_contracts(*sides)
    rows = [difference_row(one, *sides) for one in found.differences]
    effect = None if found.effect_fen is None else round_fen(found.effect_fen)
    months = list(month_rows(found))
    answer_with(
        {
            "before_title": sides[0]["title"],
            "after_title": sides[1]["title"],
            "items": [one.model_dump(mode="json") for one in rows],
            "months": [one.model_dump(mode="json") for one in months],
            "total_before_fen": found.total_before_fen,
            "total_after_fen": found.total_after_fen,
            "effect_fen": effect,
        }
    )
    _show(rows, months, found.total_before_fen, found.total_after_fen, effect)


def _read(ctx: click.Context, word: str, actor: str | None) -> Mapping[str, Any]:
    if Path(word).is_file():
        from yunqi.operations.contracts import read_file

        return read_file(Path(word), progress=show_pages).data
    with open_client(ctx, actor) as client:
        data: Mapping[str, Any] = client.contracts.read(word).data
        return data


def _show(
    rows: Iterable[DifferenceRow],
    months: Iterable[MonthFeeRow],
    before_fen: int | None,
    after_fen: int | None,
    effect_fen: int | None,
) -> None:
    found = list(rows)
    if not found:
        click.echo(_("没有差异"))
    else:
        show_table(
            [_("条款"), _("变化"), _("内容"), _("原值"), _("现值"), _("费用影响"), _("出处")],
            [
                (
                    one.part_name,
                    _(WHATS[one.what]),
                    one.label,
                    one.before,
                    one.after,
                    _yuan(one.effect_fen),
                    _article(one),
                )
                for one in found
            ],
            right=frozenset({5}),
        )
    fees = [one for one in months if one.effect_fen != 0]
    if fees:
        show_table(
            [_("月份"), _("原费用"), _("现费用"), _("费用影响")],
            [(one.month, _yuan(one.before_fen), _yuan(one.after_fen), _yuan(one.effect_fen)) for one in fees],
            right=frozenset({1, 2, 3}),
        )
    click.echo(
        _(
            "合同总金额 {before} → {after} 元；各月费用合计相差 {effect} 元",
            before=_yuan(before_fen),
            after=_yuan(after_fen),
            effect=_yuan(effect_fen),
        )
    )


def _article(one: DifferenceRow) -> str:
    names = [(source or {}).get("article") or "" for source in (one.source_before, one.source_after)]
    return " → ".join(dict.fromkeys(name for name in names if name))


@click.command()
@click.option("--item", metavar="目录代码", help="只看这一服务项")
@click.option("--provider", metavar="单位", help="只看这一云服务商")
@click.option("--using-unit", metavar="单位", help="只看这一使用单位")
@asking
@click.pass_context
def prices(
    ctx: click.Context, item: str | None, provider: str | None, using_unit: str | None, actor: str | None
) -> None:
    """同一服务项在各合同中的单价,折算为每单位每月;不可比的说明原因。"""
    with open_client(ctx, actor) as client:
        rows = client.prices.compare(item=item, provider=provider, using_unit=using_unit).items
    show_table(
        [
            _("目录代码"),
            _("折算单位"),
            _("每单位每月（元）"),
            _("高于最低价"),
            _("单价(元)"),
            _("合同"),
            _("云服务商"),
            _("不可比的原因"),
        ],
        [
            (
                one.item or "?",
                one.normal_unit,
                one.normal_price or "—",
                "—" if one.above_share is None else render_share(Fraction(one.above_share), 2),
                one.unit_price or "—",
                f"{one.contract_number or one.contract_id} #{one.no}",
                one.provider,
                one.reason_text,
            )
            for one in rows
        ],
        right=frozenset({2, 3, 4}),
    )


COMMANDS = (compare, prices)
