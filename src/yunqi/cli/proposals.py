"""`yunqi proposal …`: what waits for a second person."""

from __future__ import annotations

from typing import Any

import click

from yunqi.cli.login import do_in_person
from yunqi.cli.show import printable, show_table
from yunqi.cli.site import asking, open_client
from yunqi.cli.waiting import NEEDS
from yunqi.kernel.clock import render_local
from yunqi.kernel.words import _
from yunqi.operations.request_words import request_words
from yunqi.wire.base import Proposal

STATES = {"proposed": "待复核", "agreed": "已同意", "refused": "未同意", "withdrawn": "已撤回", "expired": "已过期"}


@click.group()
def proposal() -> None:
    """复核:须由另一人同意才办理的事项。"""


@proposal.command("list")
@click.option("--state", type=click.Choice(tuple(STATES)), help="只列出这一状态的")
@click.option("--mine", is_flag=True, help="只列出现在由我复核的")
@click.option("--limit", type=click.IntRange(1, 500), default=50)
@asking
@click.pass_context
def list_(ctx: click.Context, state: str | None, limit: int, actor: str | None, *, mine: bool) -> None:
    """列出复核事项,新的在前。"""
    with open_client(ctx, actor) as client:
        rows = client.proposals.list(state=state, mine=mine, limit=limit).items
    show_table(
        [_("提出时间"), _("事项"), _("提出人"), _("状态"), _("复核方"), _("标识")],
        [
            (
                render_local(row.proposed_at),
                row.title,
                f"{row.organisation_name}/{row.proposed_by_name}",
                _(STATES[row.state]),
                _(NEEDS[row.needs]),
                row.id,
            )
            for row in rows
        ],
    )


@proposal.command()
@click.argument("proposal_id", metavar="标识")
@asking
@click.pass_context
def show(ctx: click.Context, proposal_id: str, actor: str | None) -> None:
    """查看一个复核事项:谁提出,要办什么,结果如何。"""
    with open_client(ctx, actor) as client:
        row = client.proposals.read(proposal_id)
    show_proposal(row)


def show_proposal(row: Proposal) -> None:
    """A proposal on the terminal."""
    click.secho(f"{printable(row.title)}  {_(STATES[row.state])}  {row.id}", bold=True)
    click.echo(
        _(
            "{who} 于 {at} 提出；由{needs}复核，{expires} 前有效",
            who=printable(f"{row.organisation_name}/{row.proposed_by_name}"),
            at=render_local(row.proposed_at),
            needs=_(NEEDS[row.needs]),
            expires=render_local(row.expires_at),
        )
    )
    for name, value in request_words(row.request):
        click.echo(f"  {name} = {printable(value)}")
    if row.decided_at is not None:
        click.echo(
            _("{who} 于 {at} 办结", who=printable(row.decided_by_name), at=render_local(row.decided_at))
            + (f"：{printable(row.reason)}" if row.reason else "")
        )
    if isinstance(row.outcome, dict):
        _show_fields(row.outcome)


def _show_fields(fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if value is not None:
            click.echo(f"  {name} = {printable(value)}")


@proposal.command()
@click.argument("proposal_id", metavar="标识")
@asking
@click.pass_context
def agree(ctx: click.Context, proposal_id: str, actor: str | None) -> None:
    """同意;随即办理,记两人之名。"""
    row = do_in_person(ctx, actor, lambda client: client.proposals.decide(proposal_id, agree=True))
    click.echo(_("已同意并办理：{title}", title=printable(row.title)))
    if isinstance(row.outcome, dict):
        _show_fields(row.outcome)


@proposal.command()
@click.argument("proposal_id", metavar="标识")
@click.option("--reason", required=True, help="不同意的理由")
@asking
@click.pass_context
def refuse(ctx: click.Context, proposal_id: str, reason: str, actor: str | None) -> None:
    """不同意,写明理由。"""
    row = do_in_person(ctx, actor, lambda client: client.proposals.decide(proposal_id, agree=False, reason=reason))
    click.echo(_("未同意：{title}", title=printable(row.title)))


@proposal.command()
@click.argument("proposal_id", metavar="标识")
@asking
@click.pass_context
def withdraw(ctx: click.Context, proposal_id: str, actor: str | None) -> None:
    """由提出人撤回。"""
    with open_client(ctx, actor) as client:
        row = client.proposals.withdraw(proposal_id)
    click.echo(_("已撤回：{title}", title=printable(row.title)))


COMMANDS = {"proposal": proposal}
