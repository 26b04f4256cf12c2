"""What a browser could be made to do by another site, or by who used it before: nothing."""

from __future__ import annotations

import re
from contextlib import closing

import httpx
import pyotp
import pytest
from tests.kits.attack import OWN, Stage
from tests.kits.server import PASSWORD, give_account

from yunqi.operations.actions import load_actions
from yunqi.operations.actions.base import Desk
from yunqi.operations.actions.perform import at_machine
from yunqi.operations.identity.accounts import reset_account
from yunqi.store.accounts import find_account_of
from yunqi.store.callers import UNTIL_CHANGED
from yunqi.store.parties import add_person, set_role

OTHER = "another pond, seven herons"


@pytest.fixture
def newcomer(stage: Stage, request: pytest.FixtureRequest) -> str:
    """Somebody with an account of their own, whom a test may lock out or sign out."""
    name = f"new{abs(hash(request.node.name)) % 10**8}"
    now = stage.site.clock.now()
    organisation = stage.people.clerk.organisation_id or ""
    with stage.site.database.write() as connection:
        person = add_person(connection, organisation_id=organisation, name=name, now=now)
        set_role(connection, person_id=person, role="operator", granted=True, valid_from=now, now=now)
    return give_account(stage.site, person, name)


def test_each_deed_of_the_api_is_refused_to_another_sites_page(stage: Stage) -> None:
    http = stage.browser("clerk")
    writes = [found for found in load_actions().values() if found.method != "GET"]
    assert len(writes) > 20
    for found in writes:
        for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site", **OWN}):
            http.headers.update(headers)
            try:
                answer = send_as(stage, http, found.name)
            finally:
                for name in headers:
                    del http.headers[name]
            assert answer.status_code == 403, (found.name, headers, answer.text)
            assert answer.json()["code"] == "access.other_site", found.name


def send_as(stage: Stage, http: httpx.Client, name: str) -> httpx.Response:
    """The request of an action's walk, from a browser."""
    before, stage.walk.client = stage.walk.client, http  # type: ignore[assignment]
    try:
        answer: httpx.Response = stage.walk.send(load_actions()[name], "clerk")
        return answer
    finally:
        stage.walk.client = before


def test_each_form_of_the_console_is_refused_without_its_token(stage: Stage) -> None:
    http = stage.browser("clerk")
    seen = 0
    for route in stage.pages():
        for method in sorted((route.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            for path in stage.paths_of(route)[:1]:
                for data, headers in (
                    ({}, {}),
                    ({"_csrf": "0" * 64}, {}),
                    ({}, {"X-CSRF-Token": "0" * 64}),
                    ({}, {"Sec-Fetch-Site": "cross-site"}),
                ):
                    answer = http.request(method, path, data=data, headers=headers)
                    assert answer.status_code == 403, (method, path, answer.status_code)
                    seen += 1
    assert seen > 10


def test_reading_a_page_changes_nothing(stage: Stage) -> None:
    """A page that is only looked at makes no deed: its method is GET and nothing but the language moves."""
    from sqlalchemy import func, select

    from yunqi.store.tables import audit

    def count() -> int:
        with stage.site.database.read() as connection:
            return int(
                connection.scalar(
                    select(func.count()).where(audit.c.action.not_like("%.read"), audit.c.outcome == "done")
                )
                or 0
            )

    http, before = stage.browser("clerk"), count()
    for route in stage.pages():
        if "GET" in (route.methods or ()) and not route.path.startswith("/language"):
            for path in stage.paths_of(route)[:1]:
                http.get(path, headers={"Sec-Fetch-Site": "cross-site"})
    sensitive = {name for name, found in load_actions().items() if found.right.sensitive}
    with stage.site.database.read() as connection:
        done = connection.scalars(
            select(audit.c.action)
            .where(audit.c.action.not_like("%.read"), audit.c.outcome == "done")
            .order_by(audit.c.no)
            .offset(before)
        ).all()
    assert set(done) <= sensitive, done


def test_a_session_that_somebody_planted_is_not_taken_over(stage: Stage, newcomer: str) -> None:
    planted = stage.browser("clerk").cookies["yunqi_session"]
    with stage.stranger() as http:
        http.cookies.set("yunqi_session", "A" * 43)
        begun = http.post("/api/v1/session", json={"login": newcomer, "password": PASSWORD})
        given = begun.headers["set-cookie"].partition("=")[2].partition(";")[0]
        assert given not in {"A" * 43, planted}
    with stage.stranger() as http:
        http.cookies.set("yunqi_session", "A" * 43)
        assert http.get("/api/v1/session").status_code == 401


def test_each_change_of_privilege_gives_a_new_session_and_voids_the_old(stage: Stage, newcomer: str) -> None:
    with closing(stage.sign_in(newcomer)) as http, closing(stage.sign_in(newcomer)) as elsewhere:
        tokens = [http.cookies["yunqi_session"]]

        def post(path: str, **body: str) -> httpx.Response:
            answer = http.post(f"/api/v1{path}", json=body, headers=OWN)
            assert answer.status_code < 300, answer.text
            session = answer.json().get("session") or answer.json()
            fresh = session.get("token")
            if fresh:
                http.cookies.clear()
                http.cookies.set("yunqi_session", fresh)
                tokens.append(fresh)
            return answer

        secret = post("/account/totp", password=PASSWORD).json()["secret"]
        post("/account/totp/confirmation", code=pyotp.TOTP(secret).at(stage.site.clock.now()))
        assert elsewhere.get("/api/v1/session").status_code == 401
        assert http.get("/api/v1/session").status_code == 200, "the session goes on under its new token"
        assert len(set(tokens)) > 1
        for old in tokens[:-1]:
            with stage.stranger() as other:
                other.cookies.set("yunqi_session", old)
                assert other.get("/api/v1/session").status_code == 401


def test_before_the_password_is_changed_nothing_else_is_done(stage: Stage, newcomer: str) -> None:
    with stage.site.database.write() as connection:
        from yunqi.operations.identity.hashing import hashing_of
        from yunqi.store.accounts import set_password_hash

        account = find_account_of(connection, person_of_login(connection, newcomer))
        assert account is not None
        hashed = hashing_of(stage.site.settings).make(OTHER)
        set_password_hash(connection, account.id, hashed, must_change=True, now=stage.site.clock.now())
    with stage.stranger() as http:
        assert http.post("/api/v1/session", json={"login": newcomer, "password": OTHER}).status_code == 201
        http.headers.update(OWN)
        for name, found in load_actions().items():
            if name in UNTIL_CHANGED or found.right.anyone:
                continue
            answer = send_as(stage, http, name)
            code = answer.json().get("code", "") if answer.content else ""
            assert code in {"access.password", "object.unknown", "request.invalid", "table.list"}, (
                name,
                answer.status_code,
                code,
            )


def person_of_login(connection: object, login: str) -> str:
    from sqlalchemy import select

    from yunqi.store.tables import metadata

    account = metadata.tables["account"]
    return str(connection.scalar(select(account.c.person_id).where(account.c.login == login)))  # type: ignore[attr-defined]


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(stage: Stage, newcomer: str) -> None:
    with stage.stranger() as http:
        page = http.get("/console/sign-in")
        found = dict(re.findall(r'name="(_csrf|_key)" value="([^"]*)"', page.text))
        answers = [page, http.post("/console/sign-in", data={**found, "login": newcomer, "password": PASSWORD})]
        answers.append(http.get("/console/language/en"))
        cookies = [each for answer in answers for each in answer.headers.get_list("set-cookie")]
    assert {each.partition("=")[0] for each in cookies} >= {"yunqi_session", "yunqi_form"}
    for each in cookies:
        assert "httponly" in each.lower(), each
        assert re.search(r"samesite=(lax|strict)", each.lower()), each
        assert "domain" not in each.lower(), each


def test_every_answer_tells_browsers_what_they_may_do_with_it(stage: Stage) -> None:
    http = stage.browser("clerk")
    paths = ["/", "/console/", "/console/nothing", "/console/sign-in", "/api/v1/contracts", "/api/v1/none", "/healthz"]
    paths += [path for route in stage.pages() if "GET" in (route.methods or ()) for path in stage.paths_of(route)[:1]]
    with stage.stranger() as nobody:
        for path in paths:
            for answer in (http.get(path), nobody.get(path)):
                policy = answer.headers["content-security-policy"]
                assert "frame-ancestors 'none'" in policy, path
                assert "unsafe" not in policy, path
                assert "*" not in policy, path
                assert answer.headers["x-content-type-options"] == "nosniff", path
                assert answer.headers["referrer-policy"] in {"no-referrer", "same-origin"}, path
                assert "access-control-allow-origin" not in answer.headers, path
                kept = answer.headers.get("cache-control", "")
                if answer.headers.get("content-type", "").startswith(("text/html", "application/json")):
                    assert path in {"/healthz", "/"} or "no-store" in kept or "private" in kept, (path, kept)


def test_no_other_origin_reads_anything(stage: Stage) -> None:
    http = stage.browser("clerk")
    for origin in ("https://evil.example", "null", stage.address.replace("127.0.0.1", "127.0.0.1.evil.example")):
        for method in ("GET", "POST", "DELETE"):
            headers = {"Origin": origin, "Access-Control-Request-Method": method}
            for path in ("/api/v1/contracts", "/api/v1/session", "/console/"):
                asked = http.options(path, headers=headers)
                assert not [name for name in asked.headers if name.startswith("access-control-allow")], path
                told = http.get(path, headers={"Origin": origin})
                assert not [name for name in told.headers if name.startswith("access-control-allow")], path


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "/console//evil.example",
        "/console/\\evil.example",
        "\\\\evil.example",
        "/console/../../evil",
        "/console/\r\nLocation: https://evil.example",
        "javascript:alert(1)",
        "/console/@evil.example",
        "https:evil.example",
    ],
)
def test_nobody_is_sent_to_another_site(stage: Stage, address: str) -> None:
    with stage.stranger() as http:
        for path in ("/console/language/en",):
            answer = http.get(path, params={"next": address})
            to = httpx.URL(stage.address + path).join(answer.headers["location"])
            assert str(to).startswith(f"{stage.address}/"), (address, to)
            assert "\n" not in answer.headers["location"]
    http = stage.browser("clerk")
    answer = http.get("/console/sign-in", params={"next": address})
    assert str(httpx.URL(stage.address).join(answer.headers["location"])).startswith(f"{stage.address}/")


def test_a_one_time_code_is_the_persons_alone(stage: Stage, newcomer: str) -> None:
    with stage.site.database.write() as connection:
        desk = Desk(stage.site, at_machine(), stage.site.clock.now(), connection)
        code = reset_account(desk, account_id_of(connection, newcomer)).code.reveal()
    with stage.stranger() as http:
        page = http.get("/console/sign-in/reset")
        found = dict(re.findall(r'name="(_csrf|_key)" value="([^"]*)"', page.text))
        fields = {**found, "code": code, "password": OTHER, "again": OTHER}
        assert http.post("/console/sign-in/reset", data={**fields, "login": "clerk"}).status_code == 422
        done = http.post("/console/sign-in/reset", data={**fields, "login": newcomer})
        assert done.status_code == 303
        assert "yunqi_session" not in http.cookies, "the new password is shown to be known by signing in with it"


def account_id_of(connection: object, login: str) -> str:
    found = find_account_of(connection, person_of_login(connection, login))  # type: ignore[arg-type]
    assert found is not None
    return found.id
