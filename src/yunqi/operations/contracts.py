"""Contracts taken in, signed and shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from yunqi.contract import Contract as ContractData
from yunqi.contract import load_catalogue
from yunqi.contract.documents import Document, Progress, read_document
from yunqi.contract.documents.kept import render_kept
from yunqi.contract.reader import extract_contract
from yunqi.operations.installation import Installation
from yunqi.operations.settling import refuse_uncertain
from yunqi.store import contracts as store
from yunqi.store.document_texts import keep_text
from yunqi.store.locks import lock_word
from yunqi.store.parties import add_system, list_systems


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import gave: the data as read, the record kept, and whether it is new."""

    data: dict[str, Any]
    contract: store.Contract
    new: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A contract as it was read: its data, and the document they were read from."""

    contract: ContractData
    document: Document

    @property
    def data(self) -> dict[str, Any]:
        """The JSON form of the contract."""
        return self.contract.model_dump(mode="json")


def read_file(
    source: Path | bytes,
    file_name: str | None = None,
    progress: Progress | None = None,
    found: Callable[[], None] | None = None,
) -> Read:
    """The contract in a file or its bytes; `progress` hears of every page that is recognised from a picture.

    `found` is called when the words are there and their meaning is looked for. Raises `Problem` for what is no
    contract.
    """
    document = read_document(source, file_name, progress)
    if found is not None:
        found()
    return Read(extract_contract(document), document)


def import_contract(installation: Installation, path: Path) -> Imported:
    """Reads a contract file and keeps it, as `keep_contract` does."""
    content = path.read_bytes()
    read = read_file(content, path.name)
    return keep_contract(installation, read.data, content, path.name, document=read.document)


def keep_contract(
    installation: Installation,
    data: dict[str, Any],
    content: bytes,
    file_name: str,
    *,
    using_unit: str | None = None,
    provider: str | None = None,
    document: Document | None = None,
) -> Imported:
    """Keeps a contract that was read, whole: document, data, price lines, parties and the using unit's systems.

    `using_unit` and `provider` name the parties where the text doesn't. A `document` that was recognised from pictures
    is kept too, so that nobody waits for it again.

    The same file again changes nothing. A changed text under the same number takes the place of one that nobody has
    signed yet; a signed one is changed by a supplementary agreement only (`Problem` contract.already_imported).
    """
    draw_kinds = {item.code: item.draw for item in load_catalogue()}
    now = installation.clock.now()
    with installation.database.write() as connection:
        lock_word(connection, store.IMPORT)
        known = store.find_by_content(connection, content)
        if known is not None:
            if document is not None and document.recognised:
                keep_text(connection, known.document_id, render_kept(document), now=now)
            return Imported(data, known, new=False)
        kept = store.import_contract(
            connection,
            data=data,
            file_name=file_name,
            content=content,
            draw_kinds=draw_kinds,
            now=now,
            using_unit=using_unit,
            provider=provider,
            replace=True,
        )
        if document is not None and document.recognised:
            keep_text(connection, kept.document_id, render_kept(document), now=now)
        present = {one.name for one in list_systems(connection, kept.using_unit_id, at=now)}
        for system in data.get("systems") or ():
            if system["name"] not in present:
                add_system(connection, organisation_id=kept.using_unit_id, name=system["name"], now=now)
                present.add(system["name"])
    return Imported(data, kept, new=True)


def sign_contract(installation: Installation, reference: str, person_id: str) -> store.Contract:
    """One party's signature under the contract data as it stands."""
    with installation.database.write() as connection:
        found = store.require_contract(connection, reference)
        refuse_uncertain(found)
        return store.sign_contract(
            connection, found.id, person_id=person_id, now=installation.clock.now(), data_sm3=found.data_sm3
        )


def signed_on(contract: store.Contract) -> date | None:
    """The date the text says it was signed on."""
    stated = contract.data.get("signed_on")
    return None if stated is None else date.fromisoformat(stated)
