"""What is to be told is tried until it is taken: often in the first hour, then given up and shown as such."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.operations.installation import Installation
from yunqi.operations.notices.mail import send_mail
from yunqi.operations.notices.message import Message, Told
from yunqi.operations.notices.robots import send_to_robot
from yunqi.operations.notices.sms import send_sms
from yunqi.operations.settings import Settings
from yunqi.operations.webhooks import resolve_host
from yunqi.store import notices as store
from yunqi.store.contacts import find_secret
from yunqi.store.leases import Lease, require_lease
from yunqi.store.notices import Delivery
from yunqi.store.secret_box import load_secret_box

TRIES = 24
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=5)
_BATCH, _AT_ONCE = 20, 4
_DOUBLED = 10

Resolve = Callable[[str, int], Sequence[str]]


def deliver_due_notices(
    site: Installation, lease: Lease | None = None, *, resolve: Resolve = resolve_host
) -> tuple[str, ...]:
    """Tries everything whose time has come, once; returns a line for each that was given up."""
    now = site.clock.now()
    with site.database.read() as connection:
        due = store.list_due(connection, now, limit=_BATCH)
    if not due:
        return ()
    # What goes to one address goes one after another: nobody is to read of the end before the beginning.
    by_address: dict[tuple[str, str, str | None], list[Delivery]] = {}
    for one in due:
        by_address.setdefault((one.channel, one.address, one.contact_id), []).append(one)
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        queues = pool.map(lambda queue: [(one, _send(site, one, resolve)) for one in queue], by_address.values())
        told = [pair for queue in queues for pair in queue]
    said: list[str] = []
    for one, came in told:
        at = site.clock.now()
        next_at = None if came.error is None else pause_after(one.attempts + 1, at)
        with site.database.write() as connection:
            if lease is not None:
                require_lease(connection, lease)
            kept = store.note_attempt(connection, one, answer=came.answer, error=came.error, next_at=next_at, now=at)
        if kept and came.error is not None and next_at is None:
            said.append(
                _(
                    "通知未送达，已停止：{subject}，{recipient}（{error}）",
                    subject=one.subject,
                    recipient=one.recipient,
                    error=came.error,
                )
            )
    return tuple(said)


def pause_after(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many attempts: each pause twice the one before, five minutes at most; None: no more.

    >>> start = datetime(2026, 1, 1)
    >>> [str((pause_after(tried, start) or start) - start) for tried in (1, 2, 5, 6, 23, 24)]
    ['0:00:15', '0:00:30', '0:04:00', '0:05:00', '0:05:00', '0:00:00']
    """
    if attempts >= TRIES:
        return None
    pause = LONGEST_PAUSE if attempts > _DOUBLED else FIRST_PAUSE * (1 << (attempts - 1))
    return now + min(LONGEST_PAUSE, pause)


def _send(site: Installation, one: Delivery, resolve: Resolve) -> Told:
    settings, now = site.settings, site.clock.now()
    message = Message(one.id, one.subject, one.text)
    if one.channel == "mail":
        return send_mail(settings, one.address, message, now)
    if one.channel == "sms":
        return send_sms(settings, one.address, message, resolve=resolve)
    try:
        with site.database.read() as connection:
            sealed = find_secret(connection, one.contact_id or "")
        opened = json.loads(load_secret_box(settings.identity_key_path).open(sealed or "", one.contact_id or ""))
    except Problem as problem:
        return Told("", problem.code)
    lists = {"trusted": hosts_of(settings.webhook_hosts), "only": hosts_of(settings.webhook_only)}
    return send_to_robot(one.channel, opened["url"], opened["secret"], message, now, resolve=resolve, **lists)


def hosts_of(text: str) -> tuple[str, ...]:
    """The hosts of a setting, by commas."""
    return tuple(one.strip().lower() for one in text.split(",") if one.strip())


def seal_robot(settings: Settings, contact_id: str, url: str, secret: str) -> str:
    """A robot's address and key, encrypted for its contact."""
    return load_secret_box(settings.identity_key_path).seal(json.dumps({"url": url, "secret": secret}), contact_id)
