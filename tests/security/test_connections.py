"""Bytes on the wire: what is no request, or one too long, too slow or of two meanings, ends with its connection."""

from __future__ import annotations

import dataclasses
import ssl
import warnings

import httpx
import pytest
from tests.kits.attack import Stage
from tests.kits.server import serving

from yunqi.api import app
from yunqi.api.connection import HEAD_LIMIT_BYTES, BoundedConnection

LINE = b"POST /api/v1/session HTTP/1.1\r\nHost: yunqi.example\r\nContent-Type: application/json\r\n"
QUIET_S = 3


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: +2\r\n\r\n{}",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        b"X-Bad\x00Name: 1\r\n\r\n",
        b"X-Bad : 1\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
def test_a_request_of_two_meanings_is_none(stage: Stage, head: bytes) -> None:
    behind = b"GET /api/v1/contracts HTTP/1.1\r\nHost: yunqi.example\r\nX-Smuggled: 1\r\n\r\n"
    got = stage.raw(LINE + head + behind, wait_s=QUIET_S)
    assert got.startswith((b"HTTP/1.1 400", b"HTTP/1.1 422")), got[:200]
    assert got.count(b"HTTP/1.1 ") == 1, got


def test_a_head_without_end_is_refused(stage: Stage) -> None:
    long = b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * (HEAD_LIMIT_BYTES * 3)
    assert stage.raw(long[: HEAD_LIMIT_BYTES + 1], more=long[HEAD_LIMIT_BYTES + 1 :]).startswith((b"HTTP/1.1 431", b""))
    many = b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Many: 1\r\n" * (HEAD_LIMIT_BYTES // 8)
    got = stage.raw(many)
    assert got.startswith(b"HTTP/1.1 431"), got[:100]
    with stage.stranger() as http:
        assert http.get("/healthz").status_code == 200


def test_who_sends_slowly_is_not_waited_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedConnection, "head_wait_s", 0.3)
    monkeypatch.setattr(app, "BODY_WAIT_S", 0.3)
    with serving(stage.site) as address:
        slow = Stage(stage.site, stage.people, stage.walk, address, stage.clock, {})
        assert slow.raw(b"").startswith(b"HTTP/1.1 408")
        assert slow.raw(b"GET /healthz HTT").startswith(b"HTTP/1.1 408")
        # Between two requests: the first is answered, the second never comes whole.
        whole = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        got = slow.raw(whole + b"GET /healthz HTTP/1.1\r\nHost:")
        assert got.startswith(b"HTTP/1.1 200"), got
        assert b"HTTP/1.1 408" in got, got
        assert slow.raw(LINE + b"Content-Length: 100\r\nConnection: close\r\n\r\n{").startswith(b"HTTP/1.1 408")


def test_a_body_in_pieces_has_the_same_bound(stage: Stage) -> None:
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    got = stage.raw(LINE + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n", more=piece * 17)
    assert got.startswith(b"HTTP/1.1 413"), got[:200]


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "PROPFIND"])
def test_methods_that_nothing_takes(stage: Stage, method: str) -> None:
    got = stage.raw(
        f"{method} /api/v1/contracts HTTP/1.1\r\nHost: x\r\nX-Secret: 1\r\nConnection: close\r\n\r\n".encode()
    )
    assert got.startswith((b"HTTP/1.1 405", b"HTTP/1.1 400", b"HTTP/1.1 404", b"HTTP/1.1 401")), got[:100]
    assert b"X-Secret" not in got


def test_no_header_changes_the_method_or_the_address(stage: Stage) -> None:
    http = stage.browser("clerk")
    for name in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
        assert http.get("/api/v1/session", headers={name: "DELETE"}).status_code == 200
    for name in ("X-Original-URL", "X-Rewrite-URL"):
        assert http.get("/healthz", headers={name: "/api/v1/contracts"}).json() == {"status": "ok"}
    assert http.get("/api/v1/session?_method=DELETE").status_code == 200


def test_the_name_of_the_host_is_believed_nowhere(stage: Stage) -> None:
    with stage.stranger() as http:
        for headers in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}):
            for path in ("/", "/console", "/console/", "/console/sign-in", "/api/v1/contracts", "/api/v1/openapi.json"):
                answer = http.get(path, headers=headers)
                assert "evil.example" not in answer.text
                assert "evil.example" not in str(answer.headers)


def test_a_client_says_not_itself_where_it_comes_from(stage: Stage) -> None:
    with stage.stranger() as http:
        http.get(
            "/api/v1/contracts/spoof", headers={"X-Forwarded-For": "203.0.113.77", "Forwarded": "for=203.0.113.77"}
        )
    assert "203.0.113.77" not in stage.site.settings.request_log_path.read_text("utf-8")


def test_nothing_is_told_of_what_serves(stage: Stage) -> None:
    with stage.stranger() as http:
        for path in ("/healthz", "/api/v1/contracts", "/console/sign-in", "/nowhere"):
            answer = http.get(path)
            assert not {"server", "x-powered-by"} & set(answer.headers)
            for word in ("uvicorn", "starlette", "fastapi", "Traceback", "site-packages"):
                assert word not in answer.text


def test_an_answer_of_the_api_is_no_page(stage: Stage) -> None:
    http = stage.browser("clerk")
    for path in ("/api/v1/contracts", "/api/v1/nothing", "/api/v1/openapi.json", "/api/v1/contracts/none"):
        answer = http.get(path)
        assert answer.headers["content-disposition"].startswith("attachment"), path
        assert "html" not in answer.headers["content-type"], path


def test_old_tls_is_refused(stage: Stage) -> None:
    before = stage.site.settings
    stage.site.settings = dataclasses.replace(before, tls_pem="self-signed")
    try:
        with serving(stage.site) as address:
            pem = str(stage.site.settings.key_dir / "tls.pem")
            with httpx.Client(base_url=address, timeout=20, verify=ssl.create_default_context(cafile=pem)) as http:
                for path in ("/healthz", "/api/v1/contracts", "/console/sign-in"):
                    assert http.get(path).headers["strict-transport-security"].startswith("max-age=")
            old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                old.minimum_version = ssl.TLSVersion.TLSv1
                old.maximum_version = ssl.TLSVersion.TLSv1_1
            old.set_ciphers("ALL:@SECLEVEL=0")
            with httpx.Client(base_url=address, timeout=20, verify=old) as http, pytest.raises(httpx.TransportError):
                http.get("/healthz")
    finally:
        stage.site.settings = before


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", ""]
)
def test_another_content_type_is_refused(stage: Stage, kind: str) -> None:
    """What a form of another site can send without asking is no JSON, whatever stands in it."""
    body = b'{"login": "clerk", "password": "rain on nine bridges"}'
    with stage.stranger() as http:
        request = http.build_request("POST", "/api/v1/session", content=body)
        request.headers.pop("content-type", None)
        if kind:
            request.headers["content-type"] = kind
        answer = http.send(request)
        assert answer.status_code in {415, 422}, answer.text
        assert "set-cookie" not in answer.headers
