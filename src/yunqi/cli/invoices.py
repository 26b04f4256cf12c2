"""`yunqi invoice …`"""

from __future__ import annotations

from pathlib import Path

import click

from yunqi.cli.files import read_upload
from yunqi.cli.show import beside_contracts, printable, show_table
from yunqi.cli.site import asking, asking_two, open_client, parse_on
from yunqi.cli.waiting import show_proposal_made
from yunqi.kernel.money import render_yuan
from yunqi.kernel.words import _
from yunqi.wire.base import Done, Proposal

KINDS = ("special", "ordinary")


@click.group()
def invoice() -> None:
    """发票:登记、冲红、与合同核对。"""


def _say(made: Done | Proposal) -> None:
    if isinstance(made, Proposal):
        show_proposal_made(made)
    else:
        click.echo(_("已登记（{id}）", id=made.id))


def _yuan(fen: int | None) -> str:
    return "—" if fen is None else render_yuan(fen)


@invoice.command("list")
@click.argument("contract", required=False)
@click.option("--live", is_flag=True, help="不列已冲红或作废的")
@asking
@click.pass_context
def list_(ctx: click.Context, contract: str | None, live: bool, actor: str | None) -> None:
    """列出一份合同的发票及其与约定的差异,不写合同即全部。"""
    with open_client(ctx, actor) as client:
        rows = list(client.invoices.iterate(contract=contract, live=live))
    show_table(
        *beside_contracts(
            contract,
            [
                _("号码"),
                _("开票日期"),
                _("收到日期"),
                _("期数"),
                _("金额"),
                _("税额"),
                _("价税合计"),
                _("状态"),
                _("标识"),
            ],
            rows,
            [
                (
                    one.number,
                    one.issued_on,
                    one.received_on,
                    one.instalment or "—",
                    _yuan(one.net_fen),
                    _yuan(one.tax_fen),
                    _yuan(one.total_fen),
                    _("有效") if one.cancelled_at is None else _("已冲红或作废"),
                    one.id,
                )
                for one in rows
            ],
        ),
        right=frozenset({3, 4, 5, 6}),
    )
    for one in rows:
        for difference in one.differences:
            click.echo(printable(f"{one.number}: {difference.words}"))


@invoice.command()
@click.argument("contract")
@asking
@click.pass_context
def check(ctx: click.Context, contract: str, actor: str | None) -> None:
    """发票与合同核对:价款、税额,以及各期款已开未开。"""
    with open_client(ctx, actor) as client:
        found = client.invoices.split(contract)
    show_table(
        [_("项目"), _("合同"), _("已开发票")],
        [
            (_("价税合计"), _yuan(found.total_fen), _yuan(found.billed_fen)),
            (_("不含税金额"), _yuan(found.net_fen), _yuan(found.billed_net_fen)),
            (_("税额"), _yuan(found.tax_fen), _yuan(found.billed_tax_fen)),
        ],
        right=frozenset({1, 2}),
    )
    show_table(
        [_("期数"), _("金额(元)"), _("已开发票"), _("未开"), _("开足日期")],
        [
            (one.no, _yuan(one.amount_fen), _yuan(one.billed_fen), _yuan(one.left_fen), one.covered_on or "—")
            for one in found.instalments
        ],
        right=frozenset({0, 1, 2, 3}),
    )
    for one in found.instalments:
        if one.stands:
            click.echo(_("第 {no} 期的发票条件仍记为成就，而有效发票已不足额；登记新发票后更正", no=one.no))


@invoice.command()
@click.argument("contract")
@click.argument("number")
@click.option("--code", default="", help="发票代码;数电票没有")
@click.option("--kind", type=click.Choice(KINDS), default="special", help="专用发票或普通发票")
@click.option("--issued", required=True, metavar="YYYY-MM-DD", help="开票日期")
@click.option("--received", required=True, metavar="YYYY-MM-DD", help="收到日期")
@click.option("--seller", required=True, help="销售方名称")
@click.option("--seller-tax-id", required=True, help="销售方纳税人识别号")
@click.option("--buyer", required=True, help="购买方名称")
@click.option("--buyer-tax-id", default="", help="购买方纳税人识别号")
@click.option("--rate", required=True, help="税率,例如 6%")
@click.option("--net", required=True, metavar="元", help="不含税金额")
@click.option("--tax", required=True, metavar="元", help="税额")
@click.option("--total", required=True, metavar="元", help="价税合计")
@click.option("--daxie", default="", help="价税合计的大写")
@click.option("--instalment", type=click.IntRange(1, 999), metavar="期数", help="所对应的分期款")
@click.option("--statement", help="所对应的结算单")
@click.option("--file", "file_path", type=click.Path(path_type=Path), help="发票文件(PDF、OFD、XML、图片)")
@asking_two
@click.pass_context
def record(
    ctx: click.Context,
    contract: str,
    number: str,
    code: str,
    kind: str,
    issued: str,
    received: str,
    seller: str,
    seller_tax_id: str,
    buyer: str,
    buyer_tax_id: str,
    rate: str,
    net: str,
    tax: str,
    total: str,
    daxie: str,
    instalment: int | None,
    statement: str | None,
    file_path: Path | None,
    actor: str | None,
    second: str | None,
) -> None:
    """登记收到的发票;由对方单位复核。"""
    with open_client(ctx, actor, second) as client:
        kept = client.files.upload(name=file_path.name, content=read_upload(file_path)).id if file_path else None
        _say(
            client.invoices.record(
                contract,
                code=code,
                number=number,
                kind="ordinary" if kind == "ordinary" else "special",
                issued_on=parse_on(issued, "issued"),
                received_on=parse_on(received, "received"),
                seller_name=seller,
                seller_tax_id=seller_tax_id,
                buyer_name=buyer,
                buyer_tax_id=buyer_tax_id,
                rate=rate,
                net=net,
                tax=tax,
                total=total,
                daxie=daxie,
                instalment=instalment,
                statement=statement,
                file=kept,
            )
        )


@invoice.command()
@click.argument("invoice_id", metavar="发票标识")
@click.option("--by", "by_number", help="红字发票号码;作废的不填")
@click.option("--reason", required=True, help="原因")
@asking_two
@click.pass_context
def cancel(
    ctx: click.Context, invoice_id: str, by_number: str | None, reason: str, actor: str | None, second: str | None
) -> None:
    """冲红或作废一张发票;由对方单位复核。号码不再可用。"""
    with open_client(ctx, actor, second) as client:
        _say(client.invoices.cancel(invoice_id, by_number=by_number, reason=reason))


COMMANDS = {"invoice": invoice}
