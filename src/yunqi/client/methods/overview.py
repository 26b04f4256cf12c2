"""The methods of overview. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import Nothing
from yunqi.wire.overview import Overview

_READ = Deed("overview.read", "GET", "/overview", "read", Nothing)


class OverviewMethods(Noun):
    """What can be asked and done."""

    def read(self) -> Overview:
        """What is due, what is late, minutes left before each clause is broken, ranked by what it would cost."""
        return self._answer(_READ, {}, Overview)
