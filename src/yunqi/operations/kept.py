"""What is kept between requests: a bounded number of things that never change, those used last staying longest."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any


class Kept:
    """What was read, the last used staying longest; for several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._rows: OrderedDict[Any, Any] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, keys: Iterable[Any]) -> tuple[dict[Any, Any], list[Any]]:
        """What is known of these, and which are not."""
        found, lacking = {}, []
        with self._lock:
            for key in keys:
                if key in self._rows:
                    self._rows.move_to_end(key)
                    found[key] = self._rows[key]
                else:
                    lacking.append(key)
        return found, lacking

    def keep(self, rows: Mapping[Any, Any]) -> None:
        """Keeps some more, and lets the oldest go."""
        with self._lock:
            self._rows.update(rows)
            while len(self._rows) > self._most:
                self._rows.popitem(last=False)
