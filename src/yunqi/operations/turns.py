"""Whose turn a task is, when several processes could do it: a lease per task.

The lease saves doing work twice; that nothing is recorded twice is the business of row locks and unique keys, which
hold even while a sleeper wakes up and believes that it is still its turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from yunqi.kernel.clock import Clock
from yunqi.reconcile.holder import is_dead, name_holder
from yunqi.store.database import Database
from yunqi.store.leases import Lease, read_lease, release_lease, renew_lease, take_lease


@dataclass
class Turn:
    """One process's claim on the task `name`; others wait until `lease_s` after its last sign of life, or its death."""

    database: Database
    clock: Clock
    name: str
    lease_s: int
    holder: str = field(default_factory=name_holder)
    lease: Lease | None = None

    def take(self) -> Lease | None:
        """The lease if it is our turn, renewed when half of it is over; None while another holds it."""
        now = self.clock.now()
        if self.lease is not None and self.lease.expires_at - now > timedelta(seconds=self.lease_s / 2):
            return self.lease
        if self.lease is None:
            with self.database.read() as connection:
                known = read_lease(connection, self.name)
            if known is not None and known.expires_at > now and not is_dead(known.holder):
                return None
        with self.database.write() as connection:
            if self.lease is not None:
                self.lease = renew_lease(connection, self.lease, now, self.lease_s)
            if self.lease is None:
                known = read_lease(connection, self.name)
                dead = known if known is not None and is_dead(known.holder) else None
                self.lease = take_lease(connection, self.name, self.holder, now, self.lease_s, dead=dead)
        return self.lease

    def release(self) -> None:
        """Gives the turn to whoever comes next."""
        if self.lease is not None:
            with self.database.write() as connection:
                release_lease(connection, self.lease, self.clock.now())
            self.lease = None
