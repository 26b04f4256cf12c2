"""The methods of observations. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from yunqi.client.base import Deed, Noun
from yunqi.wire.watches import Observation, RecordedObservations, RecordObservations

_RECORD = Deed("observation.record", "POST", "/contracts/{contract}/observations", "write", RecordObservations)


class ObservationsMethods(Noun):
    """What can be asked and done."""

    def record(
        self, contract: str, *, observations: tuple[Observation, ...], key: str | None = None
    ) -> RecordedObservations:
        """Keeps what the caller's own probes saw; the same again adds nothing. What they did not see stays unknown."""
        return self._answer(
            _RECORD, {"contract": contract, "observations": observations}, RecordedObservations, key=key
        )
