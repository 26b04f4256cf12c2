"""Signing in at the console through the real provider: there and back, and what does not come in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.kits.front import Front, Seat, Staffed
from tests.kits.oidc import BASE, SECRET, ProviderMissingError, RealProvider

from yunqi.operations.identity.oidc import RETURN_PATH


@pytest.fixture(scope="module")
def real() -> Iterator[RealProvider]:
    try:
        made = RealProvider(RETURN_PATH)
    except ProviderMissingError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
    yield made
    made.stop()


@pytest.fixture
def linked(staffed_template: Staffed, tmp_path: Path, real: RealProvider) -> Iterator[Front]:
    secret = tmp_path / "oidc.secret"
    secret.write_text(SECRET + "\n", "utf-8")
    secret.chmod(0o600)
    lines = (
        f'oidc_issuer = "{real.issuer}"\noidc_client_id = "yunqi"\noidc_secret_file = "{secret}"\n'
        f'oidc_redirect_base = "{BASE}"\n'
    )
    with staffed_template.open(tmp_path / "home", lines) as opened:
        opened.clock.at = datetime.now(UTC)  # the provider lives in the present
        yield opened


def go_there(seat: Seat, path: str = "/sign-in/oidc") -> str:
    """The provider's address that the sign-in page leads to."""
    answer = seat.http.get(f"/console{path}", follow_redirects=False)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    return str(answer.headers["location"])


def test_there_and_back(linked: Front, real: RealProvider) -> None:
    security = linked.seat("security")
    account = security.http.get(f"/api/v1/accounts/{linked.people['clerk']}").json()["id"]
    where = f"/accounts/{account}/identity"
    security.send(where, where, 422, subject="li", claim_value="7")
    security.send(where, where, subject="li")
    seat = linked.seat()
    page = seat.sees("/sign-in?next=/console/account/sessions", "统一身份认证登录")
    assert "/console/sign-in/oidc?next=%2Fconsole%2Faccount%2Fsessions" in page
    back = real.sign_in(go_there(seat, "/sign-in/oidc?next=/console/account/sessions"), "li")
    came = seat.http.get(f"{RETURN_PATH}?{urlencode(back)}", follow_redirects=False)
    assert (came.status_code, came.headers["location"]) == (303, "/console/account/sessions")
    seat.sees("/account/sessions", "统一身份认证", "本次登录")
    again = linked.seat().http.get(f"{RETURN_PATH}?{urlencode(back)}")
    assert again.status_code == 422  # an answer counts once, and in one browser
    assert "统一身份认证登录" in again.text


def test_a_stranger_and_one_who_cancels_stay_outside(linked: Front, real: RealProvider) -> None:
    seat = linked.seat()
    back = real.sign_in(go_there(seat), "wang")
    came = seat.http.get(f"{RETURN_PATH}?{urlencode(back)}")
    assert came.status_code == 422
    assert "尚未登记" in came.text
    back = real.sign_in(go_there(seat), "li", cancel=True)
    came = seat.http.get(f"{RETURN_PATH}?{urlencode(back)}")
    assert "您已取消登录" in came.text
    assert "yunqi_session" not in {cookie.name for cookie in seat.http.cookies.jar}


def test_without_a_provider_there_is_no_other_way(front: Front) -> None:
    seat = front.seat()
    assert "统一身份认证" not in seat.get("/sign-in")
    seat.get("/sign-in/oidc", 422)
    seat.get("/sign-in/oidc/return", 422)
