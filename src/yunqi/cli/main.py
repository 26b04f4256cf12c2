"""The command `yunqi`: one group a noun, loaded when it is used."""

from __future__ import annotations

import importlib
import io
import os
import sys
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from yunqi import __version__
from yunqi.cli import click_words
from yunqi.cli.answers import error_document, show_json, usage_document, wants_json
from yunqi.cli.remote import Remote, refuse_remote, set_remote
from yunqi.cli.show import printable
from yunqi.cli.site import LANGUAGE
from yunqi.cli.translate import translate_command
from yunqi.kernel.errors import Problem, YunqiError
from yunqi.kernel.words import _, render_error, use_catalogue
from yunqi.locale import load_catalogue
from yunqi.operations.settings import load_settings

COMMANDS = {
    "contract": ("yunqi.cli.contracts", "合同:导入、查看、签署、额度"),
    "clause": ("yunqi.cli.clauses", "条款规则的判例,合同每个数字的边界案例"),
    "organisation": ("yunqi.cli.parties", "单位与人员"),
    "account": ("yunqi.cli.accounts", "账号:开通、重置、解锁、列出"),
    "tenant": ("yunqi.cli.parties", "租户"),
    "system": ("yunqi.cli.parties", "信息系统及其标记"),
    "reading": ("yunqi.cli.readings", "约定解释:双方对合同未明之处的约定"),
    "burst": ("yunqi.cli.readings", "临时扩容"),
    "work-order": ("yunqi.cli.work_orders", "统一工单"),
    "order": ("yunqi.cli.resources", "订购资源"),
    "resource": ("yunqi.cli.resources", "资源:列出、查看、变更、删除"),
    "adopt": ("yunqi.cli.adoptions", "纳管:把已经在运行的云纳入合同"),
    "incident": ("yunqi.cli.incidents", "事件:报告、响应、恢复、认定"),
    "notice": ("yunqi.cli.notices", "事件通知:对象、发送、故障报告、回执、上报时限"),
    "rota": ("yunqi.cli.rota", "值班:排班、到岗、交班、无人值守"),
    "evidence": ("yunqi.cli.evidence", "证据:导入、封存、导出、核验"),
    "probe": ("yunqi.cli.probes", "监测:对象与方式,自行探测并交入结果"),
    "payment": ("yunqi.cli.payments", "付款、付款条件、保证金与其他违约情形"),
    "invoice": ("yunqi.cli.invoices", "发票:登记、冲红、与合同核对"),
    "allocation": ("yunqi.cli.allocations", "费用分摊:约定、查看、导出"),
    "bond": ("yunqi.cli.bonds", "履约保证金:查看、登记、补足、延期、提取、退还"),
    "month": ("yunqi.cli.months", "月度结算"),
    "acceptance": ("yunqi.cli.acceptances", "验收:材料、提请、答复、返工、签认"),
    "exit": ("yunqi.cli.exits", "退出:通知、清点、迁移、移交、擦除、最终结算"),
    "oversight": ("yunqi.cli.oversight", "监督:月报月评、闲置资源、整改通知、绩效、抽查"),
    "statement": ("yunqi.cli.months", "结算单及其溯源"),
    "register": ("yunqi.cli.registers", "登记:投诉、应急断开与恢复、不可抗力、无人值守"),
    "obligation": ("yunqi.cli.obligations", "义务与期限:清单、登记履行、确认与撤回"),
    "logbook": ("yunqi.cli.logbooks", "台账:演练与培训、重要保障期、人员与到岗"),
    "report": ("yunqi.cli.reports", "报告:日历、编号、审批、报送、签收,以及生成的文档"),
    "run": ("yunqi.cli.runs", "任务:列出、查看、等待、取消"),
    "proposal": ("yunqi.cli.proposals", "须由另一人复核的事项"),
    "login": ("yunqi.cli.login", "登录另一处的云契"),
    "logout": ("yunqi.cli.login", "退出登录"),
    "whoami": ("yunqi.cli.login", "以谁的名义办理"),
    "image": ("yunqi.cli.images", "来宾镜像:列出、构建"),
    "serve": ("yunqi.cli.server", "启动服务:调和、采样、探测、封存"),
    "stop": ("yunqi.cli.server", "停止服务"),
    "backup": ("yunqi.cli.backup", "备份本安装"),
    "restore": ("yunqi.cli.backup", "从备份恢复本安装"),
    "upgrade": ("yunqi.cli.upgrade", "升级数据库:预演、升级、退回"),
    "doctor": ("yunqi.cli.server", "检查本机所缺与所错,并给出补救办法"),
    "scaffold": ("yunqi.cli.scaffold", "开发:新建服务、引擎、条款、报表的文件夹"),
    "tour": ("yunqi.cli.tour", "用样例合同演示全过程"),
}


MACHINE = frozenset({"account", "backup", "doctor", "image", "restore", "scaffold", "serve", "stop", "tour", "upgrade"})
"""Commands of the machine that an installation runs on."""


_WORDS = "yunqi.arguments"
click_words.install()


INTERRUPTED, UNREAD = 130, 141
"""Exit codes of a command that was interrupted, and of one whose output nobody reads any more; as shells have them."""


class _Nouns(click.Group):
    """Loads a command's module only when it is asked for, and words every error in one place."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command: click.Command = module.COMMANDS[cmd_name]
        return translate_command(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section(_("命令")):
            formatter.write_dl([(name, _(COMMANDS[name][1])) for name in COMMANDS])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for word in args:
            # Bytes that are no UTF-8 come as lone surrogates; neither a database nor a terminal takes them.
            if "\0" in word or (not word.isascii() and any("\ud800" <= char <= "\udfff" for char in word)):
                raise click.UsageError(_("参数 {value} 不是可用的文字", value=ascii(word)[:80]))
        ctx.meta[_WORDS] = tuple(args)
        return super().parse_args(ctx, args)

    def main(self, *args: Any, **named: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # a terminal that has no such character shows its number
                stream.reconfigure(errors="backslashreplace")
        return super().main(*args, **named)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()  # so that a pipe that was closed is met here, and not when the program ends
        except BrokenPipeError:
            # What is still held back has nowhere to go either; written at the end, it would be an error once more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(UNREAD)
        except KeyboardInterrupt:
            click.echo("\n" + _("已中断；已经办理的部分保留"), err=True)
            ctx.exit(INTERRUPTED)
        except (OSError, YunqiError) as failed:
            error = failed if isinstance(failed, YunqiError) else _of_system(failed)
            if wants_json(ctx):
                show_json(error_document(error), err=True)
            else:
                lines = render_error(error).split("\n")  # values come from anywhere: none may act on the terminal
                click.secho("\n".join(printable(line) for line in lines) + f" [{error.code}]", fg="red", err=True)
            ctx.exit(2 if isinstance(error, Problem) else 3)
        except click.UsageError as error:
            if "--json" not in ctx.meta[_WORDS]:
                raise
            show_json(usage_document(error), err=True)
            ctx.exit(error.exit_code)


def _of_system(error: OSError) -> Problem:
    """What the operating system refused, as an error of ours: a full disk, a file that may not be written."""
    return Problem(
        "command.system",
        "操作系统拒绝读写 {value}：{reason}",
        field="file",
        value=printable(error.filename or _("输出")),
        reason=error.strerror or type(error).__name__,
        way_out="请核对路径、权限与磁盘空间",
    )


def _speak(ctx: click.Context, _option: click.Parameter, language: str | None) -> str | None:
    # Eager, so that `--language en --help` is answered in English.
    if language is not None:
        use_catalogue(load_catalogue(language))
        translate_command(ctx.command)
        ctx.meta[LANGUAGE] = language
    return language


@click.group(
    cls=_Nouns,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="时间为北京时间,金额为元。各命令都可加 --json:原样的数据,时间为 UTC,金额为分。",
)
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="安装目录(默认 YUNQI_HOME 或 ./var)")
@click.option("--server", metavar="https://主机:端口", envvar="YUNQI_SERVER", help="在另一处的云契上办理(默认本机)")
@click.option(
    "--token-file", type=click.Path(path_type=Path), help="访问令牌文件(默认 YUNQI_TOKEN 或 yunqi login 所存)"
)
@click.option("--ca", type=click.Path(path_type=Path), envvar="YUNQI_CA", help="所信任的证书文件(PEM,用于自签证书)")
@click.option(
    "--language",
    type=click.Choice(["zh_CN", "en"]),
    help="界面语言",
    is_eager=True,
    callback=_speak,
    expose_value=False,
)
@click.version_option(__version__, prog_name="yunqi", help="显示版本后退出")
@click.pass_context
def main(ctx: click.Context, home: Path | None, server: str | None, token_file: Path | None, ca: Path | None) -> None:
    """云契:按合同运行的政务云。"""
    settings = load_settings(home)
    if ctx.get_parameter_source("language") != ParameterSource.COMMANDLINE:
        use_catalogue(load_catalogue(settings.language))
        ctx.meta[LANGUAGE] = settings.language
    ctx.obj = settings
    set_remote(ctx, Remote(server, token_file, ca) if server else None)
    if ctx.invoked_subcommand in MACHINE:
        refuse_remote(ctx, ctx.invoked_subcommand or "")
