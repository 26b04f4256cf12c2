"""`yunqi register …`: complaints, emergency cut-offs, force majeure and unmanned time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from yunqi.cli.show import show_table
from yunqi.cli.site import asking, open_client, parse_at
from yunqi.kernel.clock import render_local
from yunqi.kernel.words import _

if TYPE_CHECKING:
    from datetime import datetime

    from yunqi.wire.registers import Channel, EntryEvent, Opened
    from yunqi.wire.registers import Register as Kind

OPENED = ("complaint", "cut_off", "force_majeure")
CHANNELS = ("telephone", "letter", "fax", "mail", "web", "meeting")
EVENTS = ("answer", "carry_out", "ask_restore", "restore", "prove", "end", "confirm", "contest", "withdraw")


def _instant(text: str) -> datetime:
    at = parse_at(text)
    if at is None:
        raise LookupError(text)
    return at


@click.group()
def register() -> None:
    """登记:投诉、应急断开与恢复、不可抗力、无人值守。"""


@register.command("list")
@click.option("--kind", type=click.Choice((*OPENED, "unattended")), default="complaint", show_default=True)
@click.option("--contract", help="只看这一合同")
@asking
@click.pass_context
def list_(ctx: click.Context, kind: Kind, contract: str | None, actor: str | None) -> None:
    """列出一种登记。"""
    with open_client(ctx, actor) as client:
        rows = list(client.registers.iterate(kind=kind, contract=contract))
    show_table(
        [_("编号"), _("事项"), _("提出人"), _("时间"), _("状态"), _("合同")],
        [
            (one.number, one.title, one.who, render_local(one.at), one.state_name, one.contract_number or "")
            for one in rows
        ],
    )


@register.command()
@click.argument("contract")
@click.argument("kind", type=click.Choice(OPENED))
@click.option("--title", required=True, help="事项")
@click.option("--who", required=True, help="由谁提出")
@click.option("--at", required=True, help="时间,如 2026-02-03 10:00")
@click.option("--channel", type=click.Choice(CHANNELS), help="渠道")
@click.option("--system", help="信息系统")
@click.option("--text", default="", help="详细情况")
@asking
@click.pass_context
def record(
    ctx: click.Context,
    contract: str,
    kind: Opened,
    title: str,
    who: str,
    at: str,
    channel: Channel | None,
    system: str | None,
    text: str,
    actor: str | None,
) -> None:
    """登记一件事。"""
    with open_client(ctx, actor) as client:
        made = client.registers.record(
            contract=contract,
            kind=kind,
            title=title,
            who=who,
            at=_instant(at),
            channel=channel,
            system=system,
            text=text,
        )
    click.echo(f"{made.number} {made.state_name}")


@register.command()
@click.argument("entry")
@click.argument("event", type=click.Choice(EVENTS))
@click.option("--at", help="时间,不填为此刻")
@click.option("--note", help="说明(答复)")
@click.option("--evidence", help="证据(提交证明)")
@click.option("--reason", help="理由(提出异议、撤回)")
@asking
@click.pass_context
def advance(
    ctx: click.Context,
    entry: str,
    event: EntryEvent,
    at: str | None,
    note: str | None,
    evidence: str | None,
    reason: str | None,
    actor: str | None,
) -> None:
    """办理一件登记的事:答复、断开、恢复、证明、确认。"""
    with open_client(ctx, actor) as client:
        found = client.registers.advance(
            entry, event=event, at=parse_at(at), note=note, evidence=evidence, reason=reason
        )
    click.echo(f"{found.number} {found.state_name}")


COMMANDS = {"register": register}
