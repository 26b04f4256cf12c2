"""A real server over a home: uvicorn on a free loopback port, in a thread, with the real gate."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from yunqi.api.serve import address_of, make_server, open_listener
from yunqi.bootstrap import make_app
from yunqi.kernel.rights_table import RIGHTS
from yunqi.operations.actions.base import Desk
from yunqi.operations.actions.perform import at_machine
from yunqi.operations.actions.worker import work_runs
from yunqi.operations.identity.accounts import open_account, redeem_reset, reset_account
from yunqi.operations.installation import Installation
from yunqi.store.accounts import find_account_of
from yunqi.store.digests import digest_of, make_token
from yunqi.store.sessions import add_token
from yunqi.store.undertakings import add_undertaking

PASSWORD = "rain on nine bridges"  # noqa: S105 - of accounts that live as long as a test
START_S = 20


@contextmanager
def serving(site: Installation) -> Iterator[str]:
    """The address of a server of this installation, with a worker for its runs."""
    listener = open_listener(site.settings)
    server = make_server(site.settings, make_app(site))
    stop = threading.Event()
    threads = [
        threading.Thread(target=server.run, args=([listener],)),
        threading.Thread(target=work_runs, args=(site, stop)),
    ]
    for thread in threads:
        thread.start()
    until = time.monotonic() + START_S
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    assert server.started
    try:
        yield address_of(site.settings, listener)
    finally:
        stop.set()
        server.should_exit = True
        for thread in threads:
            thread.join(START_S)
        listener.close()


def give_account(site: Installation, person_id: str, login: str, password: str = PASSWORD) -> str:
    """An account that can sign in at once; returns its login."""
    now = site.clock.now()
    with site.database.write() as connection:
        desk = Desk(site, at_machine(), now, connection)
        add_undertaking(
            connection, person_id=person_id, signed_on=date(2026, 1, 5), reference="承诺书", recorded_by=None, now=now
        )
        account = open_account(desk, person_id=person_id, login=login)
        code = reset_account(desk, account.id).code.reveal()
    redeem_reset(site, login=login, code=code, password=password)
    return login


def let_in(site: Installation, person_id: str, login: str) -> str:
    """The login of somebody who can sign in at once, whether they had an account before or not."""
    with site.database.read() as connection:
        known = find_account_of(connection, person_id)
    if known is None:
        return give_account(site, person_id, login)
    with site.database.write() as connection:
        code = reset_account(Desk(site, at_machine(), site.clock.now(), connection), known.id).code.reveal()
    redeem_reset(site, login=known.login, code=code, password=PASSWORD)
    return known.login


def give_token(site: Installation, person_id: str) -> str:
    """A token for everything that its person may, who gets an account if they have none."""
    now = site.clock.now()
    with site.database.read() as connection:
        known = find_account_of(connection, person_id)
    if known is None:
        give_account(site, person_id, person_id)
    text = make_token()
    with site.database.write() as connection:
        add_token(
            connection,
            digest=digest_of(text),
            person_id=person_id,
            name="tests",
            actions=sorted(RIGHTS),
            expires_at=now + timedelta(days=366),
            now=now,
        )
    return text
