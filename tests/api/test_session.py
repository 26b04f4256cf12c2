"""Signing in over a real server: cookies, other sites, rates, TLS, the request log."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.kits.desk import People
from tests.kits.server import PASSWORD, give_account, serving

from yunqi.kernel.errors import Problem
from yunqi.operations.installation import Installation


@pytest.fixture
def address(site: Installation, people: People) -> Iterator[str]:
    give_account(site, people.cast.first.clerk, "clerk")
    with serving(site) as opened:
        yield opened


def sign_in(http: httpx.Client) -> httpx.Response:
    return http.post("/api/v1/session", json={"login": "clerk", "password": PASSWORD})


def test_a_session_opens_what_its_person_may_and_ends(address: str, people: People) -> None:
    with httpx.Client(base_url=address, timeout=20) as http:
        assert http.get("/api/v1/contracts").status_code == 401
        begun = sign_in(http)
        assert begun.status_code == 201, begun.text
        assert begun.json()["roles"] == ["operator"]
        cookie = begun.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert PASSWORD not in begun.text
        assert [one["number"] for one in http.get("/api/v1/contracts").json()["items"]] == [people.cast.first.contract]
        assert http.delete("/api/v1/session", headers={"X-Requested-By": "test"}).status_code == 204
        # The token is void, not merely forgotten by the browser.
        http.cookies.set("yunqi_session", cookie.partition("=")[2].partition(";")[0])
        assert http.get("/api/v1/contracts").status_code == 401


def test_each_sign_in_has_a_token_of_its_own(address: str) -> None:
    with httpx.Client(base_url=address, timeout=20) as http:
        http.cookies.set("yunqi_session", "chosen-by-somebody-else-1234567890")
        first = sign_in(http).headers["set-cookie"]
        second = sign_in(http).headers["set-cookie"]
        assert "chosen-by" not in first
        assert first.partition(";")[0] != second.partition(";")[0]


def test_another_sites_form_moves_nothing(address: str) -> None:
    with httpx.Client(base_url=address, timeout=20) as http:
        sign_in(http)
        for headers in ({}, {"Sec-Fetch-Site": "cross-site", "X-Requested-By": "x"}, {"Sec-Fetch-Site": "same-site"}):
            refused = http.delete("/api/v1/session", headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (403, "access.other_site")
        assert http.get("/api/v1/session").status_code == 200
        # No other origin is ever let in by CORS.
        asked = http.options(
            "/api/v1/contracts", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        )
        assert "access-control-allow-origin" not in asked.headers


def test_a_wrong_password_says_no_more_than_that(address: str) -> None:
    with httpx.Client(base_url=address, timeout=20) as http:
        wrong = http.post("/api/v1/session", json={"login": "clerk", "password": "wrong"})
        nobody = http.post("/api/v1/session", json={"login": "nobody", "password": "wrong"})
        assert wrong.status_code == nobody.status_code == 401
        same = ("type", "title", "status", "detail", "code")
        assert [wrong.json()[name] for name in same] == [nobody.json()[name] for name in same]


def test_strangers_who_ask_too_often_wait(site: Installation, people: People) -> None:
    give_account(site, people.cast.first.clerk, "clerk")
    site.settings = dataclasses.replace(site.settings, strangers_per_minute=3)
    with serving(site) as opened, httpx.Client(base_url=opened, timeout=20) as http:
        answers = [http.get("/api/v1/contracts").status_code for _number in range(5)]
        assert answers == [401, 401, 401, 429, 429]
        assert int(http.get("/api/v1/contracts").headers["retry-after"]) > 0


def test_the_log_has_a_line_a_request_and_no_secret(address: str, site: Installation) -> None:
    with httpx.Client(base_url=address, timeout=20) as http:
        sign_in(http)
        http.get("/api/v1/contracts?text=geheim")
        http.get('/api/v1/resources/x%0a{"event":"forged"}')
    lines = wait_for_lines(site, 3)
    text = site.settings.request_log_path.read_text("utf-8")
    assert [line["status"] for line in lines] == [201, 200, 404]
    assert lines[1]["person"] == site_person(lines)
    assert "geheim" not in text
    assert PASSWORD not in text


def wait_for_lines(site: Installation, count: int) -> list[dict[str, Any]]:
    """The lines of the request log: one is written after its answer has been sent."""
    until = time.monotonic() + 10
    lines: list[str] = []
    while len(lines) < count and time.monotonic() < until:
        lines = site.settings.request_log_path.read_text("utf-8").splitlines()
        time.sleep(0.02)
    return [json.loads(line) for line in lines]


def site_person(lines: list[dict[str, str]]) -> str:
    return next(line["person"] for line in lines if line.get("person"))


def test_tls_by_one_setting(site: Installation, people: People) -> None:
    give_account(site, people.cast.first.clerk, "clerk")
    site.settings = dataclasses.replace(site.settings, tls_pem="self-signed")
    with serving(site) as opened:
        assert opened.startswith("https://")
        pem = site.settings.key_dir / "tls.pem"
        assert pem.stat().st_mode & 0o777 == 0o600
        with httpx.Client(base_url=opened, timeout=20, verify=str(pem)) as http:
            begun = sign_in(http)
            assert begun.status_code == 201
            assert begun.headers["set-cookie"].startswith("__Host-yunqi_session=")
            assert "Secure" in begun.headers["set-cookie"]
            assert http.get("/api/v1/contracts").status_code == 200
    site.settings = dataclasses.replace(site.settings, tls_pem="nothing.pem")
    with pytest.raises(Problem) as caught, serving(site):
        pass
    assert caught.value.code == "server.tls"
