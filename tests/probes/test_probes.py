"""Each probe passes the kit on this machine's loopback (icmp in a namespace, in tests/live); none is left out."""

from __future__ import annotations

import http.server
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dns.message
import dns.rcode
import dns.rrset
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.kits.postgres import Cluster
from tests.kits.probe import DEADLINE_S, ProbeKit

from yunqi.kernel.errors import Problem
from yunqi.probes.base import Target
from yunqi.probes.registry import ask, list_probes, load_probe


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class TestTcp(ProbeKit):
    probe = "tcp"

    @contextmanager
    def answering(self) -> Iterator[str]:
        with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
            yield f"127.0.0.1:{server.getsockname()[1]}"

    def refusing(self) -> str:
        return f"127.0.0.1:{_free_port()}"


class _Page(http.server.BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/") or "200"))
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Says nothing."""


class TestHttp(ProbeKit):
    probe = "http"

    @contextmanager
    def answering(self) -> Iterator[str]:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()
        server.server_close()

    def refusing(self) -> str:
        return f"http://127.0.0.1:{_free_port()}/"

    @pytest.mark.parametrize(
        ("status", "verdict"), [(204, "up"), (302, "up"), (404, "down"), (500, "down"), (503, "down")]
    )
    def test_the_status_decides(self, status: int, verdict: str) -> None:
        with self.answering() as address:
            assert ask(Target("platform", "con-1", "http", f"{address}{status}"), 5.0).verdict == verdict

    def test_a_server_that_accepts_and_is_silent_is_down(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = f"http://127.0.0.1:{server.getsockname()[1]}/"
            assert ask(Target("platform", "con-1", "http", address), DEADLINE_S).verdict == "down"


@contextmanager
def _over_tls(folder: Path, first: datetime, last: datetime) -> Iterator[str]:
    """A page over TLS whose certificate is valid between two instants."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "www.example.gov.cn")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), first, last)
    pem = folder / "page.pem"
    pem.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + made.sign(key, SHA256()).public_bytes(Encoding.PEM)
    )
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(pem)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_page_over_tls_is_up_while_its_certificate_is_in_time(tmp_path: Path) -> None:
    now, day = datetime.now(UTC), timedelta(days=1)
    for first, last, verdict in ((now - day, now + day, "up"), (now - 2 * day, now - day, "down")):
        with _over_tls(tmp_path, first, last) as address:
            for asked in (address, f"{address}#www.example.gov.cn"):
                seen = ask(Target("platform", "con-1", "http", asked), 5.0)
                assert seen.verdict == verdict, seen
    assert "certificate" in seen.detail
    with socket.create_server(("127.0.0.1", 0), backlog=4) as plain:
        address = f"https://127.0.0.1:{plain.getsockname()[1]}/"
        assert ask(Target("platform", "con-1", "http", address), DEADLINE_S).verdict == "down"


class TestDns(ProbeKit):
    probe = "dns"

    @contextmanager
    def answering(self, code: int = dns.rcode.NOERROR, records: tuple[str, ...] = ("192.0.2.7",)) -> Iterator[str]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
            server.bind(("127.0.0.1", 0))
            server.settimeout(0.05)
            done = threading.Event()
            thread = threading.Thread(target=_answer_names, args=(server, done, code, records))
            thread.start()
            yield f"127.0.0.1:{server.getsockname()[1]}/www.example.gov.cn"
            done.set()
            thread.join()

    def refusing(self) -> str:
        return f"127.0.0.1:{_free_port()}/www.example.gov.cn"

    @pytest.mark.parametrize(
        ("code", "records", "verdict"),
        [
            (dns.rcode.NOERROR, ("192.0.2.7", "192.0.2.8"), "up"),
            (dns.rcode.NOERROR, (), "down"),
            (dns.rcode.NXDOMAIN, (), "down"),
            (dns.rcode.SERVFAIL, (), "down"),
        ],
    )
    def test_the_answer_decides(self, code: int, records: tuple[str, ...], verdict: str) -> None:
        with self.answering(code, records) as address:
            assert ask(Target("platform", "con-1", "dns", address), 5.0).verdict == verdict

    @pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.1/", "name/www", "127.0.0.1/www/QUARK"])
    def test_what_is_no_question_is_not_asked(self, address: str) -> None:
        assert ask(Target("platform", "con-1", "dns", address), DEADLINE_S).verdict == "unknown"


def _answer_names(server: socket.socket, done: threading.Event, code: int, records: tuple[str, ...]) -> None:
    while not done.is_set():
        try:
            asked, who = server.recvfrom(4096)
        except TimeoutError:
            continue
        question = dns.message.from_wire(asked)
        answer = dns.message.make_response(question)
        answer.set_rcode(code)
        if records:
            answer.answer.append(dns.rrset.from_text(question.question[0].name, 60, "IN", "A", *records))
        server.sendto(answer.to_wire(), who)


class TestSql(ProbeKit):
    probe = "sql"

    @pytest.fixture(autouse=True)
    def _on(self, postgres: Cluster) -> None:
        self.cluster = postgres

    @contextmanager
    def answering(self) -> Iterator[str]:
        yield f"postgresql://{self.cluster.user}@/postgres?host={self.cluster.folder}"

    def refusing(self) -> str:
        return f"postgresql://probe@127.0.0.1:{_free_port()}/app"

    @pytest.mark.parametrize(
        ("user", "database", "verdict"),
        [("postgres", "postgres", "up"), ("nobody", "postgres", "unknown"), ("postgres", "none", "unknown")],
    )
    def test_an_account_that_is_refused_says_nothing_of_the_database(
        self, user: str, database: str, verdict: str
    ) -> None:
        address = f"postgresql://{user}@/{database}?host={self.cluster.folder}"
        assert ask(Target("platform", "con-1", "sql", address), 5.0).verdict == verdict

    def test_a_database_that_accepts_and_is_silent_is_down(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = f"postgresql://probe@127.0.0.1:{server.getsockname()[1]}/app"
            assert ask(Target("platform", "con-1", "sql", address), DEADLINE_S).verdict == "down"

    def test_a_password_in_the_address_is_refused(self) -> None:
        seen = ask(Target("platform", "con-1", "sql", "postgresql://a:secret@127.0.0.1/app"), DEADLINE_S)
        assert (seen.verdict, "secret" in seen.detail) == ("unknown", False)


def test_no_probe_is_left_out() -> None:
    # The others are in tests/live: one needs a wire with nobody at its end, one a guest.
    tested = {kit.probe for kit in (TestTcp, TestHttp, TestDns, TestSql)} | {"icmp", "guest"}
    assert tested == {one.name for one in list_probes()}


def test_an_unknown_probe_is_a_clear_problem() -> None:
    with pytest.raises(Problem) as caught:
        load_probe("../../etc/passwd")
    assert caught.value.values["known"] == "dns、guest、http、icmp、sql、tcp"
