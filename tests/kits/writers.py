"""The processes of an installation with many writers: what each does until it is killed, and a clock for each."""

from __future__ import annotations

import os
import signal
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from tests.kits.session import Session

from yunqi.kernel.errors import YunqiError
from yunqi.kernel.period import Month, date_of
from yunqi.operations.bonds import record_move
from yunqi.operations.delivery import make_reconciler
from yunqi.operations.installation import Installation
from yunqi.operations.months import close_month
from yunqi.operations.orders import approve_erase, ask_delete, place_order
from yunqi.operations.settings import load_settings
from yunqi.operations.watch import close_past_days, seal_all, watch_outages
from yunqi.store import tables
from yunqi.store.verdicts import ProbeResult, record_probe_results

ORDERS = 12
"""How many servers each writer orders; it asks for the end of every third."""
ENDED = 2
SLOTS = 72
DOWN = (3, 4)
"""Of six minutes, the fourth and the fifth the probed server is down."""
SPEC = {"vcpus": 1, "memory_gb": "0.25", "system_disk_gb": 1, "network": "main"}
MINUTE = timedelta(minutes=1)


@dataclass
class Shifted:
    """A clock that stood at `base` at `epoch` and runs `speed` times as fast as the wall's."""

    base: datetime
    epoch: float
    speed: float = 1.0

    def now(self) -> datetime:
        return self.base + timedelta(seconds=(time.time() - self.epoch) * self.speed)


@dataclass
class Play:
    """What every process knows: the session, when it began, and the server that is probed."""

    session: Session
    epoch: float
    web: str

    @property
    def probed_from(self) -> datetime:
        """The probed minutes lie behind all days that are closed."""
        return self.session.clock.at + timedelta(days=40)

    def open(self, base: datetime | None = None, speed: float = 1.0) -> Installation:
        """The installation by a handle of one's own, with its own clock."""
        made = self.session._open(load_settings(self.session.home))
        made.clock = Shifted(base or self.session.clock.at, self.epoch, speed)
        return made

    @property
    def month(self) -> str:
        on = date_of(self.session.clock.at).replace(day=1) - timedelta(days=1)
        return str(Month(on.year, on.month))


# --- what each process does


def reconcile(play: Play, _number: int, stop: threading.Event) -> None:
    make_reconciler(play.open()).run_forever(stop, 0.1)


def keep_evidence(play: Play, _number: int, stop: threading.Event) -> None:
    here = play.open()
    watching = play.open(play.probed_from, speed=6 * 60)
    closing = play.open(speed=12 * 3600)
    while not stop.is_set():
        for work in (
            lambda: seal_all(here),
            lambda: watch_outages(watching),
            lambda: close_past_days(closing),
        ):
            with suppress(YunqiError):
                work()
        time.sleep(0.02)


def write(play: Play, number: int, stop: threading.Event) -> None:
    """Orders what is not ordered yet, ends some of it, pays, and probes; what was acknowledged is noted in a file."""
    site = play.open()
    side = play.session.side
    given = {"contract": side.contract, "work_order": side.work_order, "person_id": side.clerk}
    turn = 0
    while not stop.is_set():
        turn += 1
        with suppress(YunqiError):
            probe(play, site, min(SLOTS, int((time.time() - play.epoch) * 6)))
        with suppress(YunqiError):
            record_move(
                site, side.contract, "received", amount="1000", on=date_of(play.session.clock.at), actor=side.clerk
            )
        place = (turn - 1) % ORDERS
        name = f"w{number}-{place}"
        try:
            made = place_order(site, kind="server", name=name, fields=SPEC, **given)
            with (play.session.home / f"acknowledged-{number}").open("a") as file:
                file.write(f"{made.id} {name}\n")
        except YunqiError:
            pass  # taken, or overtaken: the next turn sees
        with suppress(YunqiError):
            end_some(play, site, number)
        if turn > ORDERS:
            time.sleep(0.05)


def close_months(play: Play, _number: int, stop: threading.Event) -> None:
    site = play.open()
    while not stop.is_set():
        with suppress(YunqiError):
            close_month(site, play.session.number, play.month)
        time.sleep(0.3)


def end_some(play: Play, site: Installation, number: int) -> None:
    """Asks for the end of every third, and approves it by another person; asked before, it changes nothing."""
    names = [f"w{number}-{place}" for place in range(ORDERS) if place % 3 == ENDED]
    table = tables.resource.c
    leaving = select(table.id).where(table.name.in_(names), table.gone_at.is_(None), table.erase_approved_at.is_(None))
    with site.database.read() as connection:
        ids = list(connection.scalars(leaving))
    for one in ids:
        ask_delete(site, one, play.session.side.clerk)
        approve_erase(site, one, play.session.side.approver)


def probe(play: Play, site: Installation, until: int) -> None:
    """Writes the minutes up to one, each in a transaction, in order: what is recorded is always a beginning."""
    table = tables.probe_result
    with site.database.read() as connection:
        last = connection.scalar(select(func.max(table.c.at)).where(table.c.object == play.web))
    first = 0 if last is None else int((last - play.probed_from) / MINUTE) + 1
    for slot in range(first, until):
        at = play.probed_from + MINUTE * slot
        verdict = "down" if slot % 6 in DOWN else "up"
        row = ProbeResult(play.session.side.contract_id, play.web, "icmp", at, at + MINUTE, verdict)
        with site.database.write() as connection:
            record_probe_results(connection, [row], now=at)


ROLES: dict[str, Callable[[Play, int, threading.Event], None]] = {
    "reconcile": reconcile,
    "evidence": keep_evidence,
    "write": write,
    "months": close_months,
}


def start(play: Play, role: str, number: int) -> int:
    """A process in that role; a bug of it is kept as a file."""
    child = os.fork()
    if child:
        return child
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        ROLES[role](play, number, threading.Event())
    except BaseException:  # noqa: BLE001
        (play.session.home / f"bug-{os.getpid()}").write_text(f"{role}\n{traceback.format_exc()}", "utf-8")
    finally:
        os._exit(0)


def kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
