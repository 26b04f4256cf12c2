"""One's own account at the console: first password, sessions, second factor, tokens; and other people's accounts."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import httpx
import pyotp
from tests.kits.browser import Visits
from tests.kits.front import Front, Seat, field_of, words_of
from tests.kits.server import PASSWORD

from yunqi.operations.actions.base import Desk
from yunqi.operations.actions.perform import at_machine
from yunqi.operations.identity.accounts import open_account
from yunqi.store import parties
from yunqi.store.undertakings import add_undertaking

FIRST = "nine lanterns at dusk"
OWN = "the ferry leaves at seven"


def open_with_first_password(front: Front) -> None:
    """An account whose password somebody else has set."""
    assert front.session.cast is not None
    now = front.clock.now()
    with front.site.database.write() as connection:
        unit = parties.require_organisation(connection, front.session.cast.first.using_unit)
        person = parties.add_person(connection, organisation_id=unit.id, name="新人", now=now)
        parties.set_role(connection, person_id=person, role="reader", granted=True, valid_from=now, now=now)
        add_undertaking(
            connection, person_id=person, signed_on=now.date(), reference="承诺书", recorded_by=None, now=now
        )
        open_account(
            Desk(front.site, at_machine(), now, connection), person_id=person, login="newcomer", password=FIRST
        )
    front.people["newcomer"] = person


def secret_of(page: str) -> str:
    found = re.search(r'data-copy="([A-Z2-7]{16,})"', page)
    assert found is not None, words_of(page)
    return found.group(1)


def codes_of(page: str) -> list[str]:
    return re.findall(r"<li><code>([^<]+)</code>", page)


def test_nothing_but_a_new_password_before_the_first_is_changed(front: Front) -> None:
    open_with_first_password(front)
    seat = front.seat("newcomer")
    for path in ("/account", "/people", "/account/tokens"):
        away = seat.http.get(f"/console{path}", follow_redirects=False)
        assert (away.status_code, away.headers["location"]) == (303, "/console/account/password"), path
    page = seat.sees("/account/password", "他人为您设置的")
    assert "/console/people" not in page
    differ = {"old": FIRST, "new": OWN, "again": OWN + "x"}
    refused = seat.send("/account/password", "/account/password", 422, **differ)
    assert "两次输入的密码不一致" in refused.text
    assert OWN not in refused.text
    wrong = seat.send("/account/password", "/account/password", 422, old="no", new=OWN, again=OWN)
    assert 'id="wrong-old"' in wrong.text
    short = seat.send("/account/password", "/account/password", 422, old=FIRST, new="short", again="short")
    assert 'id="wrong-new"' in short.text
    before = seat.http.cookies["yunqi_session"]
    seat.send("/account/password", "/account/password", old=FIRST, new=OWN, again=OWN)
    assert seat.http.cookies["yunqi_session"] != before
    seat.sees("/account", "新人", "查看", "建议启用动态口令")


def test_sessions_are_seen_and_ended(front: Front) -> None:
    here, there = front.seat("clerk"), front.seat("clerk")
    third = front.seat("clerk")
    page = here.sees("/account/sessions", "本次登录", "Chrome · Windows", "密码")
    ids = re.findall(r"/account/sessions/([a-z0-9-]+)/end\"", page)
    assert len(ids) == 2
    here.send("/account/sessions", f"/account/sessions/{ids[0]}/end")
    assert sorted([there.http.get("/api/v1/session").status_code, third.http.get("/api/v1/session").status_code]) == [
        200,
        401,
    ]
    here.send("/account/sessions", "/account/sessions/end-others")
    assert there.http.get("/api/v1/session").status_code == third.http.get("/api/v1/session").status_code == 401
    here.sees("/account/sessions", "本次登录")


def test_a_second_factor_is_set_up_used_renewed_and_taken_away(front: Front) -> None:
    seat = front.seat("clerk")
    seat.send("/account/factor", "/account/factor", 422, password="wrong")
    begun = seat.send("/account/factor", "/account/factor", 200, password=PASSWORD)
    assert 'src="data:image/svg+xml;base64,' in begun.text
    totp = pyotp.TOTP(secret_of(begun.text))
    data = {"_csrf": field_of(begun.text, "_csrf"), "_key": field_of(begun.text, "_key")}
    wrong = seat.http.post("/console/account/factor/confirm", data={**data, "code": "000000"})
    assert wrong.status_code == 422
    data["_key"] = field_of(wrong.text, "_key")
    done = seat.http.post("/console/account/factor/confirm", data={**data, "code": totp.at(front.clock.now())})
    assert done.status_code == 200, words_of(done.text)
    codes = codes_of(done.text)
    assert len(codes) == 10
    # the page that answers is bound to the new session already
    assert (
        seat.http.post("/console/account/sessions/end-others", data={"_csrf": field_of(done.text, "_csrf")}).status_code
        == 200
    )
    seat.sees("/account/factor", "已启用")
    again = seat.send("/account/factor/recovery", "/account/factor/recovery", 200, password=PASSWORD)
    assert not set(codes_of(again.text)) & set(codes)
    front.clock.advance(timedelta(seconds=60))
    asked = {"password": PASSWORD, "code": "123"}
    seat.send("/account/factor/removal", "/account/factor/removal", 422, **asked)
    asked["code"] = totp.at(front.clock.now())
    seat.send("/account/factor/removal", "/account/factor/removal", **asked)
    seat.sees("/account/factor", "显示二维码", "启用动态口令")


def test_a_token_is_made_by_groups_used_and_revoked(front: Front) -> None:
    seat = front.seat("clerk")
    seat.sees("/account/tokens", "还没有访问令牌")
    form = seat.get("/account/tokens/new")
    assert 'value="contract.list"' in form
    assert 'value="organisation.add"' not in form  # no more than the caller may
    assert 'value="account.password"' not in form
    nothing = seat.send("/account/tokens/new", "/account/tokens", 422, name="取数", days="30")
    assert "没有选择" in nothing.text
    assert 'value="取数"' in nothing.text
    forged = {"name": "取数", "days": "30", "action": "organisation.add"}
    seat.send("/account/tokens/new", "/account/tokens", 422, **forged)
    made = seat.send("/account/tokens/new", "/account/tokens", 200, name="取数", days="30", scope="contracts:read")
    token = unescape(re.findall(r'data-copy="([^"]+)"', made.text)[0])
    program = {"Authorization": f"Bearer {token}"}
    nobody = front.seat().http
    assert nobody.get("/api/v1/contracts", headers=program).status_code == 200
    assert nobody.get("/api/v1/people", headers=program).status_code == 403
    page = seat.sees("/account/tokens", "取数", "合同、额度与约定", "有效")
    assert token not in page
    found = re.search(r"/account/tokens/([a-z0-9-]+)/revocation", page)
    assert found is not None
    where = f"/account/tokens/{found.group(1)}/revocation"
    seat.sees(where, "取数", "不能恢复")
    assert "已吊销" in seat.follow(seat.send(where, where))
    assert nobody.get("/api/v1/contracts", headers=program).status_code == 401


def test_accounts_are_opened_reset_locked_and_closed(front: Front) -> None:
    manager, system, security = front.seat("manager"), front.seat("system"), front.seat("security")
    person = manager.send("/people/new", "/people", name="陆离").headers["location"].rpartition("/")[2]
    early = system.send("/accounts/new", "/accounts", 422, person=person, login="luli")
    assert "保密承诺书" in early.text
    fields = {"person": person, "signed_on": "2026-11-20", "reference": "3 号柜"}
    manager.send("/undertakings/new", "/undertakings", 422, **{**fields, "signed_on": "tomorrow"})
    manager.send("/undertakings/new", "/undertakings", **fields)
    manager.sees("/undertakings", "陆离", "3 号柜", "有效")
    opened = system.send("/accounts/new", "/accounts", person=person, login="luli")
    where = opened.headers["location"].removeprefix("/console")
    system.sees(where, "luli", "待设密码")
    made = security.send(f"{where}/reset", f"{where}/reset", 200)
    code = unescape(re.findall(r'data-copy="([^"]+)"', made.text)[0])
    seat = front.seat()
    secret = {"login": "luli", "code": code, "password": OWN, "again": OWN}
    seat.send("/sign-in/reset", "/sign-in/reset", **secret)
    within = seat.send("/sign-in", "/sign-in", login="luli", password=OWN)
    assert within.headers["location"] == "/console/"
    assert "已锁定" in security.follow(security.send(f"{where}/lock", f"{where}/lock"))
    assert seat.http.get("/api/v1/session").status_code == 401
    security.send(where, f"{where}/unlock")
    assert "已停用" in system.follow(system.send(f"{where}/disable", f"{where}/disable"))
    system.send(where, f"{where}/enable")
    manager.sees("/accounts", "luli", "陆离")
    assert "/lock" not in manager.get(where)
    front.seat("clerk").get("/accounts", 403)


def test_first_sign_in_and_a_second_factor_in_the_browser(front: Front, windows: Visits) -> None:
    open_with_first_password(front)
    visitor = windows.visit()
    page = visitor.open("/console/sign-in")
    page.locator("[name=login]").fill("newcomer")
    page.locator("[name=password]").fill(FIRST)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/account/password")
    visitor.shoot("first-password")
    visitor.check()
    for name, value in (("old", FIRST), ("new", OWN), ("again", OWN)):
        page.locator(f"[name={name}]").fill(value)
    visitor.allowed.append("404")  # the first page may not be there yet
    page.get_by_role("button", name="设置密码").click()
    page.wait_for_url("**/console/")
    page = visitor.open("/console/account")
    visitor.shoot("account")
    visitor.check()
    page.get_by_role("link", name="现在启用").click()
    visitor.shoot("factor")
    page.locator("[name=password]").fill(OWN)
    page.get_by_role("button", name="显示二维码").click()
    page.locator(".yq-qr").wait_for()
    assert page.locator(".yq-qr").evaluate("one => one.naturalWidth") > 0
    visitor.shoot("enrol")
    visitor.check()
    totp = pyotp.TOTP(secret_of(page.content()))
    page.locator("[name=code]").fill(totp.at(front.clock.now()))
    page.get_by_role("button", name="确认启用").click()
    page.locator(".yq-codes").wait_for()
    visitor.shoot("codes")
    visitor.check()
    page.locator("summary").first.click()
    page.get_by_role("button", name="退出登录").click()
    page.locator("[name=login]").fill("newcomer")
    page.locator("[name=password]").fill(OWN)
    page.get_by_role("button", name="登录").click()
    page.locator("[name=code]").wait_for()
    front.clock.advance(timedelta(seconds=60))
    page.locator("[name=code]").fill(totp.at(front.clock.now()))
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/console/")
    visitor.open("/console/account/sessions")
    visitor.shoot("sessions")
    visitor.check()


def test_a_token_in_the_browser_works_at_the_api(front: Front, windows: Visits) -> None:
    visitor = windows.visit(cookies={"yunqi_session": front.token("clerk")})
    page = visitor.open("/console/account/tokens/new")
    page.locator("[name=name]").fill("月报程序")
    page.locator("[value='contracts:read']").check()
    visitor.shoot("token-new")
    visitor.check()
    page.get_by_role("button", name="新建").click()
    token = page.locator(".yq-secret code").inner_text()
    assert page.get_by_role("button", name="复制令牌").is_visible()
    visitor.shoot("token-made")
    visitor.check()
    answer = httpx.get(f"{windows.address}/api/v1/contracts", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    visitor.open("/console/account/tokens")
    visitor.shoot("tokens")
    visitor.check()


def test_accounts_on_a_desk_and_on_a_phone(front: Front, windows: Visits) -> None:
    account = Seat.get(front.seat("security"), "/accounts")
    found = re.search(r"/console/accounts/(acc[a-z0-9-]+)", account)
    assert found is not None
    for phone, language in ((False, "zh-CN"), (True, "en")):
        cookies = {"yunqi_session": front.token("security")}
        visitor = windows.visit(phone=phone, language=language, cookies=cookies)
        for name, path in (
            ("accounts", "/accounts"),
            ("account-one", f"/accounts/{found.group(1)}"),
            ("account-reset", f"/accounts/{found.group(1)}/reset"),
            ("undertakings", "/undertakings"),
        ):
            visitor.open(f"/console{path}")
            visitor.shoot(name)
            visitor.check()
        mine = windows.visit(phone=phone, language=language, cookies={"yunqi_session": front.token("clerk")})
        for name, path in (
            ("account", "/account"),
            ("sessions", "/account/sessions"),
            ("token-new", "/account/tokens/new"),
            ("factor", "/account/factor"),
        ):
            mine.open(f"/console{path}")
            mine.shoot(f"{name}-own")
            mine.check()
