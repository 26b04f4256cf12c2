"""`yunqi obligation …`: what must be handed in or done, and the records that it was."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from yunqi.cli.files import read_upload
from yunqi.cli.show import show_table
from yunqi.cli.site import asking, open_client, parse_on
from yunqi.contract.obligations.standing import STATES
from yunqi.kernel.words import _
from yunqi.wire.obligations import ObligationDetail, ObligationRow

_TRIGGERS = ("signature", "term_start", "operation", "calendar", "before", "event", "fault", "notice", "request")
TRIGGERS = (*_TRIGGERS, "change", "always", "acceptance", "before_end", "term_end")


@click.group()
def obligation() -> None:
    """义务与期限:清单、登记履行、确认与撤回。"""


@obligation.command("list")
@click.option("--contract", help="只看这一合同")
@click.option("--state", type=click.Choice(STATES), help="只看这一状态")
@click.option("--party", type=click.Choice(["using_unit", "provider"]), help="只看这一方的义务")
@click.option("--trigger", type=click.Choice(TRIGGERS), help="只看因此而生的义务")
@click.option("--text", help="名称、编号、条款中含有的文字")
@asking
@click.pass_context
def list_(
    ctx: click.Context,
    contract: str | None,
    state: str | None,
    party: str | None,
    trigger: str | None,
    text: str | None,
    actor: str | None,
) -> None:
    """列出义务,最急的在前。"""
    with open_client(ctx, actor) as client:
        found = client.obligations.list(
            contract=contract,
            state=state,  # type: ignore[arg-type]  # the choices of the option are those of the wire
            party=party,  # type: ignore[arg-type]
            trigger=trigger,
            text=text,
        )
    show_table(
        [_("键"), _("编号"), _("事项"), _("由谁"), _("期限"), _("状态"), _("台账所示"), _("条款")],
        [
            (one.key, one.no, one.text, one.party_name, _day(one), one.state_name, one.seen, one.article)
            for one in found.items
        ],
    )


def _day(one: ObligationRow) -> str:
    day = one.due_on or one.period_end
    return day.isoformat() if day is not None else one.deadline


@obligation.command("show")
@click.argument("contract")
@click.argument("line")
@asking
@click.pass_context
def show(ctx: click.Context, contract: str, line: str, actor: str | None) -> None:
    """一项义务:出处、台账所示、登记的履行。LINE 是清单中的键。"""
    with open_client(ctx, actor) as client:
        found = client.obligations.read(contract, line=line)
    _show(found)


def _show(found: ObligationDetail) -> None:
    click.echo(f"{found.no} {found.text} · {found.party_name} · {found.state_name}".strip())
    for source in found.sources:
        click.echo(f"  {source.article} {source.text}")
    for deed in found.deeds:
        done = deed.done_on.isoformat() if deed.done_on else _("未完成")
        click.echo(f"  {deed.object_name} {deed.words} {deed.at_on} → {done}{_('，逾期') if deed.late else ''}")
    show_table(
        [_("登记"), _("履行日"), _("期限"), _("说明"), _("文件"), _("登记方"), _("状态")],
        [
            (one.id, one.on.isoformat(), _iso(one.due_on), one.words, one.name, one.organisation, one.state_name)
            for one in found.records
        ],
    )


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


@obligation.command("record")
@click.argument("contract")
@click.argument("line")
@click.option("--words", required=True, help="怎样履行的")
@click.option("--on", "on_text", metavar="YYYY-MM-DD", required=True, help="履行日")
@click.option("--event-on", "event_text", metavar="YYYY-MM-DD", help="期限起算的日期(收到通知、情形发生之日)")
@click.option("--file", "file_path", type=click.Path(path_type=Path), help="证明文件")
@click.option("--corrects", help="更正本方的这一登记")
@click.option("--reason", default="", help="更正的理由")
@asking
@click.pass_context
def record(
    ctx: click.Context,
    contract: str,
    line: str,
    words: str,
    on_text: str,
    event_text: str | None,
    file_path: Path | None,
    corrects: str | None,
    reason: str,
    actor: str | None,
) -> None:
    """登记某项义务已于某日履行。"""
    with open_client(ctx, actor) as client:
        kept = client.files.upload(name=file_path.name, content=read_upload(file_path)).id if file_path else None
        found = client.obligations.record(
            contract,
            line=line,
            on=parse_on(on_text),
            event_on=parse_on(event_text) if event_text else None,
            words=words,
            file=kept,
            corrects=corrects,
            reason=reason,
        )
    _show(found)


@obligation.command("answer")
@click.argument("record")
@click.argument("answer", type=click.Choice(["confirm", "contest"]))
@click.option("--reason", default="", help="异议的理由")
@asking
@click.pass_context
def answer_(ctx: click.Context, record: str, answer: str, reason: str, actor: str | None) -> None:
    """确认对方登记的履行,或者提出异议。"""
    with open_client(ctx, actor) as client:
        found = client.obligations.answer(record, answer="confirm" if answer == "confirm" else "contest", reason=reason)
    _show(found)


@obligation.command("withdraw")
@click.argument("record")
@click.option("--reason", required=True, help="撤回的理由")
@asking
@click.pass_context
def withdraw(ctx: click.Context, record: str, reason: str, actor: str | None) -> None:
    """撤回本方的登记;原登记与理由都会保留。"""
    with open_client(ctx, actor) as client:
        found = client.obligations.withdraw(record, reason=reason)
    _show(found)


COMMANDS = {"obligation": obligation}
