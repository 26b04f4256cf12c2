"""CloudKitty in an environment of its own, rating the rows that a city's month consists of."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
import subprocess
import sys
import venv
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from bench.world import ROOT, temporary_folder

LOCK = ROOT / "requirements" / "cloudkitty.txt"
HOME = ROOT / "build" / "cloudkitty"
SCRIPT = Path(__file__).parent / "cloudkitty_rows.py"
COLUMNS = ("contract", "item", "line", "unit_price", "quantity")
READ = """
SELECT draw.contract_id, draw.item, price_line.no, price_line.unit_price, draw.quantity_micro
FROM draw JOIN price_line ON price_line.id = draw.price_line_id
WHERE price_line.unit_price IS NOT NULL
ORDER BY draw.contract_id, draw.id
"""


@dataclass(frozen=True)
class Rated:
    """Seconds of CloudKitty's rating alone and of its worker's path, also of one processor; its total and the exact."""

    rows: int
    rate_s: float
    path_s: float
    path_cpu_s: float
    total: Fraction
    exact: Fraction


def make_environment() -> Path:
    """The Python that has CloudKitty; made anew when the lock has changed."""
    python, stamp = HOME / "bin" / "python", HOME / "lock.sha256"
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text("utf-8") != digest:
        venv.create(HOME, clear=True, with_pip=True)
        install = (python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", LOCK)
        subprocess.run(install, check=True, stderr=sys.stdout)
        stamp.write_text(digest, "utf-8")
    return python


def rate_with_cloudkitty(database: Path) -> Rated:
    """Rates every draw of an installation's database by the unit price of its line, once for the month."""
    python = make_environment()
    with temporary_folder() as folder:
        exact, rows = Fraction(0), folder / "rows.csv"
        with sqlite3.connect(database) as bare, rows.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            for contract, item, line, price, micro in bare.execute(READ):
                exact += Fraction(price) * Fraction(micro, 1_000_000)
                table.writerow((contract, item, f"line-{line}", price, f"{micro / 1_000_000:.6f}"))
        bare.close()
        done = subprocess.run((python, SCRIPT, rows, folder), check=True, capture_output=True, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    return Rated(told["rows"], told["rate_s"], told["path_s"], told["path_cpu_s"], Fraction(told["total"]), exact)
