"""`yunqi notice …`: who is told of incidents, what was told with which receipt, the two reports, the national clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from yunqi.cli.show import beside_contracts, show_table
from yunqi.cli.site import asking, open_client, parse_at
from yunqi.kernel.clock import render_local
from yunqi.kernel.words import _

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Literal

    from yunqi.wire.notices import ByHand, Channel, Grade, Operator, Stage

CHANNELS = ("mail", "sms", "wecom", "dingtalk")
WAYS = ("telephone", "letter", "fax", "in_person", "portal", "mail", "sms")
STAGES = ("notice", "first_report", "final_report", "report", "summary")


@click.group()
def notice() -> None:
    """事件通知:对象、发送、故障报告、回执、上报时限。"""


@notice.command()
@click.argument("contract")
@asking
@click.pass_context
def contacts(ctx: click.Context, contract: str, actor: str | None) -> None:
    """列出通知对象。"""
    with open_client(ctx, actor) as client:
        rows = list(client.contacts.iterate(contract=contract))
    show_table(
        [_("对象"), _("单位"), _("方式"), _("地址"), _("何时"), _("标识")],
        [
            (
                one.name,
                one.organisation,
                one.channel_name,
                one.address,
                _("即时") if one.minutes_left is None else _("剩余 {count} 分钟时", count=one.minutes_left),
                one.id,
            )
            for one in rows
        ],
    )


@notice.command()
@click.argument("contract")
@click.argument("party", type=click.Choice(("using_unit", "provider")))
@click.argument("name")
@click.argument("channel", type=click.Choice(CHANNELS))
@click.argument("address")
@click.option("--secret", default="", help="钉钉机器人的加签密钥")
@click.option("--minutes-left", type=click.IntRange(0), help="逐级上报:时限剩余这么多分钟时通知(默认即时通知)")
@asking
@click.pass_context
def contact(
    ctx: click.Context,
    contract: str,
    party: Literal["using_unit", "provider"],
    name: str,
    channel: Channel,
    address: str,
    secret: str,
    minutes_left: int | None,
    actor: str | None,
) -> None:
    """登记一个通知对象:邮箱、手机号,或企业微信、钉钉群机器人的地址。"""
    with open_client(ctx, actor) as client:
        made = client.contacts.add(
            contract=contract,
            party=party,
            name=name,
            channel=channel,
            address=address,
            secret=secret,
            minutes_left=minutes_left,
        )
    click.echo(_("已登记，标识 {id}", id=made.id))


@notice.command()
@click.argument("contact")
@asking
@click.pass_context
def remove(ctx: click.Context, contact: str, actor: str | None) -> None:
    """移除通知对象。"""
    with open_client(ctx, actor) as client:
        client.contacts.remove(contact)
    click.echo(_("已移除"))


@notice.command("test")
@click.argument("contact")
@asking
@click.pass_context
def try_(ctx: click.Context, contact: str, actor: str | None) -> None:
    """向通知对象发送一条测试;回执见 yunqi notice list。"""
    with open_client(ctx, actor) as client:
        client.contacts.test(contact)
    click.echo(_("已交付发送"))


@notice.command("list")
@click.argument("contract", required=False)
@asking
@click.pass_context
def list_(ctx: click.Context, contract: str | None, actor: str | None) -> None:
    """列出一份合同的通知及其回执,不写合同即全部。"""
    with open_client(ctx, actor) as client:
        rows = list(client.notices.iterate(contract=contract))
    show_table(
        *beside_contracts(
            contract,
            [_("时间"), _("事件"), _("类别"), _("方式"), _("对象"), _("送达"), _("对方应答")],
            rows,
            [
                (
                    render_local(one.recorded_at),
                    one.incident_number or "",
                    one.stage_name,
                    one.channel_name,
                    one.recipient,
                    _local(one.done_at) if one.state == "done" else one.error or _("待送"),
                    one.answer or "",
                )
                for one in rows
            ],
        ),
    )


@notice.command()
@click.argument("incident")
@asking
@click.pass_context
def show(ctx: click.Context, incident: str, actor: str | None) -> None:
    """查看一个事件的通知时限、国家上报时限与每次通知的回执。"""
    with open_client(ctx, actor) as client:
        found = client.notices.standing(incident)
    show_table(
        [_("类别"), _("时限"), _("状态"), _("到期"), _("送达"), _("尚缺"), _("条款")],
        [
            (
                one.stage_name,
                one.limit_name or "—",
                one.state_name,
                _local(one.due_at),
                _local(one.met_at),
                _("、").join(one.lacking),
                one.source.article if one.source else "",
            )
            for one in found.clocks
        ],
    )
    show_table(
        [_("类别"), _("报至"), _("时限"), _("状态"), _("到期"), _("已报"), _("依据"), _("未核实")],
        [
            (
                one.what_name,
                one.to,
                one.limit_name,
                one.state_name,
                _local(one.due_at),
                _local(one.met_at),
                one.title,
                one.unsure,
            )
            for one in found.national
        ],
    )
    show_table(
        [_("时间"), _("类别"), _("方式"), _("对象"), _("送达"), _("对方应答")],
        [
            (
                render_local(one.recorded_at),
                one.stage_name,
                each.channel_name,
                each.recipient,
                _local(each.done_at) if each.state == "done" else each.error or _("待送"),
                each.answer,
            )
            for one in found.notices
            for each in one.tellings
        ],
    )


@notice.command()
@click.argument("incident")
@click.argument("text")
@click.option("--to", "contacts_", multiple=True, metavar="对象", help="通知对象的标识(默认全部即时通知的对象)")
@asking
@click.pass_context
def send(ctx: click.Context, incident: str, text: str, contacts_: tuple[str, ...], actor: str | None) -> None:
    """就一个事件发送通知。"""
    with open_client(ctx, actor) as client:
        client.notices.send(incident, text=text, contacts=contacts_)
    click.echo(_("已交付发送"))


@notice.command()
@click.argument("incident")
@click.argument("stage", type=click.Choice(("first_report", "final_report")))
@click.option("--happened", default="", help="发生了什么")
@click.option("--impact", default="", help="影响")
@click.option("--measures", default="", help="已采取的措施")
@click.option("--root-cause", default="", help="根本原因")
@click.option("--remedy", default="", help="处理与补救")
@click.option("--prevention", default="", help="防止再次发生")
@asking
@click.pass_context
def report(
    ctx: click.Context,
    incident: str,
    stage: Literal["first_report", "final_report"],
    happened: str,
    impact: str,
    measures: str,
    root_cause: str,
    remedy: str,
    prevention: str,
    actor: str | None,
) -> None:
    """提交故障报告:初步报告写发生了什么、影响与措施,处理报告写根本原因与补救。"""
    with open_client(ctx, actor) as client:
        client.notices.report(
            incident,
            stage=stage,
            happened=happened,
            impact=impact,
            measures=measures,
            root_cause=root_cause,
            remedy=remedy,
            prevention=prevention,
        )
    click.echo(_("已提交"))


@notice.command()
@click.argument("incident")
@click.argument("stage", type=click.Choice(STAGES))
@click.argument("channel", type=click.Choice(WAYS))
@click.argument("recipient")
@click.argument("receipt")
@click.option("--to", "to", type=click.Choice(("using_unit", "provider", "authority")), default="using_unit")
@click.option("--at", metavar="时间", help="何时通知(默认现在)")
@asking
@click.pass_context
def told(
    ctx: click.Context,
    incident: str,
    stage: Stage,
    channel: ByHand,
    recipient: str,
    receipt: str,
    to: Literal["using_unit", "provider", "authority"],
    at: str | None,
    actor: str | None,
) -> None:
    """登记以电话、书面、传真、当面或主管部门网站作出的通知,及其凭据。"""
    with open_client(ctx, actor) as client:
        client.notices.record(
            incident, stage=stage, channel=channel, recipient=recipient, receipt=receipt, to=to, at=parse_at(at)
        )
    click.echo(_("已登记"))


@notice.command()
@click.argument("incident")
@click.argument("grade_", metavar="级别", type=click.Choice(("ordinary", "larger", "major", "grave")))
@click.argument("operator", type=click.Choice(("cii", "state_organ", "other")))
@click.argument("reason")
@click.option("--known-at", metavar="时间", help="何时发现或获知(默认事件发生时)")
@asking
@click.pass_context
def grade(
    ctx: click.Context,
    incident: str,
    grade_: Grade,
    operator: Operator,
    reason: str,
    known_at: str | None,
    actor: str | None,
) -> None:
    """按国家网络安全事件分级定级;较大以上即起算上报时限。"""
    with open_client(ctx, actor) as client:
        client.notices.grade(
            incident, grade=grade_, operator=operator, reason=reason, known_at=parse_at(known_at, "known-at")
        )
    click.echo(_("已定级"))


def _local(at: datetime | None) -> str:
    return "" if at is None else render_local(at)


COMMANDS = {"notice": notice}
