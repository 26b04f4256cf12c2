"""`yunqi account …`: accounts as root at the machine opens them; the first ones of an installation come from here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from yunqi.cli.answers import answered_by, in_json
from yunqi.cli.show import show_table
from yunqi.cli.site import open_client, open_site, parse_on
from yunqi.kernel.clock import render_local
from yunqi.kernel.rights import ROLE_WORDS
from yunqi.kernel.words import _

if TYPE_CHECKING:
    from yunqi.operations.actions.base import Desk
    from yunqi.operations.identity.accounts import ResetCode
    from yunqi.wire.identity import AccountRow


@contextmanager
def _desk(ctx: click.Context) -> Iterator[Desk]:
    """One transaction as root at the machine."""
    from yunqi.operations.actions.base import Desk
    from yunqi.operations.actions.perform import at_machine

    with open_site(ctx) as site, site.database.write() as connection:
        yield Desk(site, at_machine(), site.clock.now(), connection)


def _record(desk: Desk, action: str, object_id: str) -> None:
    from yunqi.operations.identity.trail import record_by

    record_by(desk.connection, desk.caller, action=action, object=object_id, now=desk.now, detail={"at_machine": True})


@click.group()
def account() -> None:
    """账号:开通、重置、解锁、列出。"""


@account.command("open")
@click.argument("person", metavar="单位/姓名")
@click.option("--login", required=True, metavar="登录名", help="登录名")
@click.option("--undertaking", metavar="存放处", help="保密承诺书存放处(登记今天签署的承诺书)")
@click.option("--signed-on", metavar="日期", help="承诺书的签署日期(默认今天)")
@click.pass_context
def open_account(ctx: click.Context, person: str, login: str, undertaking: str | None, signed_on: str | None) -> None:
    """为已签署保密承诺书的人员开通账号,给出设置密码的一次性代码。"""
    from yunqi.kernel.period import date_of
    from yunqi.operations.identity.accounts import open_account, reset_account
    from yunqi.operations.identity.undertakings import record_undertaking
    from yunqi.operations.installation import require_actor

    with _desk(ctx) as desk:
        owner = require_actor(desk.connection, person)
        if undertaking is not None:
            on = date_of(desk.now) if signed_on is None else parse_on(signed_on, "signed_on")
            made = record_undertaking(desk, person_id=owner.id, signed_on=on, reference=undertaking)
            _record(desk, "undertaking.record", made.id)
        opened = open_account(desk, person_id=owner.id, login=login)
        _record(desk, "account.create", opened.id)
        code = reset_account(desk, opened.id)
    _show_code(code)


@account.command()
@click.argument("login", metavar="登录名")
@click.option("--totp", is_flag=True, help="同时取消动态口令(手机遗失时)")
@click.pass_context
def reset(ctx: click.Context, login: str, totp: bool) -> None:
    """给出重设密码的一次性代码。"""
    from yunqi.operations.identity.accounts import reset_account

    with _desk(ctx) as desk:
        code = reset_account(desk, login, totp_too=totp)
        _record(desk, "account.reset", code.account.id)
    _show_code(code)


@account.command()
@click.argument("login", metavar="登录名")
@click.pass_context
def unlock(ctx: click.Context, login: str) -> None:
    """解锁账号,包括因尝试次数过多而暂停的登录。"""
    from yunqi.operations.identity.accounts import unlock_account

    with _desk(ctx) as desk:
        _record(desk, "account.unlock", unlock_account(desk, login).id)
    click.echo(_("已解锁"))


@account.command("list")
@click.argument("organisation", required=False, metavar="单位")
@in_json
@answered_by("account.list")
@click.pass_context
def list_accounts(ctx: click.Context, organisation: str | None) -> None:
    """列出账号及其状态。"""
    with open_client(ctx) as client:
        found = list(client.accounts.iterate(organisation=organisation))
        roles = {one.id: one.roles for one in client.persons.iterate()}
    show_table(
        [_("登录名"), _("姓名"), _("单位"), _("角色"), _("动态口令"), _("状态"), _("最近登录")],
        [
            (
                one.login,
                one.person,
                one.organisation,
                _("、").join(_(ROLE_WORDS[role]) for role in ROLE_WORDS if role in roles.get(one.person_id, ())),
                _("是") if one.has_totp else _("否"),
                _state(one),
                render_local(one.signed_in_at) if one.signed_in_at else "—",
            )
            for one in found
        ],
    )


def _state(one: AccountRow) -> str:
    if one.disabled:
        return _("已停用")
    if one.locked:
        return _("已锁定")
    if one.shut_now:
        return _("暂停登录")
    return _("正常") if one.has_password else _("待设密码")


def _show_code(made: ResetCode) -> None:
    click.echo(_("登录名：{login}", login=made.account.login))
    click.echo(
        _(
            "一次性代码：{code}（{until} 前有效，只显示这一次）",
            code=made.code.reveal(),
            until=render_local(made.expires_at),
        )
    )
    click.echo(_("请交给本人，在登录页用它设置密码"))


COMMANDS = {"account": account}
