"""The methods of faults. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from typing import Literal

from yunqi.client.base import Deed, Download, Noun
from yunqi.wire.incidents import FaultFile

_FILE = Deed("fault.file", "GET", "/incidents/{incident}/reports/{document}/file", "read", FaultFile)


class FaultsMethods(Noun):
    """What can be asked and done."""

    def file(
        self, incident: str, *, document: Literal["fault_record", "fault_first", "fault_final", "downtime"]
    ) -> Download:
        """A document of a fault as it stands now, as a Word file; nothing is numbered."""
        return self._download(_FILE, {"incident": incident, "document": document})
