"""The run that ends a volume's data: overwrite, read back, certify, remove; resumed by name after a crash."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from yunqi.engines.base import Engine
from yunqi.kernel.clock import Clock, render_instant
from yunqi.kernel.errors import Trouble, YunqiError
from yunqi.kernel.words import render_error
from yunqi.reconcile.steps import EraseVolume
from yunqi.store.database import Database
from yunqi.store.leases import Lease, require_lease
from yunqi.store.reconcile import ERASE, read_approval, record_certificate
from yunqi.store.runs import Run, close_run, open_run, record_error, record_step

Observer = Callable[[str], None]
"""Told `before <step> <id>` and `after <step> <id>` of each step."""


@dataclass(frozen=True, slots=True)
class ErasureRun:
    """Carries out one erasure. `operator` names the installation in the certificate."""

    step: EraseVolume
    engine: Engine
    database: Database
    lease: Lease
    clock: Clock
    operator: str
    on_step: Observer

    def apply(self) -> None:
        """Takes the run to its end; a step that is recorded is not done again.

        Raises `Trouble` erase.again when the volume is back after its run had ended, erase.not_proven when what was
        read back does not show it empty, or what the engine raises.
        """
        with self.database.write() as connection:
            require_lease(connection, self.lease)
            arguments = read_approval(connection, self.step.resource)
            run = open_run(connection, ERASE, self.step.volume, arguments, self.clock.now())
        if run.state != "open":
            raise Trouble(
                "erase.again",
                "云硬盘 {volume} 的销毁流程早已结束，它却仍在引擎中",
                volume=self.step.volume,
                way_out="请人工核查该云硬盘的来历",
            )
        outputs: dict[str, Any] = dict(run.steps)
        try:
            for name, carry_out in (
                ("overwrite", self._overwrite),
                ("read_back", self._read_back),
                ("certificate", self._certify),
                ("remove", self._remove),
            ):
                if name not in outputs:
                    self.on_step(f"before erase.{name} {self.step.volume}")
                    outputs[name] = carry_out(run, outputs)
                    self.on_step(f"after erase.{name} {self.step.volume}")
        except YunqiError as error:
            with self.database.write() as connection:
                record_error(connection, run.id, render_error(error))
            raise

    def _record(self, run: Run, name: str, output: Mapping[str, Any]) -> Mapping[str, Any]:
        with self.database.write() as connection:
            require_lease(connection, self.lease)
            record_step(connection, run.id, name, dict(output), self.clock.now())
        return output

    def _overwrite(self, run: Run, _outputs: Mapping[str, Any]) -> Mapping[str, Any]:
        erasure = self.engine.erase_volume(self.step.volume, self.lease.token)
        if erasure.nonzero_found or erasure.bytes_read_back < erasure.bytes_overwritten:
            raise self._not_proven(erasure)
        return self._record(run, "overwrite", asdict(erasure) | {"finished_at": render_instant(self.clock.now())})

    def _read_back(self, run: Run, outputs: Mapping[str, Any]) -> Mapping[str, Any]:
        """Asks the engine afresh: not the overwriting call's own word."""
        seen = self.engine.observe().volumes.get(self.step.volume)
        if seen is None or not seen.erased:
            raise self._not_proven(outputs["overwrite"])
        return self._record(run, "read_back", {"erased": True, "allocated_bytes": seen.allocated_bytes})

    def _not_proven(self, erasure: object) -> Trouble:
        return Trouble(
            "erase.not_proven",
            "云硬盘 {volume} 覆写后回读未能证明数据已销毁",
            volume=self.step.volume,
            erasure=erasure,
            way_out="稍后自动重试；若反复出现，请检查存储介质",
        )

    def _certify(self, run: Run, outputs: Mapping[str, Any]) -> Mapping[str, Any]:
        now = self.clock.now()
        data = {
            **run.arguments,
            **outputs["overwrite"],
            "operator": self.operator,
            "begun_at": render_instant(run.opened_at),
        }
        with self.database.write() as connection:
            require_lease(connection, self.lease)
            record_certificate(connection, self.step.resource, self.step.volume, data, now)
            record_step(connection, run.id, "certificate", {}, now)
        return {}

    def _remove(self, run: Run, _outputs: Mapping[str, Any]) -> Mapping[str, Any]:
        self.engine.drop_volume(self.step.volume, self.lease.token)
        if self.step.volume in self.engine.observe().volumes:
            raise Trouble(
                "erase.not_removed",
                "云硬盘 {volume} 移除后仍在引擎中",
                volume=self.step.volume,
                way_out="稍后自动重试",
            )
        now = self.clock.now()
        with self.database.write() as connection:
            require_lease(connection, self.lease)
            record_step(connection, run.id, "remove", {}, now)
            close_run(connection, run.id, "done", now)
        return {}


Erase = Callable[[ErasureRun], bool]
"""Carries out an erasure, or begins or watches it; whether it is at its end. Raises what stopped it."""


def erase_now(run: ErasureRun) -> bool:
    """Carries out the erasure before it returns."""
    run.apply()
    return True


class EraseApart:
    """Carries out erasures in a thread of their own, one after another, so that rounds go on meanwhile.

    A large disk takes hours; a guest that dies meanwhile is started again within a round. The thread ends with the
    process, and whoever comes next resumes the run.
    """

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[ErasureRun] = queue.SimpleQueue()
        self._ended: dict[str, Exception | None] = {}
        self._under_way: set[str] = set()
        self._thread: threading.Thread | None = None

    def __call__(self, run: ErasureRun) -> bool:
        """See `Erase`: asked again in each round until it says so."""
        volume = run.step.volume
        if volume in self._ended:
            self._under_way.discard(volume)
            error = self._ended.pop(volume)
            if error is not None:
                raise error
            return True
        if volume not in self._under_way:
            self._under_way.add(volume)
            self._waiting.put(run)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="erase", daemon=True)
            self._thread.start()
        return False

    def _work(self) -> None:
        while True:
            run = self._waiting.get()
            try:
                run.apply()
            except Exception as error:  # noqa: BLE001  (raised again in the round that asks)
                self._ended[run.step.volume] = error
            else:
                self._ended[run.step.volume] = None
