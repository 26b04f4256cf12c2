"""`yunqi login`, `yunqi logout`, `yunqi whoami`: who works on an installation elsewhere."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from yunqi.cli.answers import answer_with, hear, in_json
from yunqi.cli.remote import Remote, find_profile, find_remote
from yunqi.cli.show import printable
from yunqi.cli.site import connect, language_of, open_client
from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem, Trouble, YunqiError
from yunqi.kernel.words import _

if TYPE_CHECKING:
    from yunqi.client import Client
    from yunqi.client.http import HttpTransport

Given = TypeVar("Given")
TOKEN_DAYS, MOST_DAYS = 30, 366


@click.command()
@click.argument("server", metavar="https://主机:端口", required=False)
@click.option("--login", "name", metavar="登录名", help="登录名(默认询问)")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=TOKEN_DAYS, show_default=True, help="令牌有效天数")
@click.pass_context
def login(ctx: click.Context, server: str | None, name: str | None, days: int) -> None:
    """登录另一处的云契:询问口令与验证码,换取访问令牌并存于本人的配置目录(仅本人可读)。"""
    from yunqi.client import Client
    from yunqi.client.profiles import Profile, save_profile
    from yunqi.client.sign_in import read_caller, sign_out
    from yunqi.kernel.rights_table import BY_PERSONS_ONLY, RIGHTS

    remote = _remote(ctx, server)
    transport, name = _sign_in(ctx, remote, name)
    with Client(transport) as client:
        try:
            caller = read_caller(transport)
            made = client.tokens.create(
                name=f"yunqi {socket.gethostname()}"[:100],
                actions=tuple(sorted(RIGHTS.keys() - BY_PERSONS_ONLY)),
                expires_at=datetime.now(UTC) + timedelta(days=days),
            )
        finally:
            sign_out(transport)
    person = f"{caller.organisation}/{caller.person}"
    path = save_profile(
        Profile(
            transport.server,
            made.token,
            login=name,
            person=person,
            expires_at=made.expires_at.isoformat(),
            ca="" if remote.ca is None else str(remote.ca.resolve()),
        )
    )
    click.echo(_("已登录 {server}：{who}", server=transport.server, who=printable(person)))
    click.echo(_("访问令牌有效至 {at}，存于 {path}", at=render_local(made.expires_at), path=path))
    click.echo(_("此后：yunqi --server {server} …，或设环境变量 YUNQI_SERVER", server=transport.server))


@click.command()
@click.argument("server", metavar="https://主机:端口", required=False)
@click.pass_context
def logout(ctx: click.Context, server: str | None) -> None:
    """吊销并删去 yunqi login 所存的访问令牌。"""
    from yunqi.client.http import HttpTransport
    from yunqi.client.profiles import drop_profile
    from yunqi.client.sign_in import sign_out

    remote = _remote(ctx, server)
    kept = find_profile(remote.server)
    if kept is None:
        raise Problem(
            "token.none",
            "没有登录过 {server}",
            field="server",
            server=remote.server,
            way_out="登录过的见 yunqi whoami",
        )
    ca = remote.ca or (Path(kept.ca) if kept.ca else None)
    void: YunqiError | None = None
    try:
        transport = HttpTransport(kept.server, kept.token, ca=ca, language=language_of(ctx))
        try:
            sign_out(transport)
        finally:
            transport.close()
    except YunqiError as error:
        void = error
    drop_profile(kept.server)
    if isinstance(void, Trouble):
        click.secho(_("本机已删去令牌，但未能通知 {server}；请在其「访问令牌」中吊销", server=kept.server), fg="yellow")
    else:
        click.echo(_("已退出 {server}", server=kept.server))


@click.command()
@in_json
@click.pass_context
def whoami(ctx: click.Context) -> None:
    """现在以谁的名义办理,以及登录过哪些云契。"""
    from yunqi.client.profiles import load_profiles

    remote = find_remote(ctx)
    said: dict[str, Any] = {"home": None, "server": None, "caller": None}
    if remote is None:
        said["home"] = str(ctx.find_root().obj.home)
        click.echo(_("本机的云契，安装目录 {home}；以 --as 单位/姓名 指明经办人", home=ctx.find_root().obj.home))
    else:
        from yunqi.client.sign_in import read_caller

        transport = connect(ctx, remote)
        try:
            caller = read_caller(transport)
        finally:
            transport.close()
        said |= {"server": transport.server, "caller": caller.model_dump(mode="json")}
        roles = "、".join(caller.roles) or "—"
        click.echo(
            _(
                "{server}：{who}，角色 {roles}",
                server=transport.server,
                who=printable(f"{caller.organisation}/{caller.person}"),
                roles=roles,
            )
        )
    kept = list(load_profiles().values())
    answer_with(
        said
        | {
            "logins": [
                {"server": one.server, "login": one.login, "person": one.person, "expires_at": one.expires_at}
                for one in kept
            ]
        }
    )
    for one in kept:
        until = render_local(datetime.fromisoformat(one.expires_at)) if one.expires_at else "—"
        click.echo(_("已登录 {server}：{who}，至 {at}", server=one.server, who=printable(one.person), at=until))


def do_in_person(ctx: click.Context, actor: str | None, work: Callable[[Client], Given]) -> Given:
    """What the work gives. Elsewhere, what no token may do is done in a session: the person signs in for it."""
    try:
        with open_client(ctx, actor) as client:
            return work(client)
    except Problem as refused:
        remote = find_remote(ctx)
        if remote is None or refused.code != "access.token":
            raise
    click.echo(_("此事须由本人登录办理"), err=True)
    with _session(ctx, remote) as client:
        return work(client)


@contextmanager
def _session(ctx: click.Context, remote: Remote) -> Iterator[Client]:
    from yunqi.client import Client
    from yunqi.client.sign_in import sign_out

    kept = find_profile(remote.server)
    transport, _name = _sign_in(ctx, remote, kept.login if kept else None)
    with Client(hear(ctx, transport)) as client:
        try:
            yield client
        finally:
            sign_out(transport)


def _sign_in(ctx: click.Context, remote: Remote, name: str | None) -> tuple[HttpTransport, str]:
    from yunqi.client.sign_in import sign_in

    name = name or click.prompt(_("登录名"), err=True)
    password = click.prompt(_("{name} 的口令", name=printable(name)), hide_input=True, err=True)
    kept = find_profile(remote.server)
    ca = remote.ca or (Path(kept.ca) if kept and kept.ca else None)
    transport = sign_in(
        remote.server,
        name,
        password,
        lambda: str(click.prompt(_("验证码"), err=True)),
        ca=ca,
        language=language_of(ctx),
    )
    return transport, name


def _remote(ctx: click.Context, server: str | None) -> Remote:
    named = find_remote(ctx)
    if server is not None:
        return Remote(server, ca=named.ca if named else ctx.find_root().params.get("ca"))
    if named is None:
        raise Problem("server.unnamed", "未指明服务地址", field="server", way_out="例如：yunqi login https://主机:8600")
    return named


COMMANDS = {"login": login, "logout": logout, "whoami": whoami}
