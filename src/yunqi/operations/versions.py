"""A contract's data as it stands on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from yunqi.kernel.words import _
from yunqi.store.contracts import Contract


@dataclass(frozen=True, slots=True)
class Version:
    """The data of a contract from a day on; `valid_from` None: as it was signed."""

    contract: Contract
    data: Mapping[str, Any]
    valid_from: date | None

    @property
    def title(self) -> str:
        """Number, and from when."""
        number = self.contract.number or self.contract.id
        return number if self.valid_from is None else _("{number}（{day} 起）", number=number, day=self.valid_from)


def read_version(connection: Connection, found: Contract, on: date | None) -> Version:
    """The version in force on a day; None: the text as it was signed."""
    del connection, on
    return Version(found, found.data, None)
