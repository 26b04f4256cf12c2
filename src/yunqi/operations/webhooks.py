"""Webhooks: told of events with a signature; tried again for a day with growing pauses, then dead and shown as such.

At least once: whoever receives knows a repetition by its delivery id. Nothing that comes back is believed or kept but
the status. No redirect is followed, and the address that was checked is the address that is connected to.
"""

from __future__ import annotations

import hmac
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from yunqi.kernel.addresses import Endpoint, check_resolved, read_endpoint
from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.kernel.secret import Secret
from yunqi.kernel.words import _
from yunqi.operations.actions.base import Desk
from yunqi.operations.installation import Installation
from yunqi.operations.settings import Settings
from yunqi.store import webhooks as store
from yunqi.store.digests import make_random
from yunqi.store.leases import Lease, require_lease
from yunqi.store.secret_box import load_secret_box
from yunqi.store.types import canonical_json
from yunqi.store.webhooks import Due

MOST = 10
"""Webhooks of one organisation."""
TRIES = 8
FIRST_PAUSE = timedelta(seconds=30)
_FACTOR = 4
_KEPT = timedelta(days=30)
_BATCH, _AT_ONCE = 40, 4
_CONNECT_S, _WHOLE_S, _TURN_S = 5.0, 10.0, 10.0
_BODY = 64 * 1024
_GOOD = range(200, 300)

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a host."""


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook just added; the secret that signs what it is sent is shown this once."""

    id: str
    secret: Secret


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one attempt: an HTTP status, or why there is none (a code); `error` None: delivered.

    `body`: the first of what came back, for whoever has a use for it.
    """

    status: int | None
    error: str | None
    body: bytes = field(default=b"", compare=False)


def add_webhook(desk: Desk, *, url: str, events: Iterable[str], algorithm: str, organisation_id: str) -> NewWebhook:
    """Adds a webhook for some events; raises `Problem` address.… for a place that nothing is sent to, webhook.many."""
    endpoint_of(desk.site.settings, url)
    if store.count_webhooks(desk.connection, organisation_id) >= MOST:
        raise Problem("webhook.many", "事件推送已达 {most} 个", field="url", most=MOST, way_out="请先移除不用的推送")
    identifier, secret = make_id("whk"), make_random()
    store.add_webhook(
        desk.connection,
        webhook_id=identifier,
        organisation_id=organisation_id,
        url=url,
        events=tuple(sorted(set(events))),
        algorithm=algorithm,
        secret=load_secret_box(desk.site.settings.identity_key_path).seal(secret, identifier),
        created_by=desk.caller.true_person_id,
        now=desk.now,
    )
    return NewWebhook(identifier, Secret(secret))


def endpoint_of(settings: Settings, url: str) -> Endpoint:
    """The endpoint that a URL names, under the installation's lists; raises `Problem` address.…"""
    return read_endpoint(url, trusted=_hosts(settings.webhook_hosts), only=_hosts(settings.webhook_only))


def _hosts(text: str) -> tuple[str, ...]:
    return tuple(one.strip().lower() for one in text.split(",") if one.strip())


def deliver_due(site: Installation, lease: Lease | None = None, *, resolve: Resolve | None = None) -> tuple[str, ...]:
    """Tries every delivery whose time has come, once; returns a line for each that died.

    Of a webhook that fails, the others wait for the next turn: one that is away holds up nobody else.
    """
    now = site.clock.now()
    with site.database.read() as connection:
        due = store.list_due(connection, now, limit=_BATCH)
    by_webhook: dict[str, list[Due]] = {}
    for one in due:
        by_webhook.setdefault(one.webhook_id, []).append(one)
    said: list[str] = []
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        for lines in pool.map(lambda mine: _deliver(site, lease, mine, resolve or resolve_host), by_webhook.values()):
            said += lines
    if not due:
        with site.database.write() as connection:
            store.forget_deliveries(connection, now - _KEPT)
    return tuple(said)


def _deliver(site: Installation, lease: Lease | None, due: list[Due], resolve: Resolve) -> list[str]:
    until = time.monotonic() + _TURN_S
    for one in due:
        if time.monotonic() > until:
            break  # what is slow goes on in the next turn: the lease must last to the end of this one
        sent = _send(site, one, resolve)
        now = site.clock.now()
        next_at = None if sent.error is None else pause_after(one.attempts + 1, now)
        with site.database.write() as connection:
            if lease is not None:
                require_lease(connection, lease)
            store.note_attempt(connection, one, status=sent.status, error=sent.error, next_at=next_at, now=now)
        if sent.error is not None:
            dead = _("事件推送 {id} 多次未送达，已停止：{error}", id=one.id, error=sent.error)
            return [dead] if next_at is None else []
    return []


def pause_after(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many attempts, each pause four times the one before; None: no more.

    >>> start = datetime(2026, 1, 1)
    >>> [str((pause_after(tried, start) or start) - start) for tried in (1, 2, 3, 7, 8)]
    ['0:00:30', '0:02:00', '0:08:00', '1 day, 10:08:00', '0:00:00']
    """
    return None if attempts >= TRIES else now + FIRST_PAUSE * _FACTOR ** (attempts - 1)


def sign(secret: str, timestamp: str, body: bytes, algorithm: str) -> str:
    """The signature over instant and body: `sha256=…` or `sm3=…`.

    Whoever receives computes HMAC over `timestamp + "." + body` with the shared secret, compares, and refuses an
    instant that is long past.
    """
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, algorithm).hexdigest()
    return f"{algorithm}={digest}"


def _send(site: Installation, delivery: Due, resolve: Resolve) -> Sent:
    settings = site.settings
    try:
        endpoint = endpoint_of(settings, delivery.url)
        address = check_resolved(
            endpoint.host, resolve(endpoint.host, endpoint.port), trusted=_hosts(settings.webhook_hosts)
        )
        secret = load_secret_box(settings.identity_key_path).open(delivery.secret, delivery.webhook_id)
    except Problem as problem:
        return Sent(None, problem.code)
    body = canonical_json(delivery.payload).encode()
    timestamp = render_instant(site.clock.now())
    headers = {
        "Host": endpoint.authority,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "User-Agent": "Yunqi",
        "Connection": "close",
        "Yunqi-Delivery": delivery.id,
        "Yunqi-Event": delivery.event,
        "Yunqi-Timestamp": timestamp,
        "Yunqi-Signature": sign(secret, timestamp, body, delivery.algorithm),
    }
    return post(endpoint, address, headers, body)


def post(
    endpoint: Endpoint,
    address: str,
    headers: dict[str, str],
    body: bytes,
    *,
    tls: ssl.SSLContext | None = None,
    whole_s: float = _WHOLE_S,
) -> Sent:
    """Sends one POST to the address of an endpoint and waits so long at most; no redirect is followed."""
    try:
        plain = socket.create_connection((address, endpoint.port), timeout=_CONNECT_S)
    except TimeoutError:
        return Sent(None, "timeout")
    except OSError:
        return Sent(None, "unreachable")
    # Whoever answers a byte at a time is cut off all the same.
    live = [plain]
    end = threading.Timer(whole_s, _shut, (live,))
    end.daemon = True
    end.start()
    try:
        if endpoint.scheme == "https":
            live[0] = (tls or ssl.create_default_context()).wrap_socket(plain, server_hostname=endpoint.host)
        return _exchange(endpoint, live[0], headers, body)
    except TimeoutError:
        return Sent(None, "timeout")
    except ssl.SSLError:
        return Sent(None, "tls")
    except (OSError, http.client.HTTPException, ValueError):
        return Sent(None, "broken")
    finally:
        end.cancel()
        live[0].close()
        plain.close()


def _exchange(endpoint: Endpoint, stream: socket.socket, headers: dict[str, str], body: bytes) -> Sent:
    lines = [f"POST {endpoint.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    stream.sendall("\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body)
    answer = http.client.HTTPResponse(stream, method="POST")
    answer.begin()
    kept = answer.read(_BODY)
    status = answer.status
    answer.close()
    if status in _GOOD:
        return Sent(status, None, kept)
    return Sent(status, "redirect" if 300 <= status < 400 else "refused", kept)


def _shut(live: list[socket.socket]) -> None:
    with suppress(OSError):
        live[0].shutdown(socket.SHUT_RDWR)


def resolve_host(host: str, port: int) -> Sequence[str]:
    """All addresses of a host, none where it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))
