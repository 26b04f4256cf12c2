"""Orders one unit many times over from a process of its own; prints how each order ended."""

from __future__ import annotations

import sys
from datetime import datetime
from fractions import Fraction

from yunqi.kernel.errors import Problem
from yunqi.store.database import open_database
from yunqi.store.entitlements import Need
from yunqi.store.orders import Order, place_order


def race(
    number: str, count: str, now: str, url: str, contract: str, tenant: str, system: str, work_order: str, person: str
) -> None:
    database = open_database(url)
    for turn in range(int(count)):
        order = Order(
            contract_id=contract,
            tenant_id=tenant,
            system_id=system,
            kind="server",
            name=f"racer{number}-{turn}",
            spec={},
            needs=(Need("compute.vcpu", Fraction(1)),),
            references={},
        )
        try:
            with database.write() as connection:
                place_order(connection, order, work_order=work_order, person_id=person, now=datetime.fromisoformat(now))
            print("won")
        except Problem as problem:
            print(problem.code)


if __name__ == "__main__":
    race(*sys.argv[1:])
