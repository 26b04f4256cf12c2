"""`yunqi report deliver` and `receipt`: that a report was sent, and that it was received, by each of its receivers."""

from __future__ import annotations

from pathlib import Path

import click

from yunqi.cli.files import read_upload
from yunqi.cli.site import asking, open_client, parse_at
from yunqi.client import Client
from yunqi.kernel.words import _
from yunqi.wire.reports import ReportRow

ENTRY_STATES = {"drafted": "拟稿", "approved": "已审批", "delivered": "已报送", "received": "已签收"}
WAYS = ("platform", "paper", "mail", "courier", "fax", "exchange", "other")


@click.command()
@click.argument("report_id", metavar="标识")
@click.option("--way", type=click.Choice(WAYS), default="platform", show_default=True, help="报送方式")
@click.option("--at", "at_text", metavar="时间", help="何时报送(默认现在)")
@click.option("--to", "receiver", metavar="单位", help="只报送这一收件单位(默认尚未报送的全部)")
@asking
@click.pass_context
def deliver(
    ctx: click.Context, report_id: str, way: str, at_text: str | None, receiver: str | None, actor: str | None
) -> None:
    """登记已报送。"""
    with open_client(ctx, actor) as client:
        say(client.reports.deliver(report_id, way=way, at=parse_at(at_text), receiver=receiver))  # type: ignore[arg-type]


@click.command()
@click.argument("report_id", metavar="标识")
@click.option("--by", "received_by", required=True, metavar="姓名", help="签收人")
@click.option("--way", type=click.Choice(WAYS), default="platform", show_default=True, help="签收方式")
@click.option("--at", "at_text", metavar="时间", help="何时签收(默认现在)")
@click.option("--of", "receiver", metavar="单位", help="由哪一收件单位签收(默认本单位或登记的收件单位)")
@click.option("--file", "path", type=click.Path(path_type=Path), help="签收凭据;由报送单位登记的必须附上")
@asking
@click.pass_context
def receipt(
    ctx: click.Context,
    report_id: str,
    received_by: str,
    way: str,
    at_text: str | None,
    receiver: str | None,
    path: Path | None,
    actor: str | None,
) -> None:
    """登记签收:何人、何时、以何方式;即到达的证据。"""
    with open_client(ctx, actor) as client:
        file = None if path is None else upload(client, path)
        at = parse_at(at_text)
        say(client.reports.receipt(report_id, received_by=received_by, way=way, at=at, file=file, receiver=receiver))  # type: ignore[arg-type]


def upload(client: Client, path: Path) -> str:
    """Uploads a file; its id."""
    return client.files.upload(name=path.name, content=read_upload(path)).id


def say(made: ReportRow) -> None:
    """Says which report it is and how it stands."""
    click.echo(f"{made.title} {made.reference}: {_(ENTRY_STATES[made.state])}（{made.id}）")
