"""The catalogue of service items: dated data that recognises what contracts call them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from yunqi.contract.documents import squeeze


@dataclass(frozen=True, slots=True)
class Item:
    """A service item: its code, the unit it is counted in unless a contract says another, and how it is drawn on."""

    code: str
    title: str
    unit: str
    units: frozenset[str]
    draw: str
    defaults: Mapping[str, Any]
    names: re.Pattern[str]
    excluded: re.Pattern[str] | None


class Catalogue:
    """All items, by code."""

    def __init__(self, items: Mapping[str, Item]) -> None:
        self._items = dict(items)

    def __iter__(self) -> Any:
        return iter(self._items.values())

    def __contains__(self, code: str) -> bool:
        return code in self._items

    def item(self, code: str) -> Item:
        """The item of a code; raises KeyError."""
        return self._items[code]

    def fits(self, code: str, unit: str | None) -> bool:
        """Whether a line in that unit may be of the item: the unit is one that the item is counted in.

        >>> load_catalogue().fits("compute.memory", "GB"), load_catalogue().fits("compute.memory", "台")
        (True, False)
        """
        return unit is not None and squeeze(unit).lower() in self._items[code].units

    def recognise(self, *texts: str) -> tuple[str, ...]:
        """The codes that a line's name may mean, best alone; several when the words leave it open.

        The texts are tried in order (the name, then name and group); the longest term found in a text wins.

        >>> load_catalogue().recognise("网络服务-VPN 服务-SSL VPN 接入"), load_catalogue().recognise("桌椅")
        (('network.vpn',), ())
        """
        for text in texts:
            plain = squeeze(text)
            scores: dict[str, int] = {}
            for item in self._items.values():
                if item.excluded is not None and item.excluded.search(plain):
                    continue
                length = max((len(match[0]) for match in item.names.finditer(plain)), default=0)
                if length:
                    scores[item.code] = length
            if scores:
                best = max(scores.values())
                return tuple(code for code, score in scores.items() if score == best)
        return ()


def code_of_title(title: str) -> str:
    """The code of the item with that title; a text that is no item's title is given back."""
    plain = squeeze(title)
    return next((item.code for item in load_catalogue() if squeeze(item.title) == plain), plain)


@cache
def load_catalogue() -> Catalogue:
    """The catalogue in `catalogue.yaml`."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = yaml.load(files("yunqi.contract").joinpath("catalogue.yaml").read_text("utf-8"), Loader=loader)  # noqa: S506
    return Catalogue({code: _make_item(code, entry) for code, entry in data["items"].items()})


def _make_item(code: str, entry: Mapping[str, Any]) -> Item:
    def compile_all(terms: list[str]) -> re.Pattern[str]:
        return re.compile("|".join(sorted(terms, key=len, reverse=True)), re.IGNORECASE)

    excluded = entry.get("not")
    return Item(
        code=code,
        title=entry["title"],
        unit=entry["unit"],
        units=frozenset(word.lower() for word in (entry["unit"], *entry.get("units", ()))),
        draw=entry["draw"],
        defaults=entry.get("defaults", {}),
        names=compile_all(entry["names"]),
        excluded=compile_all(excluded) if excluded else None,
    )
