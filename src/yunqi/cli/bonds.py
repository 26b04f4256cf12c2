"""`yunqi bond …`"""

from __future__ import annotations

from pathlib import Path

import click

from yunqi.cli.files import read_upload
from yunqi.cli.show import printable, show_table
from yunqi.cli.site import asking, asking_two, open_client, parse_on
from yunqi.cli.waiting import show_proposal_made
from yunqi.client import Client
from yunqi.kernel.money import render_yuan
from yunqi.kernel.words import _
from yunqi.operations.state_words import BOND_STATES
from yunqi.wire.base import Done, Proposal


@click.group()
def bond() -> None:
    """履约保证金:查看、登记、补足、延期、提取、退还。"""


def _say(made: Done | Proposal) -> None:
    if isinstance(made, Proposal):
        show_proposal_made(made)
    else:
        click.echo(_("已登记（{id}）", id=made.id))


def _upload(client: Client, path: Path | None) -> str | None:
    return None if path is None else client.files.upload(name=path.name, content=read_upload(path)).id


_FILE = click.option("--file", "path", type=click.Path(path_type=Path), help="凭证文件(保函、回单等)")
_ON = click.option("--on", "on_text", required=True, metavar="YYYY-MM-DD", help="办理日期")
_AMOUNT = click.option("--amount", required=True, metavar="元", help="金额")
_GUARANTEE = click.option("--guarantee", default="", help="保函编号")


def _yuan(fen: int | None) -> str:
    return "—" if fen is None else render_yuan(fen)


@bond.command()
@click.argument("contract")
@click.option("--as-of", metavar="YYYY-MM-DD", help="截至哪一日(默认今日)")
@asking
@click.pass_context
def show(ctx: click.Context, contract: str, as_of: str | None, actor: str | None) -> None:
    """查看履约保证金:应交、有效、到期、应退,以及登记过的一切。"""
    with open_client(ctx, actor) as client:
        found = client.bonds.read(contract, as_of=parse_on(as_of, "as_of") if as_of else None)
    if not found.agreed:
        click.echo(_("合同没有约定履约保证金"))
        return
    show_table(
        [_("状态"), _("应交"), _("应交日期"), _("现有"), _("缺额"), _("已提取"), _("已退还"), _("应退日期")],
        [
            (
                _(BOND_STATES[found.state]),
                _yuan(found.due_fen),
                found.due_on or "—",
                _yuan(found.held_fen),
                _yuan(found.short_fen),
                _yuan(found.drawn_fen),
                _yuan(found.released_fen),
                found.release_by or "—",
            )
        ],
        right=frozenset({1, 3, 4, 5, 6}),
    )
    for words in found.reminders:
        click.echo(printable(words))
    show_table(
        [_("保函编号"), _("形式"), _("金额"), _("余额"), _("到期日"), _("最迟延期日")],
        [
            (
                one.guarantee or "—",
                one.form or "—",
                _yuan(one.amount_fen),
                _yuan(one.left_fen),
                one.expires_on or "—",
                one.renew_by or "—",
            )
            for one in found.securities
        ],
        right=frozenset({2, 3}),
    )
    show_table(
        [_("日期"), _("类型"), _("金额"), _("保函编号"), _("事由"), _("标识")],
        [
            (one.on, one.kind_name, _yuan(one.amount_fen), one.guarantee or "—", one.reason or "—", one.id)
            for one in found.moves
        ],
        right=frozenset({2}),
    )


@bond.command()
@click.argument("contract")
@_AMOUNT
@_ON
@_GUARANTEE
@click.option("--form", default="", help="形式:银行保函、现金、汇票、支票……")
@click.option("--issuer", default="", help="开立机构")
@click.option("--expires", metavar="YYYY-MM-DD", help="保函到期日")
@click.option("--top-up", is_flag=True, help="是提取之后的补足")
@_FILE
@asking_two
@click.pass_context
def record(
    ctx: click.Context,
    contract: str,
    amount: str,
    on_text: str,
    guarantee: str,
    form: str,
    issuer: str,
    expires: str | None,
    top_up: bool,
    path: Path | None,
    actor: str | None,
    second: str | None,
) -> None:
    """登记收到的履约保证金,多笔相加;由本单位另一人复核。"""
    expires_on = parse_on(expires, "expires") if expires else None
    with open_client(ctx, actor, second) as client:
        deed = client.bonds.top_up if top_up else client.bonds.record
        _say(
            deed(
                contract,
                amount=amount,
                on=parse_on(on_text),
                form=form,
                guarantee=guarantee,
                issuer=issuer,
                expires_on=expires_on,
                file=_upload(client, path),
            )
        )


@bond.command()
@click.argument("contract")
@click.argument("guarantee", metavar="保函编号")
@_ON
@click.option("--expires", required=True, metavar="YYYY-MM-DD", help="新的到期日")
@_FILE
@asking_two
@click.pass_context
def extend(
    ctx: click.Context,
    contract: str,
    guarantee: str,
    on_text: str,
    expires: str,
    path: Path | None,
    actor: str | None,
    second: str | None,
) -> None:
    """登记保函延期;由本单位另一人复核。"""
    with open_client(ctx, actor, second) as client:
        _say(
            client.bonds.extend(
                contract,
                guarantee=guarantee,
                on=parse_on(on_text),
                expires_on=parse_on(expires, "expires"),
                file=_upload(client, path),
            )
        )


@bond.command()
@click.argument("contract")
@_AMOUNT
@_ON
@click.option("--reason", required=True, help="事由")
@_GUARANTEE
@click.option("--statement", help="所据的结算单")
@_FILE
@asking_two
@click.pass_context
def draw(
    ctx: click.Context,
    contract: str,
    amount: str,
    on_text: str,
    reason: str,
    guarantee: str,
    statement: str | None,
    path: Path | None,
    actor: str | None,
    second: str | None,
) -> None:
    """登记从履约保证金提取的金额;由本单位另一人复核。"""
    with open_client(ctx, actor, second) as client:
        _say(
            client.bonds.draw(
                contract,
                amount=amount,
                on=parse_on(on_text),
                reason=reason,
                guarantee=guarantee,
                statement=statement,
                file=_upload(client, path),
            )
        )


@bond.command()
@click.argument("contract")
@_AMOUNT
@_ON
@_GUARANTEE
@click.option("--reason", default="", help="事由")
@_FILE
@asking_two
@click.pass_context
def release(
    ctx: click.Context,
    contract: str,
    amount: str,
    on_text: str,
    guarantee: str,
    reason: str,
    path: Path | None,
    actor: str | None,
    second: str | None,
) -> None:
    """登记退还的履约保证金;由本单位另一人复核。"""
    with open_client(ctx, actor, second) as client:
        _say(
            client.bonds.release(
                contract,
                amount=amount,
                on=parse_on(on_text),
                guarantee=guarantee,
                reason=reason,
                file=_upload(client, path),
            )
        )


COMMANDS = {"bond": bond}
