"""Signing in through a real OpenID Connect provider, and through one that lies."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import select
from tests.kits.identity import Office, open_office, refusal
from tests.kits.oidc import BASE, SECRET, ProviderMissingError, RealProvider

from yunqi.operations.identity import oidc, oidc_provider
from yunqi.operations.identity.accounts import disable_account
from yunqi.operations.identity.oidc_provider import OidcProvider, TokenRefusedError, is_allowed_address, provider_of
from yunqi.operations.identity.sessions import sign_out
from yunqi.operations.settings import load_settings
from yunqi.store.database import Database
from yunqi.store.oidc import end_oidc_identity, list_oidc_identities
from yunqi.store.tables import oidc_request


@pytest.fixture(scope="module")
def real() -> Iterator[RealProvider]:
    try:
        made = RealProvider(oidc.RETURN_PATH)
    except ProviderMissingError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
    yield made
    made.stop()


@pytest.fixture
def office(database: Database, tmp_path: Path, real: RealProvider) -> Office:
    home = tmp_path / "home"
    extra = (
        f'oidc_issuer = "{real.issuer}"\noidc_client_id = "yunqi"\noidc_secret_file = "keys/oidc.secret"\n'
        f'oidc_redirect_base = "{BASE}"\noidc_claim = "employee_number"\n'
    )
    secret = home / "keys" / "oidc.secret"
    secret.parent.mkdir(parents=True)
    secret.write_text(SECRET + "\n", "utf-8")
    secret.chmod(0o600)
    made = open_office(database, home, extra=extra)
    made.clock.at = datetime.now(UTC)  # the provider lives in the present
    return made


def link(office: Office, person: str = "clerk", subject: str = "li") -> str:
    with office.desk(office.enter("security")) as desk:
        return oidc.link_identity(desk, person_id=office.people[person], subject=subject).id


def pass_through(office: Office, real: RealProvider, login: str = "li", **more: str) -> oidc.OidcSignedIn:
    begun = oidc.begin_oidc(office.site, next_path=more.pop("next_path", "/"))
    back = real.sign_in(begun.address, login)
    given = {"state": back["state"], "code": back["code"], "issuer": back["iss"], "browser": begun.browser.reveal()}
    return oidc.finish_oidc(office.site, **(given | more))


def test_a_registered_subject_signs_in_and_out(office: Office, real: RealProvider) -> None:
    link(office)
    done = pass_through(office, real, next_path="/orders?a=1")
    assert done.next_path == "/orders?a=1"
    caller = office.caller(done.signed_in)
    assert caller.person_id == office.people["clerk"]
    row = office.audited("sign_in")[-1]
    assert (row.outcome, row.detail, row.person_id) == ("done", {"method": "oidc"}, office.people["clerk"])
    sign_out(office.site, caller)
    assert not office.is_in(done.signed_in)
    address = oidc.sign_out_address(office.site)
    assert address is not None
    asked = parse_qs(urlsplit(address).query)
    assert asked == {"client_id": ["yunqi"], "post_logout_redirect_uri": [BASE + "/"]}
    assert httpx.get(address).status_code == httpx.codes.OK


def test_a_stranger_is_nobody_whatever_the_email(office: Office, real: RealProvider) -> None:
    refusal("oidc.stranger", lambda: pass_through(office, real, "clerk"))
    office.site.settings = load_settings(office.site.settings.home)
    with office.desk() as desk:
        assert not list_oidc_identities(desk.connection, office.people["clerk"])
    assert office.audited("sign_in")[-1].outcome == "oidc.stranger"


def test_an_approved_claim_links_once(office: Office, real: RealProvider) -> None:
    with office.desk(office.enter("security")) as desk:
        oidc.approve_claim(desk, person_id=office.people["clerk"], value="E-wang")
    first = pass_through(office, real, "wang")
    assert office.caller(first.signed_in).person_id == office.people["clerk"]
    again = pass_through(office, real, "wang")
    assert again.signed_in.person_id == office.people["clerk"]
    with office.desk(office.enter("security")) as desk:
        (one,) = list_oidc_identities(desk.connection, office.people["clerk"])
        assert (one.subject, one.registered_by) == ("wang", None)
        refusal("oidc.taken", lambda: oidc.link_identity(desk, person_id=office.people["approver"], subject="wang"))
        assert end_oidc_identity(desk.connection, one.id, desk.now).ended_at == desk.now
        refusal("oidc.unknown", lambda: end_oidc_identity(desk.connection, "oid-none", desk.now))
    refusal("oidc.stranger", lambda: pass_through(office, real, "wang"))  # the approval was good once


def test_claims_that_people_set_themselves_say_nothing(office: Office) -> None:
    toml = office.site.settings.home / "site.toml"
    toml.write_text(toml.read_text("utf-8").replace("employee_number", "email"), "utf-8")
    office.site.settings = load_settings(office.site.settings.home)
    with office.desk() as desk:
        refusal(
            "oidc.claim", lambda: oidc.approve_claim(desk, person_id=office.people["clerk"], value="x@unit.example")
        )


def test_no_account_that_is_disabled_or_has_no_undertaking_is_used(office: Office, real: RealProvider) -> None:
    link(office)
    with office.desk() as desk:
        disable_account(desk, "clerk")
    refusal("sign_in.closed", lambda: pass_through(office, real))


def test_an_answer_counts_once_in_time_and_in_the_browser_that_asked(office: Office, real: RealProvider) -> None:
    link(office)
    begun = oidc.begin_oidc(office.site)
    back = real.sign_in(begun.address, "li")

    def finish(**more: str) -> oidc.OidcSignedIn:
        given = {"state": back["state"], "code": back["code"], "issuer": back["iss"]}
        return oidc.finish_oidc(office.site, **(given | {"browser": begun.browser.reveal()} | more))

    refusal("oidc.state", lambda: finish(state="x"))
    refusal("oidc.state", lambda: finish(state="\ud800" * 10_000_000))
    refusal("oidc.state", lambda: finish(browser="another"))
    refusal("oidc.state", finish)  # the wrong browser has used it up
    late = oidc.begin_oidc(office.site)
    back = real.sign_in(late.address, "li")
    office.later(minutes=10)
    refusal("oidc.state", lambda: finish(browser=late.browser.reveal()))


def test_a_code_is_good_for_the_verifier_and_the_client_that_asked_only(office: Office, real: RealProvider) -> None:
    link(office)
    one, two = oidc.begin_oidc(office.site), oidc.begin_oidc(office.site)
    code = real.sign_in(one.address, "li")["code"]
    back = real.sign_in(two.address, "li")

    def finish(code: str, issuer: str) -> None:
        given = {"state": back["state"], "browser": two.browser.reveal()}
        oidc.finish_oidc(office.site, code=code, issuer=issuer, **given)

    refusal("oidc.refused", lambda: finish(code, back["iss"]))  # a code put in from another sign-in
    assert office.audited("sign_in")[-1].detail["reason"] == "token endpoint: invalid_grant"
    refusal("oidc.state", lambda: finish(back["code"], back["iss"]))


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"issuer": "https://evil.example"}, "iss of the answer"),
        ({"issuer": ""}, "iss of the answer"),
        ({"code": ""}, "no code"),
    ],
)
def test_answers_that_do_not_fit(office: Office, real: RealProvider, more: dict[str, str], reason: str) -> None:
    link(office)
    refusal("oidc.refused", lambda: pass_through(office, real, **more))
    assert office.audited("sign_in")[-1].detail["reason"] == reason


def test_who_cancels_is_told_so(office: Office, real: RealProvider) -> None:
    begun = oidc.begin_oidc(office.site)
    back = real.sign_in(begun.address, "li", cancel=True)
    given = {"state": back["state"], "error": back["error"], "issuer": back["iss"], "browser": begun.browser.reveal()}
    refusal("oidc.denied", lambda: oidc.finish_oidc(office.site, **given))


def test_a_key_rotated_at_the_provider_is_read_anew(office: Office, real: RealProvider) -> None:
    link(office)
    pass_through(office, real)
    real.rotate()
    office_keys = oidc_provider._kept[real.issuer]
    office_keys.keys_s -= 10  # some seconds pass
    assert pass_through(office, real).signed_in.person_id == office.people["clerk"]
    real.rotate()
    refusal("oidc.refused", lambda: pass_through(office, real))  # bad tokens in a stream are no stream of requests
    assert office.audited("sign_in")[-1].detail["reason"].startswith("signature")
    office_keys.keys_s -= 10
    pass_through(office, real)


class Exchange:
    """One real token with the question it answers."""

    def __init__(self, office: Office, real: RealProvider) -> None:
        begun = oidc.begin_oidc(office.site)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.address).query).items()}
        self.provider = provider_of(office.site.settings)
        back = real.sign_in(begun.address, "li")
        with office.site.database.read() as connection:
            kept = connection.execute(select(oidc_request)).one()
        import orjson

        from yunqi.store.secret_box import load_secret_box

        box = load_secret_box(office.site.settings.identity_key_path)
        _issuer, self.nonce, verifier = orjson.loads(box.open(kept.sealed, kept.state_digest))
        answer = self.provider.exchange(back["code"], redirect_uri=asked["redirect_uri"], verifier=verifier)
        self.token, self.access_token = answer["id_token"], answer["access_token"]
        assert self.nonce == asked["nonce"]


@pytest.fixture
def exchange(office: Office, real: RealProvider) -> Exchange:
    return Exchange(office, real)


def check(exchange: Exchange, provider: OidcProvider | None = None, **more: object) -> str:
    """What a check of the real token says: its subject, or what does not fit."""
    given: dict[str, object] = {
        "nonce": exchange.nonce,
        "now": datetime.now(UTC),
        "access_token": exchange.access_token,
    }
    token = more.pop("token", exchange.token)
    try:
        claims = (provider or exchange.provider).check_id_token(token, **(given | more))  # type: ignore[arg-type]
    except TokenRefusedError as error:
        return str(error)
    return str(claims["sub"])


def test_every_claim_of_a_real_token_is_checked(exchange: Exchange, real: RealProvider) -> None:
    assert check(exchange) == "li"
    now = datetime.now(UTC)
    assert check(exchange, nonce="another") == "nonce"
    assert check(exchange, OidcProvider(real.issuer, "another", None)) == "aud"
    assert check(exchange, now=now + timedelta(seconds=600 + 50)) == "li"  # clocks may differ by a minute
    assert check(exchange, now=now + timedelta(seconds=600 + 120)) == "exp"
    assert check(exchange, now=now - timedelta(seconds=30)) == "li"
    assert check(exchange, now=now - timedelta(seconds=120)) == "iat"
    assert check(exchange, token=None) == "no ID token"
    assert check(exchange, token=exchange.token[:-4] + "AAAA").startswith("signature")
    assert check(exchange, token="a.b.c").startswith("signature")
    assert check(exchange, token="\ud800").startswith("signature")
    assert check(exchange, token="x" * 10_000_000) == "no ID token"


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({}, "li"),
        ({"aud": ["yunqi", "another"], "azp": "yunqi"}, "li"),
        ({"aud": ["yunqi", "another"]}, "azp"),
        ({"aud": "yunqi", "azp": "another"}, "azp"),
        ({"aud": None}, "aud"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"nonce": None}, "nonce"),
        ({"nonce": 1}, "nonce"),
        ({"exp": None}, "exp"),
        ({"exp": "never"}, "exp"),
        ({"iat": None}, "iat"),
        ({"nbf": 4_000_000_000}, "nbf"),
        ({"sub": ""}, "sub"),
        ({"sub": "x" * 256}, "sub"),
        ({"sub": 7}, "sub"),
        ({"at_hash": "AAAA"}, "at_hash"),
    ],
)
def test_claims_of_a_lying_issuer(
    office: Office, real: RealProvider, claims: dict[str, object], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same checks, on tokens signed with a key that the issuer would have published."""
    key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
    provider = provider_of(office.site.settings)
    kept = oidc_provider._Kept(provider.read_metadata(), time.monotonic(), KeySet([key]), time.monotonic())
    monkeypatch.setitem(oidc_provider._kept, real.issuer, kept)
    now = int(time.time())
    whole = {"iss": real.issuer, "aud": "yunqi", "sub": "li", "nonce": "n", "iat": now, "exp": now + 60} | claims
    said_claims = {name: value for name, value in whole.items() if value is not None}
    token = jwt.encode({"alg": "RS256", "kid": "k1"}, said_claims, key)

    def check_it() -> str:
        return str(provider.check_id_token(token, nonce="n", now=datetime.now(UTC), access_token="a")["sub"])

    if said == "li":
        assert check_it() == said
        return
    with pytest.raises(TokenRefusedError) as caught:
        check_it()
    assert str(caught.value) == said


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_says_not_itself_how_it_is_signed(exchange: Exchange, algorithm: str) -> None:
    import base64
    import hmac
    import json

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    payload = exchange.token.split(".")[1]
    signing = f"{part({'alg': algorithm})}.{payload}"
    mac = hmac.new(SECRET.encode(), signing.encode(), "sha256").digest()
    signature = "" if algorithm == "none" else base64.urlsafe_b64encode(mac).decode().rstrip("=")
    assert check(exchange, token=f"{signing}.{signature}").startswith("signature")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('oidc_issuer = ""', "oidc.none"),
        ('oidc_issuer = "http://id.example"', "oidc.settings"),
        ('oidc_issuer = "ftp://id.example"', "oidc.settings"),
        ('oidc_client_id = ""', "oidc.settings"),
        ('oidc_redirect_base = ""', "oidc.settings"),
    ],
)
def test_settings_that_do_not_do(office: Office, line: str, code: str) -> None:
    toml = office.site.settings.home / "site.toml"
    name = line.split(" ", maxsplit=1)[0]
    kept = [one for one in toml.read_text("utf-8").splitlines() if not one.startswith(name)]
    toml.write_text("\n".join([*kept, line]), "utf-8")
    office.site.settings = load_settings(office.site.settings.home)
    refusal(code, lambda: oidc.begin_oidc(office.site))


def test_a_secret_that_others_may_read_is_not_used(office: Office, real: RealProvider) -> None:
    link(office)
    (office.site.settings.home / "keys" / "oidc.secret").chmod(0o644)
    refusal("key.exposed", lambda: pass_through(office, real))


def test_an_issuer_that_is_not_there_is_trouble(office: Office) -> None:
    from yunqi.kernel.errors import Trouble

    toml = office.site.settings.home / "site.toml"
    text = toml.read_text("utf-8").replace(office.site.settings.oidc_issuer, "http://127.0.0.1:9")
    toml.write_text(text, "utf-8")
    office.site.settings = load_settings(office.site.settings.home)
    with pytest.raises(Trouble) as caught:
        oidc.begin_oidc(office.site)
    assert caught.value.code == "oidc.unreachable"


@pytest.mark.parametrize(
    ("address", "issuer", "allowed"),
    [
        ("https://id.example/a", "https://id.example", True),
        ("https://other.example/a", "https://id.example", True),
        ("http://id.example/a", "https://id.example", False),
        ("http://169.254.169.254/a", "http://127.0.0.1:1", False),
        ("http://localhost:2/a", "http://127.0.0.1:1", True),
        ("file:///etc/passwd", "https://id.example", False),
        ("https://", "https://id.example", False),
        ("http://[", "http://127.0.0.1:1", False),
        (None, "https://id.example", False),
    ],
)
def test_addresses_that_may_be_asked(address: object, issuer: str, allowed: bool) -> None:
    assert is_allowed_address(address, issuer) is allowed
