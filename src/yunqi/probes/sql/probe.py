"""One session: signed in, `SELECT 1` answered, signed out."""

from __future__ import annotations

import ipaddress
import os
import time
from urllib.parse import urlsplit

import psycopg

from yunqi.probes.base import Target, Verdict, within

PASSFILE = "YUNQI_PROBE_PASSFILE"
"""Names the environment variable with the path of a pgpass file: passwords stand in no list of targets."""
_OURS = ("28000", "28P01", "3D000", "42501")
"""SQLSTATE of what is wrong with the probe's own account: invalid authorisation, password, database, privilege."""
_OUR_WORDS = ("password authentication failed", "no password supplied", "does not exist", "no pg_hba.conf entry")


def check_address(address: str) -> None:
    """Raises ValueError for what is no PostgreSQL URL with an IPv4 address, or one with a password or options in it.

    Options of libpq name files of the probe's machine; whoever asks for a watch may not.
    """
    url = urlsplit(address)
    ipaddress.IPv4Address(url.hostname or "")
    if url.scheme != "postgresql" or url.password or url.query or url.fragment or url.port == 0:
        raise ValueError("not a postgresql address, or one with a password or options")


def probe(target: Target, place: str | None, deadline_s: float) -> Verdict:
    """Up when the database answers; refused, silent, starting, full or failing is down.

    An account that is refused is *unknown*: the probe, not the database, is what does not work.
    Source: PostgreSQL Appendix A (error codes).
    """
    url = urlsplit(target.address)
    if url.scheme != "postgresql" or not (url.hostname or "host=" in url.query):
        raise ValueError(f"not a postgresql address: {target.address}")
    if url.password:
        raise ValueError(f"a password in the address: it belongs into the file of {PASSFILE}")
    started = time.monotonic()
    with within(place):
        try:
            with psycopg.connect(
                target.address,
                autocommit=True,
                connect_timeout=max(2, round(deadline_s)),  # libpq takes 1 for 2
                options=f"-c statement_timeout={max(1, round(deadline_s * 1000))}",
                passfile=os.environ.get(PASSFILE, os.devnull),
            ) as connection:
                connection.execute("SELECT 1").fetchone()
        except psycopg.Error as error:
            said = str(error).strip()
            if error.sqlstate in _OURS or any(word in said for word in _OUR_WORDS):
                return Verdict("unknown", said[:200])
            return Verdict("down", said[:200])
    return Verdict("up", f"{(time.monotonic() - started) * 1000:.1f} ms")
