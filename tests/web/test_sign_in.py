"""Signing in at the console, without a browser: who comes in, who is kept out, and where they land."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pyotp
import pytest
from tests.kits.desk import People
from tests.kits.server import PASSWORD, give_account, serving
from tests.kits.session import Session, signed, signed_template

from yunqi.operations.actions.base import Desk
from yunqi.operations.identity.callers import caller_of_session
from yunqi.operations.identity.sessions import SignedIn
from yunqi.operations.identity.sign_in import sign_in
from yunqi.operations.identity.totp import begin_totp, confirm_totp
from yunqi.operations.installation import Installation

__all__ = ["signed", "signed_template"]


@pytest.fixture
def site(signed: Session) -> Iterator[Installation]:
    with signed.installation() as opened:
        yield opened


@pytest.fixture
def people(site: Installation, signed: Session) -> People:
    return People(site, signed)


@pytest.fixture
def http(site: Installation, people: People) -> Iterator[httpx.Client]:
    give_account(site, people.cast.first.clerk, "clerk")
    with serving(site) as address, httpx.Client(base_url=address, timeout=20, follow_redirects=True) as opened:
        yield opened


def field(page: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text
    return found.group(1)


def fill(http: httpx.Client, path: str, page: httpx.Response, **fields: str) -> httpx.Response:
    return http.post(path, data={"_csrf": field(page, "_csrf"), "_key": field(page, "_key"), **fields})


def test_the_sign_in_page_is_there_for_everybody(http: httpx.Client) -> None:
    page = http.get("/console/sign-in")
    assert 'name="password"' in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'self'" in page.headers["content-security-policy"]


def test_in_and_out(http: httpx.Client) -> None:
    page = http.get("/console/sign-in")
    wrong = fill(http, "/console/sign-in", page, login="clerk", password="wrong")
    assert wrong.status_code == 422
    assert "登录名或密码不正确" in wrong.text
    assert 'value="clerk"' in wrong.text  # what was typed is kept, the password is not
    assert 'value="wrong"' not in wrong.text
    within = fill(http, "/console/sign-in", wrong, login="clerk", password=PASSWORD)
    assert "yunqi_session" in http.cookies
    assert within.url.path.startswith("/console/")
    assert within.url.path != "/console/sign-in"
    out = fill(http, "/console/sign-out", http.get("/console/sign-in/reset"))
    assert out.url.path == "/console/sign-in"
    assert http.get("/api/v1/session").status_code == 401


def test_a_form_of_another_site_signs_nobody_in(http: httpx.Client) -> None:
    refused = http.post("/console/sign-in", data={"login": "clerk", "password": PASSWORD})
    assert refused.status_code == 403
    assert "yunqi_session" not in http.cookies


def test_nobody_is_sent_elsewhere_after_signing_in(http: httpx.Client) -> None:
    page = http.get("/console/sign-in?next=https://evil.example/console/")
    within = fill(http, "/console/sign-in", page, login="clerk", password=PASSWORD, next=field(page, "next"))
    assert within.url.host == "127.0.0.1"


def test_the_second_factor_has_a_page_of_its_own(
    http: httpx.Client, site: Installation, people: People, signed: Session
) -> None:
    begun = sign_in(site, login="clerk", password=PASSWORD)
    assert isinstance(begun, SignedIn)
    caller = caller_of_session(site, begun.token.reveal())
    assert caller is not None
    with site.database.unit() as connection:
        desk = Desk(site, caller, site.clock.now(), connection)
        secret = begin_totp(desk, password=PASSWORD).secret.reveal()
        confirm_totp(desk, code=pyotp.TOTP(secret).at(site.clock.now()))
    page = http.get("/console/sign-in")
    second = fill(http, "/console/sign-in", page, login="clerk", password=PASSWORD)
    assert "yunqi_session" not in http.cookies
    ticket = field(second, "ticket")
    wrong = fill(http, "/console/sign-in/code", second, ticket=ticket, code="000000")
    assert wrong.status_code == 422
    signed.clock.advance(timedelta(seconds=30))  # each code is good once
    fill(http, "/console/sign-in/code", wrong, ticket=ticket, code=pyotp.TOTP(secret).at(site.clock.now()))
    assert http.get("/api/v1/session").json()["person_id"] == people.cast.first.clerk
