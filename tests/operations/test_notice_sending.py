"""Each way of telling against a real server: what counts as taken, and what each refusal is called."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kits.gateway import KEY, serve_gateway
from tests.kits.smtp import serve_mail

from yunqi.operations.notices.mail import send_mail
from yunqi.operations.notices.message import Message
from yunqi.operations.notices.robots import cut_bytes, render_message, send_to_robot, signed_address
from yunqi.operations.notices.sms import send_sms
from yunqi.operations.settings import Settings

NOW = dt.datetime(2026, 3, 4, 4, tzinfo=dt.UTC)
TOLD = Message("ntd-1", "事件：INC-2026-0001 门户无法访问", "对象：云平台整体\n发生：2026-03-04 12:00")


def site(home: Path, **changes: Any) -> Settings:
    base = Settings(home=home, database_url="", site_id="s1", smtp_host="127.0.0.1", smtp_from="duty@cloud.example")
    return replace(base, **changes)


def secret(home: Path, text: str, mode: int = 0o600) -> str:
    path = home / "word.txt"
    path.write_text(text)
    path.chmod(mode)
    return path.name


def certificate(home: Path) -> tuple[ssl.SSLContext, str]:
    """A server's context with a certificate of its own for localhost, and the file that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public = home / "server.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = home / "server.key"
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, str(public)


def test_mail_is_taken_with_the_servers_answer_as_receipt(tmp_path: Path) -> None:
    with serve_mail() as server:
        found = site(tmp_path, smtp_port=server.port, smtp_tls="none")
        assert send_mail(found, "head@unit.example", TOLD, NOW).answer == "250 2.0.0 Ok: queued as Q0001"
        ((sender, to, mail),) = server.taken
    assert (sender, to) == ("duty@cloud.example", "head@unit.example")
    assert mail["Subject"] == TOLD.subject
    assert mail["Message-ID"] == "<ntd-1@cloud.example>"
    assert mail.get_content().splitlines() == TOLD.text.splitlines()


def test_mail_goes_encrypted_and_signed_in_or_not_at_all(tmp_path: Path) -> None:
    context, trusted = certificate(tmp_path)
    with serve_mail(context=context, user=("yunqi", "secret-1")) as server:
        base = site(tmp_path, smtp_port=server.port, smtp_host="localhost", smtp_user="yunqi", smtp_ca_file=trusted)
        good = replace(base, smtp_password_file=secret(tmp_path, "secret-1\n"))
        assert send_mail(good, "a@b.example", TOLD, NOW).error is None
        assert server.encrypted == [True]
        assert send_mail(replace(good, smtp_ca_file=""), "a@b.example", TOLD, NOW).error == "tls"
        wrong = replace(base, smtp_password_file=secret(tmp_path, "other"))
        assert send_mail(wrong, "a@b.example", TOLD, NOW).error == "sign_in"
        exposed = replace(base, smtp_password_file=secret(tmp_path, "secret-1", 0o644))
        assert send_mail(exposed, "a@b.example", TOLD, NOW).error == "notice.secret"
        assert len(server.taken) == 1
    with serve_mail() as plain:  # it offers no encryption: nothing goes in the clear unasked
        assert send_mail(site(tmp_path, smtp_port=plain.port), "a@b.example", TOLD, NOW).error == "broken"
        assert plain.taken == []


def test_mail_that_is_refused_says_why(tmp_path: Path) -> None:
    with serve_mail(refused=frozenset({"gone@b.example"}), busy=True) as server:
        found = site(tmp_path, smtp_port=server.port, smtp_tls="none")
        gone = send_mail(found, "gone@b.example", TOLD, NOW)
        assert (gone.error, gone.answer) == ("refused", "550 no such person")
        busy = send_mail(found, "a@b.example", TOLD, NOW)
        assert (busy.error, busy.answer) == ("refused", "451 try later")
    assert send_mail(site(tmp_path, smtp_host=""), "a@b.example", TOLD, NOW).error == "not_set"
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        found = site(tmp_path, smtp_port=closed.getsockname()[1], smtp_tls="none")
        assert send_mail(found, "a@b.example", TOLD, NOW).error == "unreachable"


def test_a_short_message_is_taken_when_the_gateway_says_so(tmp_path: Path) -> None:
    with serve_gateway(token="t1") as gateway:
        found = site(tmp_path, sms_url=gateway.url("/sms"), sms_success="code=0", sms_token_file=secret(tmp_path, "t1"))
        assert send_sms(found, "13800001111", TOLD).error is None
        ((_path, body),) = gateway.taken
        assert body["mobile"] == "13800001111"
        assert body["content"].startswith(f"【{TOLD.subject}】")
        named = replace(found, sms_phone_field="phone", sms_text_field="msg")
        send_sms(named, "1", TOLD)
        assert set(gateway.taken[-1][1]) == {"phone", "msg", "id"}
        wrong = replace(found, sms_token_file=secret(tmp_path, "other"))
        assert send_sms(wrong, "1", TOLD).error == "refused"
        secret(tmp_path, "t1")
        gateway.answer = {"code": 7, "message": "余额不足"}
        spent = send_sms(found, "1", TOLD)
        assert spent.error == "refused"
        assert '"code": 7' in spent.answer
    assert send_sms(site(tmp_path), "1", TOLD).error == "not_set"
    assert send_sms(found, "1", TOLD).error == "unreachable"


def test_robots_take_their_forms_and_dingtalk_its_signature() -> None:
    trusted = ("127.0.0.1",)
    with serve_gateway(now_s=NOW.timestamp()) as gateway:
        ding = gateway.url("/robot/send?access_token=t1")
        assert send_to_robot("dingtalk", ding, KEY, TOLD, NOW, trusted=trusted).error is None
        for bad_key, at in ((KEY + "x", NOW), ("", NOW), (KEY, NOW - dt.timedelta(hours=2))):
            told = send_to_robot("dingtalk", ding, bad_key, TOLD, at, trusted=trusted)
            assert told.error == "errcode.310000"
            assert "sign not match" in told.answer
        wecom = gateway.url("/cgi-bin/webhook/send?key=")
        assert send_to_robot("wecom", wecom + "k1", "", TOLD, NOW, trusted=trusted).error is None
        assert send_to_robot("wecom", wecom + "k2", "", TOLD, NOW, trusted=trusted).error == "errcode.93000"
        assert len(gateway.taken) == 2
        assert send_to_robot("wecom", wecom + "k1", "", TOLD, NOW).error == "address.scheme"
        sms = gateway.url("/sms")  # answers without errcode: no robot
        assert send_to_robot("wecom", sms, "", TOLD, NOW, trusted=trusted).error == "errcode.None"


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300), st.text(max_size=3000), st.sampled_from(["wecom", "dingtalk"]))
def test_any_words_fit_a_robot_and_make_no_link(subject: str, text: str, channel: str) -> None:
    form = render_message(channel, Message("x", subject, text))["markdown"]
    said = form.get("content") or form["text"]
    assert len(said.encode("utf-8", "surrogatepass")) <= (4096 if channel == "wecom" else 20_000)
    assert "](" not in said
    assert len(cut_bytes(text, 50).encode()) <= 50


def test_the_signature_stands_quoted_in_the_address() -> None:
    address = signed_address("https://oapi.dingtalk.com/robot/send?access_token=a", "SEC1", 1700000000000)
    assert address.startswith("https://oapi.dingtalk.com/robot/send?access_token=a&timestamp=1700000000000&sign=")
    assert address.endswith("%3D")
    assert "+" not in address.rpartition("sign=")[2]
