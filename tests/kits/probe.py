"""The suite that every probe inherits: what it says when the world answers, refuses, is silent, or can't be asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yunqi.probes.base import Target
from yunqi.probes.registry import ask, list_probes

DEADLINE_S = 0.6


class ProbeKit:
    """A subclass names the probe and tells where something answers, and where nothing does."""

    probe: str
    place_of_silence: str | None = None

    @contextmanager
    def answering(self) -> Iterator[str]:
        """The address of something that answers while the block runs."""
        raise AssertionError("a subclass says where something answers")
        yield ""

    def refusing(self) -> str:
        """An address of this machine at which nothing answers."""
        raise AssertionError("a subclass says where nothing answers")

    def _target(self, address: str, place: str | None = None) -> Target:
        return Target("platform", "con-1", self.probe, address, place)

    def test_it_is_described(self) -> None:
        (info,) = [one for one in list_probes() if one.name == self.probe]
        assert info.title
        assert info.example

    def test_up_when_it_answers(self) -> None:
        with self.answering() as address:
            seen = ask(self._target(address), 5.0)
        assert (seen.verdict, seen.detail != "") == ("up", True)

    def test_down_when_nothing_answers_and_within_the_deadline(self) -> None:
        started = time.monotonic()
        seen = ask(self._target(self.refusing(), self.place_of_silence), DEADLINE_S)
        assert seen.verdict == "down"
        assert time.monotonic() - started < DEADLINE_S + 1

    def test_unknown_when_the_place_is_not_there(self, tmp_path: Path) -> None:
        with self.answering() as address:
            assert ask(self._target(address, str(tmp_path / "nowhere")), DEADLINE_S).verdict == "unknown"
            (tmp_path / "no-namespace").touch()
            assert ask(self._target(address, str(tmp_path / "no-namespace")), DEADLINE_S).verdict == "unknown"

    def test_unknown_when_the_address_is_none(self) -> None:
        assert ask(self._target("kein host:x/"), DEADLINE_S).verdict == "unknown"

    def test_many_at_once(self) -> None:
        seen: list[str] = []
        with self.answering() as address:
            threads = [
                threading.Thread(target=lambda: seen.append(ask(self._target(address), 5.0).verdict)) for _ in range(12)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert seen == ["up"] * 12
