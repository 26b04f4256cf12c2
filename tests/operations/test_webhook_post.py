"""One POST to an endpoint: bounded in time, and only to whom the certificate names."""

from __future__ import annotations

import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.kits.receiver import Receiver, receiver

from yunqi.kernel.addresses import read_endpoint
from yunqi.operations.webhooks import Sent, post

__all__ = ["receiver"]


def test_whoever_answers_a_byte_at_a_time_is_cut_off(receiver: Receiver) -> None:
    receiver.status, receiver.parts = 200, 600
    endpoint = read_endpoint(receiver.url, trusted=("127.0.0.1",))
    headers = {"Host": endpoint.authority, "Content-Length": "0", "Connection": "close"}
    post(endpoint, "127.0.0.1", headers, b"", whole_s=0.5)
    assert receiver.ended.wait(30)
    assert 0 < receiver.written < 600


@pytest.fixture
def certified(tmp_path: Path) -> ssl.SSLContext:
    """A server's TLS with a certificate that nobody vouches for, in the name of hooks.example.org."""
    pem = tmp_path / "server.pem"
    pem.write_bytes(make_certificate("hooks.example.org"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def make_certificate(name: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def test_the_receiver_must_be_whom_its_certificate_names(certified: ssl.SSLContext, tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), Accepting)
    server.socket = certified.wrap_socket(server.socket, server_side=True)
    port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    headers = {"Content-Length": "0", "Connection": "close"}
    known = ssl.create_default_context(cafile=str(tmp_path / "server.pem"))
    try:
        mine = read_endpoint(f"https://hooks.example.org:{port}/")
        assert post(mine, "127.0.0.1", headers, b"") == Sent(None, "tls")  # nobody vouches for it
        assert post(mine, "127.0.0.1", headers, b"", tls=known) == Sent(204, None)
        other = read_endpoint(f"https://other.example.org:{port}/")
        assert post(other, "127.0.0.1", headers, b"", tls=known) == Sent(None, "tls")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Accepting(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        pass
