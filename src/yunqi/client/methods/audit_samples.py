"""The methods of audit samples. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from typing import Literal

from yunqi.client.base import Deed, Download, Noun
from yunqi.wire.audit_samples import AuditSample, AuditSampleFile, AuditSampleOf

_DRAW = Deed("audit_sample.draw", "GET", "/audit-samples", "read", AuditSampleOf)
_FILE = Deed("audit_sample.file", "GET", "/audit-samples/file", "read", AuditSampleFile)


class AuditSamplesMethods(Noun):
    """What can be asked and done."""

    def draw(
        self, *, month: str, seed: str, contract: str | None = None, count: int = 25, recompute: bool = False
    ) -> AuditSample:
        """Figures of a month drawn by a seed, each with clause, reading and facts; raises `Problem`
        audit_sample.empty.
        """
        return self._answer(
            _DRAW,
            {"month": month, "seed": seed, "contract": contract, "count": count, "recompute": recompute},
            AuditSample,
        )

    def file(
        self,
        *,
        month: str,
        seed: str,
        contract: str | None = None,
        count: int = 25,
        recompute: bool = False,
        format: Literal["xlsx"] = "xlsx",
    ) -> Download:
        """The sample as a workbook, a row for each step and fact."""
        return self._download(
            _FILE,
            {
                "month": month,
                "seed": seed,
                "contract": contract,
                "count": count,
                "recompute": recompute,
                "format": format,
            },
        )
