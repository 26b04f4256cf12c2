"""`yunqi register …`: complaints, emergency cut-offs, force majeure and unmanned time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from yunqi.cases.machine import ROLE_LABELS
from yunqi.cases.register.words import RELIEFS, STANDINGS
from yunqi.cli.show import show_table
from yunqi.cli.site import asking, open_client, parse_at
from yunqi.kernel.clock import render_local
from yunqi.kernel.units import render_length
from yunqi.kernel.words import _

if TYPE_CHECKING:
    from datetime import datetime

    from yunqi.wire.registers import Channel, EntryEvent, Finding, Opened, RegisterDetail, ToldBy
    from yunqi.wire.registers import Register as Kind

OPENED = ("complaint", "cut_off", "force_majeure")
CHANNELS = ("telephone", "letter", "fax", "mail", "web", "meeting")
EVENTS = (
    "answer",
    "carry_out",
    "remove_cause",
    "ask_restore",
    "restore",
    "notify",
    "confirm_notice",
    "prove",
    "accept_proof",
    "refuse_proof",
    "end",
    "confirm",
    "contest",
    "withdraw",
)
TOLD_BY = ("mail", "sms", "telephone", "letter", "fax", "in_person")
FINDINGS = ("justified", "wrongful")


def _instant(text: str) -> datetime:
    at = parse_at(text)
    if at is None:
        raise LookupError(text)
    return at


@click.group()
def register() -> None:
    """登记:投诉、应急断开与恢复、不可抗力、无人值守。"""


@register.command("list")
@click.option(
    "--kind",
    type=click.Choice((*OPENED, "unattended")),
    default="complaint",
    show_default=True,
    help="哪一种:投诉、应急断开、不可抗力、无人值守",
)
@click.option("--contract", help="只看这一合同")
@asking
@click.pass_context
def list_(ctx: click.Context, kind: Kind, contract: str | None, actor: str | None) -> None:
    """列出一种登记,及每项时限到了哪一步。"""
    with open_client(ctx, actor) as client:
        rows = list(client.registers.iterate(kind=kind, contract=contract))
    if not rows:
        click.echo(_("还没有登记"))
        return
    show_table(
        [_("编号"), _("事项"), _("提出人"), _("时间"), _("状态"), _("时限"), _("合同")],
        [
            (
                one.number,
                one.title,
                one.who or "—",
                render_local(one.at),
                one.state_name,
                _("；").join(
                    _("{name}：{standing}", name=c.name_words, standing=_(STANDINGS[c.standing])) for c in one.clocks
                )
                or "—",
                one.contract_number or "",
            )
            for one in rows
        ],
    )


@register.command()
@click.argument("entry")
@asking
@click.pass_context
def show(ctx: click.Context, entry: str, actor: str | None) -> None:
    """显示一件登记的事:时限、凭据、能否免责或顺延、下一步。"""
    with open_client(ctx, actor) as client:
        found = client.registers.read(entry)
    for name, value in _fields(found):
        click.echo(_("{name}：{value}", name=name, value=value))
    if found.clocks:
        show_table(
            [_("时限"), _("约定"), _("起"), _("止"), _("完成"), _("历时"), _("状态")],
            [
                (
                    one.name_words,
                    one.limit or "—",
                    render_local(one.started_at),
                    render_local(one.due_at) if one.due_at else "—",
                    render_local(one.done_at) if one.done_at else "—",
                    render_length(timedelta(minutes=one.elapsed_minutes)),
                    _(STANDINGS[one.standing])
                    + (_("，尚缺回执：{ways}", ways=_("、").join(one.lacking)) if one.lacking else ""),
                )
                for one in found.clocks
            ],
        )
    for option in found.extension.options if found.extension else ():
        click.echo(
            _(
                "顺延 {days} 日，至 {end}（{label}）",
                days=option.days,
                end=option.extended_end or "—",
                label=option.label,
            )
        )
    for step in found.next:
        click.echo(
            _(
                "可以「{event}」（{code}），由{roles}办理",
                event=step.event_name,
                code=step.event,
                roles=_("、").join(_(ROLE_LABELS[role]) for role in step.roles),
            )
        )


def _received(at: datetime | None, how: str) -> str:
    return "" if at is None else _("{at}（{how}）", at=render_local(at), how=how)


def _fields(found: RegisterDetail) -> list[tuple[str, str]]:
    excluded = found.exclusion
    pairs = [
        (_("编号"), f"{found.number} {found.kind_name}"),
        (_("事项"), found.title),
        (_("时间"), render_local(found.at)),
        (_("提出人"), found.who),
        (_("提出的一方"), found.invoked_by),
        (_("状态"), found.state_name),
        (_("答复"), found.answer),
        (_("证明"), " ".join(one for one in (found.evidence, found.proof_name) if one)),
        (_("通知送达时间"), _received(found.notice_received_at, found.notice_receipt)),
        (_("证明收到时间"), _received(found.proof_received_at, found.proof_receipt)),
        (_("能否免责"), _(RELIEFS[found.relief]) if found.relief else ""),
        (_("认定"), found.finding_name),
        (_("计入的中断"), found.incident_number),
        (
            _("建议剔除"),
            f"{render_local(excluded.start_at)} – {render_local(excluded.end_at)}" if excluded else "",
        ),
    ]
    return [(name, value) for name, value in pairs if value]


@register.command()
@click.argument("contract")
@click.argument("kind", type=click.Choice(OPENED))
@click.option("--title", required=True, help="事项")
@click.option("--who", required=True, help="由谁提出")
@click.option("--at", required=True, help="时间,如 2026-02-03 10:00")
@click.option("--channel", type=click.Choice(CHANNELS), help="渠道")
@click.option("--system", help="信息系统")
@click.option("--text", default="", help="详细情况")
@click.option("--notified-at", help="不可抗力:书面通知对方的时间")
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
    notified_at: str | None,
    actor: str | None,
) -> None:
    """登记一件事;双方都确认(register advance … confirm)之后才计入结算。"""
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
            notified_at=parse_at(notified_at),
        )
    click.echo(f"{made.number} {made.state_name}")


@register.command()
@click.argument("entry")
@click.argument("event", type=click.Choice(EVENTS))
@click.option("--at", help="时间,不填为此刻")
@click.option("--note", help="说明(答复)")
@click.option("--evidence", help="证据(提交证明)")
@click.option("--reason", help="理由(提出异议、不认可证明、撤回)")
@click.option("--finding", type=click.Choice(FINDINGS), help="确认断开时的认定:断开有据、错误断开")
@click.option("--received-at", help="认可证明或确认收到通知时:实际收到的时间")
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
    finding: Finding | None,
    received_at: str | None,
    actor: str | None,
) -> None:
    """办理一件登记的事:答复、断开、原因消除、恢复、通知、证明、确认。"""
    with open_client(ctx, actor) as client:
        found = client.registers.advance(
            entry,
            event=event,
            at=parse_at(at),
            note=note,
            evidence=evidence,
            reason=reason,
            finding=finding,
            received_at=parse_at(received_at),
        )
    click.echo(f"{found.number} {found.state_name}")


@register.command()
@click.argument("entry")
@click.option("--by", "channel", type=click.Choice(TOLD_BY), required=True, help="以何种方式通知")
@click.option("--recipient", required=True, help="通知了谁")
@click.option("--receipt", required=True, help="回执:编号、接听人等")
@click.option("--at", help="时间,不填为此刻")
@asking
@click.pass_context
def tell(
    ctx: click.Context,
    entry: str,
    channel: ToldBy,
    recipient: str,
    receipt: str,
    at: str | None,
    actor: str | None,
) -> None:
    """登记已就断开通知使用单位;每种方式各有回执。"""
    with open_client(ctx, actor) as client:
        found = client.registers.tell(entry, channel=channel, recipient=recipient, receipt=receipt, at=parse_at(at))
    clock = next(one for one in found.clocks if one.name == "tell")
    lacking = _("，尚缺回执：{ways}", ways=_("、").join(clock.lacking)) if clock.lacking else ""
    click.echo(f"{found.number} {clock.name_words} {_(STANDINGS[clock.standing])}{lacking}")


COMMANDS = {"register": register}
