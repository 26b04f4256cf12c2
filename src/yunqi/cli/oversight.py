"""`yunqi oversight …`: what the administration and the supervisor compare, ask for and check."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from yunqi.cli.checking import idle, kpi, kpi_record, sample
from yunqi.cli.files import save_download
from yunqi.cli.rectifications import notice
from yunqi.cli.show import show_table
from yunqi.cli.site import asking, open_client
from yunqi.kernel.money import render_percent, render_share, render_yuan
from yunqi.kernel.units import render_decimal
from yunqi.kernel.words import _
from yunqi.wire.ratings import KnownTotal, RatingRow

_NONE = "—"
_PLACES = 2


@click.group()
def oversight() -> None:
    """监督:月报月评、闲置资源、整改通知、绩效、抽查。"""


def _yuan(fen: int | None) -> str:
    return _NONE if fen is None else render_yuan(fen)


def _share(text: str | None) -> str:
    return _NONE if text is None else render_share(Fraction(text))


def _measured(row: RatingRow) -> str:
    ends = dict.fromkeys(one for one in (row.availability_low, row.availability_high) if one is not None)
    return " ～ ".join(render_share(Fraction(one)) for one in ends) or _NONE


def _proposed(row: RatingRow) -> str:
    ends = dict.fromkeys(one for one in (row.penalty_low_fen, row.penalty_high_fen) if one is not None)
    return " ～ ".join(render_yuan(one) for one in ends) or _NONE


def _breach(row: RatingRow) -> str:
    if row.breach_minutes is None:
        return _NONE
    shown = render_decimal(Fraction(row.breach_minutes), _PLACES)
    return _("≥ {minutes}（{count} 项未定）", minutes=shown, count=row.clocks_open) if row.clocks_open else shown


def _total(total: KnownTotal, *, money: bool = False) -> str:
    if total.known is None:
        return _NONE
    exact = Fraction(total.known)
    shown = render_yuan(int(exact)) if money else render_decimal(exact, _PLACES)
    return shown + (_("（{count} 份未知）", count=total.unknown) if total.unknown else "")


@oversight.command()
@click.option("--month", metavar="年-月", help="哪个月(默认上月)")
@click.option("--by", type=click.Choice(["contract", "provider", "using_unit"]), default="contract", show_default=True)
@click.option("--sort", metavar="列", help="按此列排序,前加减号为从大到小;未知总在最后")
@click.option("--file", "path", type=click.Path(path_type=Path), help="写成 .xlsx 或 .docx 文件")
@asking
@click.pass_context
def compare(
    ctx: click.Context, month: str | None, by: str, sort: str | None, path: Path | None, actor: str | None
) -> None:
    """月报月评:一个月内各合同、各云服务商或各使用单位的比较。"""
    with open_client(ctx, actor) as client:
        if path is not None:
            kind = "docx" if path.suffix.lower() == ".docx" else "xlsx"
            made = client.ratings.file(month=month, sort=sort, format="docx" if kind == "docx" else "xlsx")
            click.echo(_("已写入 {path}", path=save_download(made, path)))
            return
        if by == "contract":
            found = client.ratings.list(month=month, sort=sort)
            rows = [
                (
                    row.contract_number or row.title,
                    row.provider,
                    _share(row.availability_promised),
                    _measured(row),
                    _NONE if row.incidents is None else str(row.incidents),
                    _breach(row),
                    _proposed(row),
                    _yuan(row.penalty_agreed_fen),
                    _yuan(row.fee_fen),
                    _NONE if row.delivered_share is None else render_percent(Fraction(row.delivered_share), _PLACES),
                    _NONE if row.open_points is None else str(row.open_points),
                )
                for row in found.items
            ]
            heads = [_("合同"), _("云服务商"), _("约定可用性"), _("实测"), _("事件"), _("超时（分钟）")]
            heads += [_("拟计违约金"), _("已定违约金"), _("当月费用"), _("交付率"), _("未定之处")]
            click.echo(found.month)
            show_table(heads, rows, right=frozenset(range(2, 11)))
            return
        grouped = client.ratings.groups(month=month, by="using_unit" if by == "using_unit" else "provider")
        click.echo(grouped.month)
        show_table(
            [_("单位"), _("合同"), _("达到/未达到/未知"), _("超时（分钟）"), _("拟计违约金上限"), _("当月费用")],
            [
                (
                    one.name,
                    str(one.contracts),
                    f"{one.met}/{one.breached}/{one.undecided}",
                    _total(one.breach_minutes),
                    _total(one.penalty_high_fen, money=True),
                    _total(one.fee_fen, money=True),
                )
                for one in grouped.items
            ],
            right=frozenset({1, 3, 4, 5}),
        )


oversight.add_command(notice)
for _command in (idle, sample, kpi, kpi_record):
    oversight.add_command(_command)
COMMANDS = {"oversight": oversight}
