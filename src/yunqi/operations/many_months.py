"""Closing a month of many contracts: shared out over processes, a few of them together in each transaction."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from yunqi.kernel.clock import Clock
from yunqi.kernel.period import Month
from yunqi.kernel.words import _
from yunqi.operations.installation import Installation
from yunqi.operations.months import close_together
from yunqi.operations.settings import Settings
from yunqi.store.statements import StatementRow

_SHARE = 10
"""Contracts that one process closes together: few enough that all processes end together, and that none waits long to
write; enough that what is asked and written for all of them at once costs each of them little."""
_WORTH_SHARING = 4 * _SHARE
"""From so many contracts on, starting processes costs less than it saves."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A contract whose month could not be closed, and why."""

    contract_id: str
    code: str
    message: str
    way_out: str


@dataclass(frozen=True, slots=True)
class Closed:
    """How many statements stand, how many of them are provisional, and what was refused."""

    closed: int
    provisional: int
    refused: tuple[Refused, ...]


def close_months(
    installation: Installation,
    contracts: Iterable[tuple[str, str | None]],
    month_text: str,
    *,
    progress: Callable[[str, int, int | None], object] | None = None,
    processes: int | None = None,
) -> Closed:
    """Closes the month of each contract (id and number) as known now; one that is refused holds up no other.

    `progress` is told how many are done; what it raises stops the work, and what was closed stays so: begun again, the
    same is found to stand. `processes` None: one for each core if
    there are enough contracts.
    """
    Month.parse(month_text)
    ids = [identifier for identifier, _number in contracts]
    shares = [ids[start : start + _SHARE] for start in range(0, len(ids), _SHARE)]
    done = closed = provisional = 0
    refused: list[Refused] = []
    for some in _close_shares(installation, shares, month_text, processes or _count_processes(len(ids))):
        for one in some:
            if isinstance(one, Refused):
                refused.append(one)
            else:
                closed, provisional = closed + 1, provisional + one
        done += len(some)
        if progress is not None:
            progress(_("正在结算 {month}", month=month_text), done, len(ids))
    return Closed(closed, provisional, tuple(refused))


def _count_processes(contracts: int) -> int:
    return (os.cpu_count() or 1) if contracts >= _WORTH_SHARING else 1


def _close_shares(
    installation: Installation, shares: Sequence[Sequence[str]], month_text: str, processes: int
) -> Iterator[list[Refused | bool]]:
    if installation.open_again is None or processes == 1:
        yield from (_close_share(installation, month_text, share) for share in shares)
        return
    opened = partial(_open, installation.open_again, installation.settings, installation.clock)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=opened) as pool:
        try:
            yield from pool.map(partial(_close_here, month_text), shares)
        finally:
            pool.shutdown(cancel_futures=True)


_here: list[Installation] = []  # of a process of the pool: its own way into the same site


def _open(open_again: Callable[[Settings], Installation], settings: Settings, clock: Clock) -> None:
    site = open_again(settings)
    site.clock = clock
    _here.append(site)
    # What was imported stays for good, and what a month makes refers to itself nowhere: looking it through for circles
    # again and again is time lost.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def _close_here(month_text: str, share: Sequence[str]) -> list[Refused | bool]:
    return _close_share(_here[0], month_text, share)


def _close_share(installation: Installation, month_text: str, share: Sequence[str]) -> list[Refused | bool]:
    """For each contract whether its statement is provisional, or why there is none."""
    told = close_together(installation, share, Month.parse(month_text))
    return [
        one.provisional
        if isinstance(one, StatementRow)
        else Refused(contract_id, one.code, str(one), one.way_out or "")
        for contract_id, one in zip(share, told, strict=True)
    ]
