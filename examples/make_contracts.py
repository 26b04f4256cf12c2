"""Writes the three example contracts; the same bytes on every run.

python examples/make_contracts.py [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import clean_contract  # noqa: E402
import sample_contract  # noqa: E402
import small_contract  # noqa: E402


def main(folder: Path = HERE) -> tuple[Path, ...]:
    """The files written."""
    written = []
    for name, module in (
        ("contract-sample.docx", sample_contract),
        ("contract-small.docx", small_contract),
        ("contract-clean.docx", clean_contract),
    ):
        path = folder / name
        module.build().save(path)
        written.append(path)
    return tuple(written)


if __name__ == "__main__":
    for file in main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE):
        print(file)
