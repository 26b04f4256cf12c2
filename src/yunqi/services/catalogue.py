"""What `service.yaml` says: names, price items, limits. Data of the package, read once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict


class PricedItem(BaseModel):
    """A price item that the service draws on, with the unit it counts in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: str
    unit: str


class FieldWords(BaseModel):
    """What a form calls a field of the spec: each a text by language. `choices`: the words of its values."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Mapping[str, str]
    unit: Mapping[str, str] | None = None
    help: Mapping[str, str] | None = None
    choices: Mapping[str, Mapping[str, str]] = {}


class CatalogueEntry(BaseModel):
    """One service.yaml. A field of the spec that `fields` does not name is shown by its name in the code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    id_prefix: str
    name: Mapping[str, str]
    summary: Mapping[str, str]
    items: tuple[PricedItem, ...]
    each: tuple[str, ...] = ()
    iops_max: Mapping[str, int] = {}
    fields: Mapping[str, FieldWords] = {}

    def ceiling_of(self, grade: str, ceilings: Mapping[str, int]) -> int:
        """Most operations a second of one disk: what the contract's price line says, else the catalogue's."""
        return ceilings.get(f"storage.{grade}", self.iops_max[grade])


def load_catalogue_entry(module_file: str) -> CatalogueEntry:
    """The `service.yaml` beside a service's `__init__.py`."""
    text = (Path(module_file).parent / "service.yaml").read_text(encoding="utf-8")
    return CatalogueEntry.model_validate(yaml.safe_load(text))


def owner_of(thing_id: str) -> str:
    """The id of the resource that a thing belongs to.

    >>> owner_of("srv-01kaj-sys"), owner_of("net-01kaj")
    ('srv-01kaj', 'net-01kaj')
    """
    return "-".join(thing_id.split("-", maxsplit=2)[:2])
