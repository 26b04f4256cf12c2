"""One GET without following redirects: a status of 2xx or 3xx is up."""

from __future__ import annotations

import http.client
import ipaddress
import ssl
import time
from datetime import UTC, datetime
from urllib.parse import SplitResult, urlsplit

from cryptography import x509

from yunqi.probes.base import Target, Verdict, within

_SEEN_BYTES = 65536
_THEIRS = (ConnectionError, TimeoutError, http.client.HTTPException, ssl.SSLError)
_UNREACHED = ("No route to host", "Host is down", "Connection timed out")


def check_address(address: str) -> None:
    """Raises ValueError for what is no http or https URL with an IPv4 address as its host."""
    url = urlsplit(address)
    ipaddress.IPv4Address(url.hostname or "")
    if url.scheme not in {"http", "https"} or url.port == 0 or not address.isprintable() or " " in address:
        raise ValueError(f"not an http address: {address}")


def probe(target: Target, place: str | None, deadline_s: float) -> Verdict:
    """Up when the server answers with 2xx or 3xx within the deadline; other statuses are down.

    Over TLS a certificate that is out of its time is down too: browsers refuse it. Who issued it is not asked: many a
    unit has a certification authority of its own.
    """
    url = urlsplit(target.address)
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise ValueError(f"not an http address: {target.address}")
    started = time.monotonic()
    with within(place):
        connection = _connect(url, deadline_s)
        try:
            path = (url.path or "/") + (f"?{url.query}" if url.query else "")
            headers = {"User-Agent": "yunqi-probe", "Connection": "close"}
            if url.fragment:
                headers["Host"] = url.fragment
            connection.request("GET", path, headers=headers)
            expired = _find_expired(connection.sock)
            if connection.sock is not None:
                connection.sock.settimeout(max(0.05, deadline_s - (time.monotonic() - started)))
            answer = connection.getresponse()
            answer.read(_SEEN_BYTES)
        except _THEIRS as error:
            return Verdict("down", f"{type(error).__name__}: {error}"[:200])
        except OSError as error:
            if error.strerror in _UNREACHED:
                return Verdict("down", str(error.strerror))
            raise
        finally:
            connection.close()
    if expired is not None:
        return Verdict("down", expired)
    detail = f"{answer.status}, {(time.monotonic() - started) * 1000:.1f} ms"
    return Verdict("up" if 200 <= answer.status < 400 else "down", detail)


class _Named(http.client.HTTPSConnection):
    """A connection to an address that asks for the certificate of a name."""

    def __init__(self, url: SplitResult, deadline_s: float) -> None:
        self._name = url.fragment or None
        # What is asked is whether it answers, not who vouches for it; nothing secret is sent.
        self._tls = ssl._create_unverified_context()  # noqa: S323, SLF001 - the documented way to do without
        super().__init__(url.hostname or "", url.port or 443, timeout=deadline_s, context=self._tls)

    def connect(self) -> None:
        http.client.HTTPConnection.connect(self)
        self.sock = self._tls.wrap_socket(self.sock, server_hostname=self._name)


def _connect(url: SplitResult, deadline_s: float) -> http.client.HTTPConnection:
    if url.scheme == "https":
        return _Named(url, deadline_s)
    return http.client.HTTPConnection(url.hostname or "", url.port or 80, timeout=deadline_s)


def _find_expired(sock: object) -> str | None:
    """What is wrong with the time of the server's certificate; None when nothing is, or there is none."""
    given = sock.getpeercert(binary_form=True) if isinstance(sock, ssl.SSLSocket) else None
    if given is None:
        return None
    certificate, now = x509.load_der_x509_certificate(given), datetime.now(UTC)
    if certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
        return None
    return (
        f"certificate valid {certificate.not_valid_before_utc:%Y-%m-%d} to {certificate.not_valid_after_utc:%Y-%m-%d}"
    )
