"""`yunqi incident …`, findings on incidents included."""

from __future__ import annotations

import click

from yunqi.cli.show import show_table
from yunqi.cli.site import acting, open_site, parse_at, parse_fields
from yunqi.kernel.clock import render_local
from yunqi.kernel.words import _


@click.group()
def incident() -> None:
    """事件:报告、响应、恢复、认定。"""


@incident.command("list")
@click.argument("contract")
@click.pass_context
def list_(ctx: click.Context, contract: str) -> None:
    """列出事件。"""
    from yunqi.operations.cases import MACHINES
    from yunqi.store.cases import list_cases
    from yunqi.store.contracts import require_contract

    with open_site(ctx) as site, site.database.read() as connection:
        rows = list_cases(connection, require_contract(connection, contract).id, kind="incident")
    machine = MACHINES["incident"]
    show_table(
        [_("编号"), _("事件"), _("状态"), _("开始"), _("标识")],
        [(row.number, row.title, _(machine.label(row.state)), render_local(row.opened_at), row.id) for row in rows],
    )


@incident.command("open")
@click.argument("contract")
@click.argument("title")
@click.option("--at", metavar="时间", help="何时发生(默认现在)")
@click.option("--system", metavar="名称")
@click.option("--object", "object_", default="platform", help="资源标识、system:标识或 platform")
@click.option("--kind", type=click.Choice(["fault", "request"]), default="fault")
@click.option(
    "--type",
    "type_",
    type=click.Choice(["interruption", "degradation", "tampering", "data_loss", "intrusion", "request"]),
    default="interruption",
)
@click.pass_context
def open_(
    ctx: click.Context,
    contract: str,
    title: str,
    at: str | None,
    system: str | None,
    object_: str,
    kind: str,
    type_: str,
) -> None:
    """手工开立一个事件(探测没有看到的)。"""
    from yunqi.operations.cases import open_incident

    with open_site(ctx) as site:
        opened = open_incident(
            site, contract, title, occurred_at=parse_at(at), system=system, subject=object_, kind=kind, type_=type_
        )
    click.echo(_("事件 {number} 已开立", number=opened.number))


@incident.command("do")
@click.argument("contract")
@click.argument("number")
@click.argument("event", metavar="reported|responded|arrived|located|recovered|closed|withdrawn")
@click.option("--at", metavar="时间", help="何时发生(默认现在)")
@click.option("--set", "pairs", multiple=True, metavar="名称=值", help="例如 channel=电话、root_cause=电源")
@acting
@click.pass_context
def do(
    ctx: click.Context, contract: str, number: str, event: str, at: str | None, pairs: tuple[str, ...], actor: str
) -> None:
    """登记事件的一步:甲方报告、乙方响应、到场、定位、恢复、关闭。"""
    click.echo(_add_event(ctx, "incident", contract, number, event, pairs, actor, at))


@incident.command()
@click.argument("contract")
@click.argument("event", metavar="事件标识")
@click.argument("question")
@click.argument("answer")
@click.option("--evidence", required=True, help="所依据的证据")
@acting
@click.pass_context
def propose(
    ctx: click.Context, contract: str, event: str, question: str, answer: str, evidence: str, actor: str
) -> None:
    """提出一项认定,例如 severity.重大影响 no;双方确认后计入结算。"""
    from yunqi.operations.cases import open_adjudication
    from yunqi.operations.installation import require_actor
    from yunqi.store.contracts import require_contract

    with open_site(ctx) as site:
        with site.database.read() as connection:
            person = require_actor(connection, actor)
            found = require_contract(connection, contract)
        opened = open_adjudication(
            site,
            contract_id=found.id,
            event=event,
            question=question,
            answer=answer,
            evidence=evidence,
            person_id=person.id,
        )
    click.echo(_("认定 {number} 已提出，请双方确认", number=opened.number))


@incident.command()
@click.argument("contract")
@click.argument("number")
@click.argument("event", metavar="confirm|contest|decide|withdraw")
@click.option("--set", "pairs", multiple=True, metavar="名称=值")
@acting
@click.pass_context
def adjudicate(ctx: click.Context, contract: str, number: str, event: str, pairs: tuple[str, ...], actor: str) -> None:
    """办理一项认定:确认、提出异议、裁定、撤回。"""
    click.echo(_add_event(ctx, "adjudication", contract, number, event, pairs, actor, None))


def _add_event(
    ctx: click.Context,
    kind: str,
    contract: str,
    number: str,
    event: str,
    pairs: tuple[str, ...],
    actor: str,
    at: str | None,
) -> str:
    from yunqi.operations.cases import MACHINES, add_event
    from yunqi.operations.installation import require_actor
    from yunqi.store.cases import require_case
    from yunqi.store.contracts import require_contract

    with open_site(ctx) as site:
        with site.database.read() as connection:
            person = require_actor(connection, actor)
            found = require_contract(connection, contract)
            case = require_case(connection, number, kind=kind, contract_id=found.id)
        after = add_event(site, case.id, event, person_id=person.id, data=parse_fields(pairs), at=parse_at(at))
    return _("{number}：{state}", number=after.number, state=_(MACHINES[kind].label(after.state)))


COMMANDS = {"incident": incident}
