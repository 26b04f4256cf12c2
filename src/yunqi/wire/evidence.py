"""Evidence on the wire: facts and their places in the chain, signed days, verdicts, checks, files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Instant, ListRequest, Page, Request
from yunqi.wire.contracts import Named

FileId = Annotated[str, Field(min_length=1, max_length=60)]


class ListEvidence(ListRequest):
    """The facts of a contract over [from_at, until_at).

    `kind`: `incident.opened`, or `incident.` for all that begin so; `origin`: measured, reported or import:<label>;
    `sealed`: whether the chain holds them.
    """

    contract: Named
    id: Annotated[str | None, Field(max_length=60)] = None
    kind: Annotated[str | None, Field(max_length=40)] = None
    subject: Annotated[str | None, Field(max_length=120)] = None
    origin: Annotated[str | None, Field(max_length=80)] = None
    from_at: Instant | None = None
    until_at: Instant | None = None
    sealed: bool | None = None
    sample: bool | None = None


class FactRow(Answer):
    """One fact: when it was so and when it was written, and its place in the chain once it is sealed."""

    id: str
    kind: str
    kind_name: str
    subject: str
    subject_name: str
    at: datetime
    recorded_at: datetime
    origin: str
    sample: bool
    person: str
    payload: dict[str, Any]
    sealed: bool
    position: int | None
    sm3: str | None
    sealed_at: datetime | None


class ListRoots(ListRequest):
    """The signed days of a contract, the last first."""

    contract: Named


class RootRow(Answer):
    """One signed day: facts up to `last_position` and `verdict_count` verdict days are as hashed then."""

    day: date
    first_position: int
    last_position: int
    fact_count: int
    verdict_count: int
    previous: str
    sm3: str
    signature: str
    key_id: str
    closed_at: datetime


class KeyRow(Answer):
    """The public half of a key that signed (hex, DER)."""

    key_id: str
    public_key: str


class RootList(Page[RootRow]):
    """A page of signed days, with the keys that signed, and how many facts no chain or no root holds yet."""

    unsealed: int
    unsigned: int
    keys: tuple[KeyRow, ...]


class ListVerdicts(Request):
    """What was seen of a contract's objects over [from_at, until_at), this month so far unless given.

    With an `object` its spans too.
    """

    contract: Named
    object: Annotated[str | None, Field(max_length=120)] = None
    from_at: Instant | None = None
    until_at: Instant | None = None


class VerdictSpanRow(Answer):
    """A span with one verdict: up, down, unknown or excluded (then by which exclusion)."""

    start_at: datetime
    end_at: datetime
    verdict: str
    sample: bool
    exclusion: str | None


class VerdictObject(Answer):
    """One object: how long it was what, its availability so far as an exact share of known time ("n/d"; None: unknown).

    `low` and `high` bound it: if all unknown time had been down, or up.
    """

    object: str
    object_name: str
    streams: tuple[str, ...]
    up_s: int
    down_s: int
    unknown_s: int
    excluded_s: int
    outages: int
    share: str | None
    low: str | None
    high: str | None
    sample: bool
    sealed: bool
    spans: tuple[VerdictSpanRow, ...]


class VerdictList(Answer):
    """All objects that were observed, the worst first."""

    contract_id: str
    from_at: datetime
    until_at: datetime
    items: tuple[VerdictObject, ...]


class VerifyEvidence(Request):
    """Checks what is kept of a contract, or with `file` an uploaded evidence file of it."""

    contract: Named
    file: FileId | None = None


class EvidenceFinding(Answer):
    """One record that is not as it was."""

    code: str
    record: str
    position: int | None
    fact: str | None
    day: str | None
    line: int | None
    detail: str


class VerifiedEvidence(Answer):
    """What was checked, and what was found wrong; `unsigned`: facts after the last root."""

    passed: bool
    contract_id: str
    facts: int
    verdict_days: int
    results: int
    roots: int
    unsealed: int
    unsigned: int
    key_ids: tuple[str, ...]
    last_root_sm3: str | None
    findings: tuple[EvidenceFinding, ...]


class ExportEvidence(Request):
    """The evidence of a contract as a file that anybody can check; without raw results it is small."""

    contract: Named
    results: bool = True


class PackageEvidence(Request):
    """The evidence of a contract with its data, registers and statements, and the program that works a month out."""

    contract: Named


class MadeFile(Answer):
    """A file that a run made; it is handed out under its id until it expires."""

    file: str
    name: str
    size_bytes: int
    sm3: str
    expires_at: datetime | None = None


class ImportEvidence(Request):
    """Takes in an uploaded file under a label; of CSV `zone` says what times without a zone mean.

    An answer of a monitoring system needs a `mapping`: an uploaded CSV file that says which series is which object.
    """

    contract: Named
    file: FileId
    format: Literal["csv", "prometheus", "zabbix"] = "csv"
    mapping: FileId | None = None
    label: Annotated[str, Field(min_length=1, max_length=60)]
    sample: bool = False
    kind: Literal["results", "outages", "incidents", "usages"] | None = None
    zone: Literal["beijing", "utc"] | None = None


class ImportedEvidence(Answer):
    """How many records were new, and how many were known.

    Of a monitoring system also: rows of the mapping that no series matched, how many series were left out on purpose,
    and of how many values the time is not over yet.
    """

    written: int
    known: int
    unseen: tuple[str, ...] = ()
    left_out: int = 0
    running: int = 0


class SealedEvidence(Answer):
    """How many facts were chained just now, and how many still wait."""

    id: str
    sealed: int
    waiting: int
