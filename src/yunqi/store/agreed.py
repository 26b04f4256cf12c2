"""What contracts and supplementary agreements have in common: a document, data that is signed, two who sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row

from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.store.checks import check_text, sm3_hex
from yunqi.store.parties import Person, require_person
from yunqi.store.tables import document
from yunqi.store.types import load_json


class AgreedData:
    """Data that parties sign, kept as canonical text; form and digest are made when they are asked for."""

    data_text: str

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """The JSON form."""
        found: Mapping[str, Any] = load_json(self.data_text)
        return found

    @cached_property
    def data_sm3(self) -> str:
        """The digest of the JSON form."""
        return sm3_hex(self.data_text.encode())


@dataclass(frozen=True, slots=True)
class Signature:
    """One party's signature under agreed data."""

    organisation_id: str
    person_id: str
    data_sm3: str
    signed_at: datetime


def to_signatures(rows: Iterable[Row[Any]]) -> tuple[Signature, ...]:
    """Signatures from rows of either table of them."""
    return tuple(Signature(row.organisation_id, row.person_id, row.data_sm3, row.signed_at) for row in rows)


def keep_document(connection: Connection, *, file_name: str, content: bytes, now: datetime) -> str:
    """Keeps a file byte for byte under its digest; its id. Raises `Problem` for a name that can't be kept."""
    document_id = make_id("doc")
    connection.execute(
        document.insert().values(
            id=document_id,
            sm3=sm3_hex(content),
            file_name=check_text("file_name", file_name, 255),
            size_bytes=len(content),
            content=content,
            recorded_at=now,
        )
    )
    return document_id


def require_signer(connection: Connection, person_id: str, parties: Iterable[str], contract: str) -> Person:
    """The person, of one of the parties; raises `Problem` contract.not_a_party, which names the contract."""
    signer = require_person(connection, person_id)
    if signer.organisation_id not in parties:
        raise Problem(
            "contract.not_a_party",
            "「{name}」所在单位不是合同「{contract}」的签约方",
            field="person",
            name=signer.name,
            contract=contract,
            way_out="请由甲方或乙方的人员签署",
        )
    return signer
