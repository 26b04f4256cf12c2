"""The probe process: `python -m yunqi.probes.runner --targets FILE --interval-s 60`.

It runs apart from what it watches and writes what it saw, nothing else. Time is cut into slots of the interval; a
result holds for its slot. A slot that was missed has no result: it stays unknown.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from yunqi.kernel.errors import Trouble, YunqiError
from yunqi.kernel.words import render_error
from yunqi.probes.base import Target
from yunqi.probes.registry import ask
from yunqi.probes.targets import load_targets
from yunqi.store.database import Database, open_database
from yunqi.store.verdicts import ProbeResult, record_probe_results

_WORKERS = 16
_KEPT = 100_000  # results that wait for a database out of reach
_LONGEST_DEADLINE_S = 5.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def run_round(
    targets: tuple[Target, ...], at: datetime, interval_s: float, pool: ThreadPoolExecutor
) -> list[ProbeResult]:
    """Asks all targets side by side; each result holds over [at, at + interval)."""
    deadline_s = min(_LONGEST_DEADLINE_S, interval_s * 0.6)
    until = at + timedelta(seconds=interval_s)
    verdicts = pool.map(lambda target: ask(target, deadline_s), targets)
    return [
        ProbeResult(
            contract_id=target.contract,
            object=target.object,
            probe=target.probe,
            at=at,
            until_at=until,
            verdict=verdict.verdict,
            detail=verdict.detail,
            origin=target.origin,
        )
        for target, verdict in zip(targets, verdicts, strict=True)
    ]


def slot_of(now: datetime, interval_s: float) -> datetime:
    """The start of the slot that an instant lies in: slots are counted from 1970, so that restarts keep to them.

    >>> slot_of(datetime(2026, 3, 2, 1, 2, 59, tzinfo=UTC), 60).isoformat()
    '2026-03-02T01:02:00+00:00'
    """
    step = timedelta(seconds=interval_s)
    return now - (now - _EPOCH) % step


class Runner:
    """Rounds until it is stopped. `read_targets` is asked anew each round."""

    def __init__(
        self,
        database: Database,
        read_targets: Callable[[], tuple[Target, ...]],
        interval_s: float,
        say: Callable[[str], None],
    ) -> None:
        self._database = database
        self._read_targets = read_targets
        self._interval_s = interval_s
        self._say = say
        self._waiting: deque[ProbeResult] = deque(maxlen=_KEPT)
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="probe")
        self._targets: tuple[Target, ...] = ()

    def run(self, stop: threading.Event, rounds: int | None = None) -> None:
        """Works slot by slot; a round that lasts longer than its slot leaves the next slots out."""
        last: datetime | None = None
        done = 0
        while not stop.is_set() and (rounds is None or done < rounds):
            slot = slot_of(datetime.now(UTC), self._interval_s)
            if slot != last:
                last = slot
                self._work(slot)
                done += 1
                continue
            ahead = slot + timedelta(seconds=self._interval_s) - datetime.now(UTC)
            stop.wait(max(0.001, ahead.total_seconds()))
        self.write_waiting()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(self, slot: datetime) -> None:
        try:
            self._targets = self._read_targets()
        except YunqiError as error:  # the list of a moment ago still says what to watch
            self._say(render_error(error))
        self._waiting.extend(run_round(self._targets, slot, self._interval_s, self._pool))
        self.write_waiting()

    def write_waiting(self) -> None:
        """Writes what waits; what can't be written now is written next time, with the time it was seen at."""
        if not self._waiting:
            return
        rows = tuple(self._waiting)
        try:
            with self._database.write() as connection:
                recorded = record_probe_results(connection, rows, now=datetime.now(UTC))
        except Trouble as error:
            self._say(render_error(error))
            return
        if recorded.late:
            self._say(f"{len(recorded.late)} results came after their day was closed")
        for _ in rows:
            self._waiting.popleft()


def _stop_at_end_of_input(stop: threading.Event) -> None:
    # Not through the buffer of sys.stdin: its lock, held by a thread that waits, aborts the interpreter at its end.
    while os.read(sys.stdin.fileno(), 4096):
        continue
    stop.set()


def main(arguments: list[str] | None = None) -> int:
    """Runs until SIGTERM or SIGINT; returns 0 then."""
    parser = argparse.ArgumentParser(prog="yunqi.probes.runner", description=__doc__)
    parser.add_argument("--database", default=os.environ.get("YUNQI_DATABASE_URL"), help="URL; or YUNQI_DATABASE_URL")
    parser.add_argument("--targets", type=Path, default=os.environ.get("YUNQI_PROBE_TARGETS"), help="the list, JSON")
    parser.add_argument("--interval-s", type=float, default=60.0)
    parser.add_argument("--until-eof", action="store_true", help="end when standard input ends: its holder is gone")
    parser.add_argument("--rounds", type=int, default=None, help="end after so many")
    given = parser.parse_args(arguments)
    if not given.database or not given.targets or given.interval_s <= 0:
        parser.error("--database, --targets and a positive --interval-s are needed")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    if given.until_eof:
        threading.Thread(target=_stop_at_end_of_input, args=(stop,), name="eof", daemon=True).start()
    path = Path(given.targets)

    def say(line: str) -> None:
        print(f"{time.strftime('%H:%M:%S')} probes: {line}", file=sys.stderr, flush=True)

    try:
        database = open_database(given.database)
    except YunqiError as error:
        say(render_error(error))
        return 2
    Runner(database, lambda: load_targets(path), given.interval_s, say).run(stop, given.rounds)
    database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
