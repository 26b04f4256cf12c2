"""Rates rows through CloudKitty's own code and prints its times: run by the Python of an environment that has it.

Two paths: its hashmap rating alone, and what its worker does with a frame (rate, make plain, check, make again). Its
stores are left out, so that only its code is measured and no database of metrics.
"""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import json
import sys
import time
from pathlib import Path
from typing import Any

from cloudkitty import dataframe, db
from cloudkitty.rating import hash as hashmap
from cloudkitty.rating.hash.db import api as rates
from cloudkitty.rating.hash.db.sqlalchemy import models
from oslo_config import cfg
from oslo_db import options

FIELD = "price_line"
BEGUN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ENDED = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of contract, item, line, unit price and quantity."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def make_rates(rows: list[dict[str, str]], path: Path) -> None:
    """A service for each item, with a price for each line."""
    cfg.CONF([], project="cloudkitty", default_config_files=[])
    options.set_defaults(cfg.CONF, connection=f"sqlite:///{path}")
    with db.session_for_write() as session:
        models.Base.metadata.create_all(session.connection())
    store = rates.get_instance()
    fields: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    for row in rows:
        item, line = row["item"], row["line"]
        if item not in fields:
            service = store.create_service(item)
            fields[item] = store.create_field(service.service_id, FIELD).field_id
        if (item, line) not in seen:
            seen.add((item, line))
            price = decimal.Decimal(row["unit_price"])
            store.create_mapping(cost=price, map_type="flat", value=line, field_id=fields[item], created_by="bench")


def make_frame(rows: list[dict[str, str]]) -> dataframe.DataFrame:
    """A month of points, one a row."""
    usage: dict[str, list[Any]] = {}
    for row in rows:
        point = dataframe.DataPoint("unit", row["quantity"], "0", {"contract": row["contract"]}, {FIELD: row["line"]})
        usage.setdefault(row["item"], []).append(point)
    return dataframe.DataFrame(BEGUN, ENDED, usage)


def main(words: list[str]) -> int:
    """`cloudkitty_rows.py ROWS FOLDER`: prints one line of JSON."""
    rows = read_rows(Path(words[0]))
    make_rates(rows, Path(words[1]) / "rates.db")
    rating = hashmap.HashMap()
    frame = make_frame(rows)
    begun, cpu = time.perf_counter(), time.process_time()
    rated = rating.process(frame)
    rate_s = time.perf_counter() - begun
    again = dataframe.DataFrame.from_dict(rated.as_dict(mutable=True))
    again.json()
    path_s = time.perf_counter() - begun
    path_cpu_s = time.process_time() - cpu
    total = sum(point.price for _service, point in rated.iterpoints())
    times = {"rate_s": rate_s, "path_s": path_s, "path_cpu_s": path_cpu_s}
    print(json.dumps({"rows": len(rows), **times, "total": str(total)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
