"""The methods of evidence. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from yunqi.client.base import Deed, Noun, Pending
from yunqi.wire.base import PAGE_LIMIT, Page
from yunqi.wire.contracts import OfContract
from yunqi.wire.evidence import (
    ExportEvidence,
    FactRow,
    ImportedEvidence,
    ImportEvidence,
    ListEvidence,
    ListRoots,
    MadeFile,
    PackageEvidence,
    RootList,
    RootRow,
    SealedEvidence,
    VerifiedEvidence,
    VerifyEvidence,
)

_EXPORT = Deed("evidence.export", "POST", "/contracts/{contract}/evidence-files", "run", ExportEvidence)
_IMPORT = Deed("evidence.import", "POST", "/contracts/{contract}/evidence-imports", "run", ImportEvidence)
_LIST = Deed("evidence.list", "GET", "/contracts/{contract}/facts", "read", ListEvidence)
_PACKAGE = Deed("evidence.package", "POST", "/contracts/{contract}/evidence-packages", "run", PackageEvidence)
_ROOTS = Deed("evidence.roots", "GET", "/contracts/{contract}/roots", "read", ListRoots)
_SEAL = Deed("evidence.seal", "POST", "/contracts/{contract}/seals", "write", OfContract)
_VERIFY = Deed("evidence.verify", "POST", "/contracts/{contract}/verifications", "run", VerifyEvidence)


class EvidenceMethods(Noun):
    """What can be asked and done."""

    def export(self, contract: str, *, results: bool = True, key: str | None = None) -> Pending[MadeFile]:
        """Writes the evidence of a contract into a file that anybody can check; raises `Problem`
        evidence.too_large.
        """
        return self._begin(_EXPORT, {"contract": contract, "results": results}, MadeFile, key=key)

    def import_(
        self,
        contract: str,
        *,
        file: str,
        label: str,
        format: Literal["csv", "prometheus", "zabbix"] = "csv",
        mapping: str | None = None,
        sample: bool = False,
        kind: Literal["results", "outages", "incidents", "usages"] | None = None,
        zone: Literal["beijing", "utc"] | None = None,
        key: str | None = None,
    ) -> Pending[ImportedEvidence]:
        """Takes in what another monitoring system wrote, all of the file or nothing; the same file again adds
        nothing.
        """
        return self._begin(
            _IMPORT,
            {
                "contract": contract,
                "file": file,
                "label": label,
                "format": format,
                "mapping": mapping,
                "sample": sample,
                "kind": kind,
                "zone": zone,
            },
            ImportedEvidence,
            key=key,
        )

    def list(
        self,
        contract: str,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        id: str | None = None,
        kind: str | None = None,
        subject: str | None = None,
        origin: str | None = None,
        from_at: datetime | None = None,
        until_at: datetime | None = None,
        sealed: bool | None = None,
        sample: bool | None = None,
    ) -> Page[FactRow]:
        """The facts of a contract, the last recorded first, each with its place in the chain."""
        return self._answer(
            _LIST,
            {
                "contract": contract,
                "limit": limit,
                "cursor": cursor,
                "sort": sort,
                "id": id,
                "kind": kind,
                "subject": subject,
                "origin": origin,
                "from_at": from_at,
                "until_at": until_at,
                "sealed": sealed,
                "sample": sample,
            },
            Page[FactRow],
        )

    def iterate(
        self,
        contract: str,
        *,
        sort: str | None = None,
        id: str | None = None,
        kind: str | None = None,
        subject: str | None = None,
        origin: str | None = None,
        from_at: datetime | None = None,
        until_at: datetime | None = None,
        sealed: bool | None = None,
        sample: bool | None = None,
    ) -> Iterator[FactRow]:
        """The facts of a contract, the last recorded first, each with its place in the chain; of all pages, one
        after another.
        """
        return self._iterate(
            _LIST,
            {
                "contract": contract,
                "sort": sort,
                "id": id,
                "kind": kind,
                "subject": subject,
                "origin": origin,
                "from_at": from_at,
                "until_at": until_at,
                "sealed": sealed,
                "sample": sample,
                "limit": PAGE_LIMIT,
            },
            Page[FactRow],
        )

    def package(self, contract: str, *, key: str | None = None) -> Pending[MadeFile]:
        """Writes a package that somebody else can check and work out again; raises `Problem` evidence.too_much."""
        return self._begin(_PACKAGE, {"contract": contract}, MadeFile, key=key)

    def roots(self, contract: str, *, limit: int = 100, cursor: str | None = None, sort: str | None = None) -> RootList:
        """The signed days of a contract, with the public keys that check them."""
        return self._answer(_ROOTS, {"contract": contract, "limit": limit, "cursor": cursor, "sort": sort}, RootList)

    def iterate_roots(self, contract: str, *, sort: str | None = None) -> Iterator[RootRow]:
        """The signed days of a contract, with the public keys that check them; of all pages, one after another."""
        return self._iterate(_ROOTS, {"contract": contract, "sort": sort, "limit": PAGE_LIMIT}, RootList)

    def seal(self, contract: str, *, key: str | None = None) -> SealedEvidence:
        """Chains the facts of a contract that wait."""
        return self._answer(_SEAL, {"contract": contract}, SealedEvidence, key=key)

    def verify(self, contract: str, *, file: str | None = None, key: str | None = None) -> Pending[VerifiedEvidence]:
        """Checks every hash, link and signature of a contract's evidence; what is wrong is in the answer, not an
        error.
        """
        return self._begin(_VERIFY, {"contract": contract, "file": file}, VerifiedEvidence, key=key)
