"""The first accounts of an installation, from the command line of its machine."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.kits.session import Session

from yunqi.operations.identity.accounts import redeem_reset
from yunqi.operations.identity.callers import caller_of_session
from yunqi.operations.identity.sessions import SignedIn
from yunqi.operations.identity.sign_in import sign_in

CODE = re.compile(r"[2-9a-z]{4}(?:-[2-9a-z]{4}){3}")
PASSWORD = "four lamps by the pier"  # noqa: S105


def test_from_nothing_to_three_administrators_who_sign_in(empty: Session) -> None:
    empty.run("organisation", "add", "大数据局", "--role", "administration")
    for name, role in (("系", "system_admin"), ("安", "security_admin"), ("审", "audit_admin")):
        empty.run("organisation", "add-person", "大数据局", name, "--role", role)
    empty.refused(
        "role.apart", "organisation", "add-person", "大数据局", "兼", "--role", "audit_admin", "--role", "reader"
    )
    empty.refused("account.undertaking", "account", "open", "大数据局/系", "--login", "xi")
    for name, login in (("系", "xi"), ("安", "an"), ("审", "shen")):
        said = empty.run("account", "open", f"大数据局/{name}", "--login", login, "--undertaking", "档案柜 1")
        (code,) = CODE.findall(said)
        with empty.installation() as site:
            redeem_reset(site, login=login, code=code, password=PASSWORD)
            signed = sign_in(site, login=login, password=PASSWORD)
            assert isinstance(signed, SignedIn)
            caller = caller_of_session(site, signed.token.reveal())
            assert caller is not None
            assert len(caller.roles) == 1
    empty.refused("account.exists", "account", "open", "大数据局/系", "--login", "xi2")
    empty.refused("account.login", "account", "open", "大数据局/系", "--login", "a b")
    listed = empty.run("account", "list")
    assert all(login in listed for login in ("xi", "an", "shen"))
    assert listed.count("正常") == 3
    assert empty.run("account", "list", "大数据局") == listed


def test_a_person_who_is_shut_out_or_has_lost_the_password(empty: Session) -> None:
    empty.run("organisation", "add", "服务局", "--role", "using_unit")
    empty.run("organisation", "add-person", "服务局", "李明", "--role", "operator")
    opened = empty.run(
        "account", "open", "服务局/李明", "--login", "Li.Ming", "--undertaking", "1", "--signed-on", "2025-01-02"
    )
    assert "待设密码" in empty.run("account", "list")
    with empty.installation() as site:
        redeem_reset(site, login="li.ming", code=CODE.findall(opened)[0], password=PASSWORD)
        for _ in range(5):
            try_in(site, "wrong")
        assert try_in(site, PASSWORD) == "sign_in.locked"
    assert "暂停登录" in empty.run("account", "list")
    assert "已解锁" in empty.run("account", "unlock", "li.ming")
    (code,) = CODE.findall(empty.run("account", "reset", "li.ming", "--totp"))
    with empty.installation() as site:
        assert try_in(site, PASSWORD) == ""
        redeem_reset(site, login="li.ming", code=code, password="six bells over the bay")
        assert try_in(site, "six bells over the bay") == ""
    empty.refused("account.unknown", "account", "reset", "nobody")
    empty.clock.advance(timedelta(minutes=1))


def try_in(site: object, password: str) -> str:
    from yunqi.kernel.errors import Problem

    try:
        sign_in(site, login="li.ming", password=password)  # type: ignore[arg-type]
    except Problem as error:
        return error.code
    return ""
