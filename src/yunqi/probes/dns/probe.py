"""One question over UDP, asked again over TCP where the answer was cut short."""

from __future__ import annotations

import ipaddress
import time

import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype

from yunqi.probes.base import Target, Verdict, within

_PORT = 53


def check_address(address: str) -> None:
    """Raises ValueError for what is no server, name and type."""
    _server, _port, name, _kind = _parse(address)
    try:
        dns.name.from_text(name)
    except dns.exception.DNSException as error:
        raise ValueError(f"not a name: {name}") from error


def probe(target: Target, place: str | None, deadline_s: float) -> Verdict:
    """Up when the server answers with at least one record of the type; an empty answer or an error code is down.

    Source: RFC 1035 4.1.1 (response codes), RFC 7766 (TCP after a truncated answer).
    """
    server, port, name, kind = _parse(target.address)
    question = dns.message.make_query(name, kind)
    started = time.monotonic()
    with within(place):
        try:
            answer, _over_tcp = dns.query.udp_with_fallback(question, server, timeout=deadline_s, port=port)
        except dns.exception.Timeout:
            return Verdict("down", f"no answer within {deadline_s:g} s")
        except (ConnectionError, dns.exception.DNSException, EOFError) as error:
            return Verdict("down", f"{type(error).__name__}: {error}"[:200])
    took = f"{(time.monotonic() - started) * 1000:.1f} ms"
    code = dns.rcode.to_text(answer.rcode())
    found = sum(len(one) for one in answer.answer if one.rdtype == kind)
    if answer.rcode() != dns.rcode.NOERROR or not found:
        return Verdict("down", f"{code}, {found} records, {took}")
    return Verdict("up", f"{found} records, {took}")


def _parse(address: str) -> tuple[str, int, str, dns.rdatatype.RdataType]:
    """Server, port, name and record type; raises ValueError."""
    place, slash, rest = address.partition("/")
    name, _slash, kind = rest.partition("/")
    host, _colon, port = place.partition(":")
    if not slash or not name:
        raise ValueError(f"not a server and a name: {address}")
    try:
        return str(ipaddress.ip_address(host)), int(port or _PORT), name, dns.rdatatype.from_text(kind or "A")
    except dns.exception.DNSException as error:
        raise ValueError(f"not a record type: {kind}") from error
