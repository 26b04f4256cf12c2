"""Contract text to contract data: readers, clause kinds, catalogue, review."""

from __future__ import annotations

from yunqi.contract.catalogue import Catalogue, load_catalogue
from yunqi.contract.model import Contract
from yunqi.contract.reader import read_contract

__all__ = ["Catalogue", "Contract", "load_catalogue", "read_contract"]
