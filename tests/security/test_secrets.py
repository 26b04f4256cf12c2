"""Where secrets are not: in no file of the home, no table, no log, no answer that does not give them."""

from __future__ import annotations

import json
import time
from contextlib import closing
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from tests.kits.attack import OWN, Stage, files_of, rows_of
from tests.kits.server import PASSWORD, give_account

from yunqi.operations.actions.base import Desk
from yunqi.operations.actions.perform import at_machine
from yunqi.operations.identity.accounts import reset_account
from yunqi.store.accounts import find_account_of
from yunqi.store.parties import add_person, set_role

MISTYPED = "mistyped password of somebody"
CHOSEN = "seven lamps beyond the weir"


def test_no_secret_is_kept_or_logged_anywhere(stage: Stage) -> None:
    """Everything that gives or takes a secret is done once over HTTP; then all bytes of the home are searched."""
    site, now = stage.site, stage.site.clock.now()
    with site.database.write() as connection:
        person = add_person(connection, organisation_id=stage.people.clerk.organisation_id or "", name="保密", now=now)
        set_role(connection, person_id=person, role="operator", granted=True, valid_from=now, now=now)
    give_account(site, person, "keeper")
    secrets = {"password": PASSWORD, "mistyped": MISTYPED, "chosen": CHOSEN}
    with closing(stage.sign_in("keeper")) as http:
        http.headers.update(OWN)
        secrets["session"] = http.cookies["yunqi_session"]
        until = (now + timedelta(days=1)).isoformat()
        asked = {"name": "x", "actions": ["contract.list"], "expires_at": until}
        made = http.post("/api/v1/tokens", json=asked, headers={"Idempotency-Key": "secret-0001"})
        secrets["token"] = made.json()["token"]
        http.get("/api/v1/contracts", headers={"Authorization": f"Bearer {secrets['token']}x"})
        begun = http.post("/api/v1/account/totp", json={"password": PASSWORD})
        secrets["totp"] = begun.json()["secret"]
        code = pyotp.TOTP(secrets["totp"]).at(now)
        confirmed = http.post(
            "/api/v1/account/totp/confirmation", json={"code": code}, headers={"Idempotency-Key": "secret-0002"}
        )
        assert confirmed.status_code < 300, confirmed.text
        for number, each in enumerate(_texts(confirmed.json())):
            secrets[f"recovery {number}"] = each
        wrong = http.post("/api/v1/session", json={"login": MISTYPED, "password": MISTYPED})
        assert MISTYPED not in wrong.text
        bad = http.post("/api/v1/session", json={"login": "keeper", "password": MISTYPED, "extra": 1})
        assert bad.status_code == 422
        assert MISTYPED not in bad.text
    with site.database.write() as connection:
        account = find_account_of(connection, person)
        assert account is not None
        secrets["reset"] = reset_account(Desk(site, at_machine(), now, connection), account.id).code.reveal()
    rows = list(rows_of(site))
    assert len(rows) > 100
    for name, text in secrets.items():
        assert len(text) > 7, (name, text)
        assert not [table for table, row in rows if text in row], name
    found = [
        (name, path.name)
        for path, content in files_of(site.settings.home)
        for name, text in secrets.items()
        if text.encode() in content
    ]
    assert not found, found


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for name, each in value.items() if name != "session_id" for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) and len(value) > 8 and "T" not in value[10:11] else []


def test_the_interface_is_described_without_secrets(stage: Stage) -> None:
    with stage.stranger() as http:
        text = json.dumps(http.get("/api/v1/openapi.json").json())
    for word in (PASSWORD, "yq_", str(stage.site.settings.home), "sqlite", "PRIVATE KEY"):
        assert word not in text


def test_no_request_writes_a_line_of_its_own(stage: Stage) -> None:
    forged = '{"event":"request","id":"forged","person":"per-x"}'
    path = stage.site.settings.request_log_path
    before = len(path.read_bytes().splitlines())
    with stage.stranger() as http:
        for target in (f"/api/v1/x%0a{forged}", f"/api/v1/x%0d%0a{forged}", "/api/v1/%e2%80%a8x", "/api/v1/%1b[31mred"):
            http.get(target)
        http.get("/api/v1/contracts", headers={"User-Agent": forged, "Authorization": f"Bearer {forged}"})
        http.post("/api/v1/session", json={"login": f"x\n{forged}", "password": "x\r\ny"})
    until = time.monotonic() + 10
    while len(path.read_bytes().splitlines()) < before + 6 and time.monotonic() < until:
        time.sleep(0.02)
    lines = path.read_text("utf-8").split("\n")[before:-1]
    assert len(lines) == 6
    for line in lines:
        assert json.loads(line)["id"] != "forged"
        assert "\x1b" not in line


@pytest.mark.parametrize("login", ["clerk", "nobody-at-all", "", "x" * 5000, "坏\u0000名"])
def test_an_unknown_login_costs_the_same_work(stage: Stage, monkeypatch: pytest.MonkeyPatch, login: str) -> None:
    """Time tells nothing because the work is the same: one comparison with a hash of the same cost."""
    compared: list[str] = []
    real = PasswordHasher.verify

    def counting(self: PasswordHasher, kept: str, password: str) -> bool:
        compared.append(kept.rpartition("$")[0].rpartition("$")[0])
        return bool(real(self, kept, password))

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    with stage.stranger() as http:
        login = stage.logins.get(login, login)
        refused = http.post("/api/v1/session", json={"login": login, "password": MISTYPED})
    if refused.status_code == 422:
        assert not compared, "it can be no login, whoever asks"
        return
    assert (refused.status_code, refused.json()["code"]) == (401, "sign_in.refused")
    settings = stage.site.settings
    assert compared == [f"$argon2id$v=19$m={settings.password_memory_mib * 1024},t={settings.password_passes},p=1"]


def test_a_fault_tells_its_number_and_nothing_else(stage: Stage, monkeypatch: pytest.MonkeyPatch, capfd) -> None:
    """A bug within: the caller gets a number, the trace goes to the log, without the values of any statement."""
    from sqlalchemy import text

    from yunqi.operations.actions.base import ACTIONS

    def broken(desk: Desk, _request: object) -> None:
        desk.connection.execute(text("SELECT :value FROM nowhere"), {"value": MISTYPED})

    found = ACTIONS["resource.kinds"]
    monkeypatch.setitem(ACTIONS, "resource.kinds", type(found)(**{**_fields(found), "work": broken}))
    answer = stage.browser("clerk").get("/api/v1/kinds")
    assert answer.status_code in {500, 503}, answer.text
    logged = "".join(capfd.readouterr())
    for word in ("nowhere", "Traceback", MISTYPED, "sqlalchemy"):
        assert word not in answer.text, word
    assert MISTYPED not in logged


def _fields(found: object) -> dict[str, object]:
    from dataclasses import fields

    return {each.name: getattr(found, each.name) for each in fields(found)}  # type: ignore[arg-type]
