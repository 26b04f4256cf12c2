"""`yunqi tour`: the main job on the sample contract, each step shown and timed; the first failure ends it."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click

from yunqi.cli.months import show_statement, show_trace
from yunqi.cli.show import Steps
from yunqi.cli.site import open_settings
from yunqi.cli.tour.accounts import open_accounts, show_accounts
from yunqi.cli.tour.cast import SUPERVISOR, Cast, plan_side, register_people, register_tenants
from yunqi.cli.tour.deliver import (
    check_guests,
    check_isolation,
    check_public,
    expect_refusal,
    file_work_orders,
    place_orders,
    read_wire,
    require,
    wait_ready,
)
from yunqi.cli.tour.finish import check_nothing_left, end_everything, end_one_server, tear_down
from yunqi.cli.tour.month import agree_and_find, import_sample_month, month_of, plan_month
from yunqi.cli.tour.prove import kill_guest, seal_and_verify
from yunqi.kernel.errors import Problem, Trouble, YunqiError
from yunqi.kernel.money import render_yuan
from yunqi.kernel.words import _
from yunqi.operations.claim import running_pid, stop_server
from yunqi.operations.contracts import Imported, import_contract, sign_contract
from yunqi.operations.documents import make_documents, statement_data
from yunqi.operations.installation import Installation
from yunqi.operations.months import close_month
from yunqi.operations.settings import Settings, project_root
from yunqi.store.statements import StatementRow

STEPS = 8
KEPT = 3
SERVER_START_S = 60


@click.command()
@click.option("--exit", "leave", is_flag=True, help="结束时退订一切并停止服务")
@click.pass_context
def tour(ctx: click.Context, leave: bool) -> None:
    """用样例合同演示全过程:合同、订购、交付、证据、结算、文档、擦除。"""
    settings = plan_settings(ctx.find_root().obj)
    if leave:
        settings = dataclasses.replace(settings, listen_port=0)
    steps = Steps(STEPS)
    clear_before(settings, steps)
    require_free_port(settings)
    try:
        with open_settings(settings) as site:
            play(site, steps, leave=leave)
    except BaseException:
        # A tour that failed leaves nothing running; its files stay for whoever looks for the reason.
        with contextlib.suppress(YunqiError):
            tear_down(settings, with_data=True)
        raise


def plan_settings(settings: Settings) -> Settings:
    """The tour has a home of its own, so that it never touches an installation in use."""
    home = settings.home / "tour"
    return dataclasses.replace(
        settings,
        home=home,
        database_url=f"sqlite:///{home / 'yunqi.db'}",
        site_id=f"t{settings.site_id[:3]}",
        reconcile_interval_s=1,
    )


def clear_before(settings: Settings, steps: Steps) -> None:
    """Stops the server of an earlier tour, takes its machines away, and moves its home aside; keeps the last few."""
    if not settings.home.exists():
        return
    steps.say(_("清理上一次演示：停止其服务，移除其引擎资源；文档保留在旁"))
    stop_server(settings)
    if (settings.home / "yunqi.db").exists():
        tear_down(settings, with_data=True)
    aside = settings.home.with_name(
        f"tour-{time.strftime('%Y%m%d-%H%M%S', time.gmtime(settings.home.stat().st_mtime))}"
    )
    shutil.rmtree(settings.engine_dir, ignore_errors=True)
    settings.home.rename(aside if not aside.exists() else aside.with_name(f"{aside.name}-{os.getpid()}"))
    for old in sorted(settings.home.parent.glob("tour-*"))[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def require_free_port(settings: Settings) -> None:
    """Raises `Problem` server.port at once, not after all the work, when the console's port is taken."""
    if settings.listen_port:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((settings.listen_host, settings.listen_port))
            except OSError as error:
                raise Problem(
                    "server.port",
                    "无法在 {host}:{port} 提供服务：{reason}",
                    field="listen_port",
                    host=settings.listen_host,
                    port=settings.listen_port,
                    reason=error.strerror,
                    way_out="请在 site.toml 中改用另一个 listen_port 或 listen_host，或停止占用它的程序",
                ) from error


def play(site: Installation, steps: Steps, *, leave: bool) -> None:
    """The whole job."""
    settings = site.settings
    with steps.step(_("合同：读入两份合同文件，成为数据，双方签署")):
        first, second = (take_contract(site, name, steps) for name in ("contract-sample.docx", "contract-small.docx"))
        parties = first.data["parties"]
        cast = Cast(plan_side(site, first), plan_side(site, second), parties["administration"])
    with steps.step(_("单位：两个使用单位、两家云服务商、管理单位、监管服务商，人员、租户与系统标记")):
        people = register_people(site, cast)
        for side in (cast.first, cast.second):
            for person in (side.approver, side.lead):
                signed = sign_contract(site, side.contract, person)
            require(signed.state == "signed", _("合同 {number} 双方已签署", number=side.contract))
            steps.say(_("合同 {number} 双方已签署，生效", number=side.contract))
        register_tenants(site, cast)
        steps.say(_("登记 {count} 人；监管服务商 {name} 可核验全部证据", count=people, name=SUPERVISOR))
        password, accounts = open_accounts(site, cast, steps)
    with steps.step(_("订购：凭已备案的统一工单，在额度之内")):
        file_work_orders(site, cast, steps.say)
        place_orders(site, cast, steps.say)
    with running_server(settings, keep=not leave):
        with steps.step(_("交付：真实的虚拟机、磁盘、网络与公网地址，在线路上核对")):
            wait_ready(site, steps.say)
            wire = read_wire(site, cast)
            check_guests(site, cast, wire, steps.say)
            check_isolation(wire, steps.say)
            check_public(wire, steps.say)
        with steps.step(_("证据：从外部杀死一台服务器，探测、事件、恢复、封存、签名、核验")):
            kill_guest(site, cast, wire, steps.say)
            seal_and_verify(site, cast, settings.home / "evidence", steps.say)
        with steps.step(_("结算：导入往月的样例监测数据，结算该月，约定未明之处后再结算")):
            statement = settle(site, cast, steps)
        with steps.step(_("文档：月报、结算单")):
            for path in make_documents(site, statement.id):
                steps.say(str(path))
        with steps.step(_("退出：退订一台服务器，擦除、回读、出具证明，占用结束")):
            certificate = end_one_server(site, cast, steps.say)
            steps.say(str(certificate))
            check_nothing_left(site, cast, steps.say)
            if leave:
                end_everything(site, cast, steps.say)
        click.echo()
        show_statement(statement_data(statement))
    if leave:
        tear_down(settings)
        steps.say(_("全部退订，服务已停止，引擎中没有留下任何东西"))
    show_where(site, statement, steps, leave=leave)
    if not leave:
        show_accounts(f"http://{settings.listen_host}:{settings.listen_port}", password, accounts)


def settle(site: Installation, cast: Cast, steps: Steps) -> StatementRow:
    """The sample month closed twice: provisional first, then with what the parties agreed and found."""
    month = plan_month(site, cast)
    import_sample_month(site, cast, month, steps.say)
    this_month = str(month_of(site.clock.now()))
    expect_refusal(steps.say, "month.not_over", lambda: close_month(site, cast.first.contract, this_month))
    first = close_month(site, cast.first.contract, str(month))
    require(first.provisional, _("没有约定时结算单为暂定"))
    steps.say(
        _(
            "{month} 第 1 版为暂定：{count} 处未定，违约金 {low} 至 {high} 元",
            month=month,
            count=len(first.data["open_points"]),
            low=render_yuan(first.data["penalty_low_fen"]),
            high=render_yuan(first.data["penalty_high_fen"]),
        )
    )
    agree_and_find(site, cast, first, steps.say)
    second = close_month(site, cast.first.contract, str(month))
    steps.say(
        _(
            "{month} 第 {version} 版：{state}",
            month=month,
            version=second.version,
            state=_("暂定") if second.provisional else _("确定"),
        )
    )
    chosen = next((one for one in second.data["candidates"] if one["state"] == "chosen"), None)
    if chosen is not None:
        steps.say(_("其中一笔违约金的溯源："))
        show_trace(second.data, chosen["node"])
    return second


@contextlib.contextmanager
def running_server(settings: Settings, *, keep: bool) -> Iterator[None]:
    """The server of the tour in a process of its own; left running at the end with `keep`, stopped on any error."""
    settings.log_path.parent.mkdir(parents=True, exist_ok=True)
    (settings.home / "site.toml").write_text(
        f'site_id = "{settings.site_id}"\nreconcile_interval_s = 1\nimage_dir = "{settings.image_dir}"\n'
        f'listen_host = "{settings.listen_host}"\nlisten_port = {settings.listen_port}\n',
        "utf-8",
    )
    command = [sys.executable, "-m", "yunqi", "--home", str(settings.home), "serve"]
    intervals = ["--probe-interval", "1", "--sample-interval", "5", "--seal-interval", "2", "--no-close-days"]
    environment = {key: value for key, value in os.environ.items() if key != "YUNQI_DATABASE_URL"}
    with settings.log_path.open("ab") as log:
        child = subprocess.Popen(
            [*command, *intervals],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=environment,
        )
    try:
        _await_server(settings, child)
        yield
    except BaseException:
        _stop(settings, child)
        raise
    if not keep:
        _stop(settings, child)


def _await_server(settings: Settings, child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SERVER_START_S
    while running_pid(settings) != child.pid:
        if child.poll() is not None or time.monotonic() > until:
            raise Trouble(
                "tour.server",
                "服务没有启动",
                code_=child.returncode,
                path=settings.log_path,
                way_out="请查看 {path}",
            )
        time.sleep(0.1)


def _stop(settings: Settings, child: subprocess.Popen[bytes]) -> None:
    stop_server(settings)
    child.wait(timeout=SERVER_START_S)


def show_where(site: Installation, statement: StatementRow, steps: Steps, *, leave: bool) -> None:
    """Where every file lies, how long each step took, and how to go on."""
    settings = site.settings
    click.echo()
    click.secho(_("各步用时"), bold=True)
    for title, seconds in steps.times:
        click.echo(f"  {seconds:6.1f} s  {title}")
    click.secho(_("文件"), bold=True)
    for label, path in (
        (_("数据库"), settings.home / "yunqi.db"),
        (_("文档"), settings.document_dir),
        (_("证据"), settings.home / "evidence"),
        (_("日志"), settings.log_path),
    ):
        click.echo(f"  {label}  {path}")
    home = settings.home
    click.echo(_("逐项追溯：.venv/bin/yunqi --home {home} statement show {id} --trace", home=home, id=statement.id))
    if not leave:
        click.echo(_("服务仍在运行；停止：.venv/bin/yunqi --home {home} stop", home=home))


def take_contract(site: Installation, name: str, steps: Steps) -> Imported:
    """Imports one of the sample contracts and says what was read."""
    root = project_root()
    path = (root or Path()) / "examples" / name
    if not path.exists():
        raise Problem(
            "tour.no_example",
            "没有找到样例合同 {path}",
            field="path",
            path=path,
            way_out="请在项目目录中运行，或先执行 make setup",
        )
    imported = import_contract(site, path)
    data = imported.data
    steps.say(
        _(
            "{number}：{lines} 个价目行，总价 {total} 元；服务水平 {levels} 项，违约条款 {rows} 行，"
            "审查意见 {findings} 条",
            number=data["number"],
            lines=len(data["price_lines"]),
            total=render_yuan(data["total_fen"]),
            levels=len(data["service_levels"]),
            rows=len(data["penalties"]["critical"]) + len(data["penalties"]["coefficients"]),
            findings=len(data["findings"]),
        )
    )
    return imported


COMMANDS = {"tour": tour}
