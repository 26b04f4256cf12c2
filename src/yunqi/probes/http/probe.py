"""One GET without following redirects: a status of 2xx or 3xx is up."""

from __future__ import annotations

import http.client
import time
from urllib.parse import urlsplit

from yunqi.probes.base import Target, Verdict, within

_SEEN_BYTES = 65536
_THEIRS = (ConnectionError, TimeoutError, http.client.HTTPException)
_UNREACHED = ("No route to host", "Host is down", "Connection timed out")


def probe(target: Target, place: str | None, deadline_s: float) -> Verdict:
    """Up when the server answers with 2xx or 3xx within the deadline; other statuses are down."""
    url = urlsplit(target.address)
    if url.scheme != "http" or not url.hostname:
        raise ValueError(f"not an http address: {target.address}")
    started = time.monotonic()
    with within(place):
        connection = http.client.HTTPConnection(url.hostname, url.port or 80, timeout=deadline_s)
        try:
            path = (url.path or "/") + (f"?{url.query}" if url.query else "")
            connection.request("GET", path, headers={"User-Agent": "yunqi-probe", "Connection": "close"})
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
    detail = f"{answer.status}, {(time.monotonic() - started) * 1000:.1f} ms"
    return Verdict("up" if 200 <= answer.status < 400 else "down", detail)
