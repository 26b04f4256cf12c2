"""The exact bytes that are hashed and signed: every record of the evidence as canonical JSON.

A record's text covers each of its fields, so that a change of any byte changes its hash. Values come as the database
keeps them (text), not parsed, so that a damaged value is hashed as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from json.encoder import encode_basestring
from typing import Any

from yunqi.store.checks import sm3_hex
from yunqi.store.types import canonical_json, canonical_text

FORMAT = "yunqi-evidence-1"
_quoted = encode_basestring  # one string as canonical JSON, in C: this is the hot path
_FLAGS = {True: "true", False: "false"}
ENCODING_ERRORS = "surrogateescape"  # bytes that are no UTF-8 are hashed as they are


def compute_genesis(contract_id: str, document_sm3: str) -> str:
    """What the first record of a contract's chain points at: SM3 of the contract's id and its document's hash.

    >>> compute_genesis("con-1", "00")[:8]
    '37bd782a'
    """
    return sm3_hex(f"{contract_id}{document_sm3}".encode(errors=ENCODING_ERRORS))


def render_sealed(row: Sequence[Any], contract_id: str, position: Any, previous: str, sealed_at: str) -> str:
    """The text of a sealed fact. `row`: id, kind, subject, at, payload, origin, sample, key, recorded_at as kept."""
    identifier, kind, subject, at, payload, origin, sample, key, recorded_at = row
    return (
        f'{{"at":{_quoted(at)},"contract":{_quoted(contract_id)},"id":{_quoted(identifier)},'
        f'"key":{"null" if key is None else _quoted(key)},"kind":{_quoted(kind)},"origin":{_quoted(origin)},'
        f'"payload":{payload},"position":{position},"previous":"{previous}","recorded_at":{_quoted(recorded_at)},'
        f'"sample":{_FLAGS.get(sample) or _flag(sample)},"sealed_at":"{sealed_at}","subject":{_quoted(subject)}}}'
    )


def render_unsealed(row: Sequence[Any], contract_id: str) -> str:
    """The text of a fact that waits for its seal; the same fields of `row`."""
    identifier, kind, subject, at, payload, origin, sample, key, recorded_at = row
    return (
        f'{{"at":{canonical_text(at)},"contract":{canonical_text(contract_id)},"id":{canonical_text(identifier)},'
        f'"key":{_text_or_null(key)},"kind":{canonical_text(kind)},"origin":{canonical_text(origin)},'
        f'"payload":{payload},"recorded_at":{canonical_text(recorded_at)},'
        f'"sample":{_flag(sample)},"subject":{canonical_text(subject)}}}'
    )


def render_result(row: Sequence[Any], stream: Sequence[str]) -> str:
    """The text of a raw probe result.

    `row`: at, until_at, verdict, detail, sample, recorded_at. `stream`: contract, object, probe, origin.
    """
    at, until_at, verdict, detail, sample, recorded_at = row
    contract_id, subject, probe, origin = stream
    return (
        f'{{"at":{canonical_text(at)},"contract":{canonical_text(contract_id)},"detail":{canonical_text(detail)},'
        f'"object":{canonical_text(subject)},"origin":{canonical_text(origin)},"probe":{canonical_text(probe)},'
        f'"recorded_at":{canonical_text(recorded_at)},"sample":{_flag(sample)},"until":{canonical_text(until_at)},'
        f'"verdict":{canonical_text(verdict)}}}'
    )


def render_verdict_day(row: Sequence[Any], contract_id: str) -> str:
    """The text of a verdict day.

    `row`: day, object, probe, origin, spans, probes, raw_sm3, sample, sealed_on, closed_at.
    """
    day, subject, probe, origin, spans, probes, raw_sm3, sample, sealed_on, closed_at = row
    return (
        f'{{"closed_at":{canonical_text(closed_at)},"contract":{canonical_text(contract_id)},"day":{canonical_text(day)},'
        f'"object":{canonical_text(subject)},"origin":{canonical_text(origin)},"probe":{canonical_text(probe)},'
        f'"probes":{probes},"raw_sm3":{canonical_text(raw_sm3)},"sample":{_flag(sample)},'
        f'"sealed_on":{canonical_text(sealed_on)},"spans":{spans}}}'
    )


def render_root(row: Sequence[Any], contract_id: str) -> str:
    """The text of a day root, which is what is signed.

    `row`: day, first_position, last_position, chain_sm3, verdict_count, verdicts_sm3, previous, key_id, closed_at.
    """
    day, first, last, chain_sm3, count, verdicts_sm3, previous, key_id, closed_at = row
    return (
        f'{{"chain_sm3":{canonical_text(chain_sm3)},"closed_at":{canonical_text(closed_at)},'
        f'"contract":{canonical_text(contract_id)},"day":{canonical_text(day)},"first_position":{first},'
        f'"key_id":{canonical_text(key_id)},"last_position":{last},"previous":{canonical_text(previous)},'
        f'"verdict_count":{count},"verdicts_sm3":{canonical_text(verdicts_sm3)}}}'
    )


def compute_sm3_of_lines(lines: Iterable[str]) -> str:
    """SM3 over texts, each ended by a newline; of none, SM3 of nothing."""
    digest = hashlib.new("sm3")
    for line in lines:
        digest.update(line.encode(errors=ENCODING_ERRORS) + b"\n")
    return digest.hexdigest()


def render_line(kind: str, data: str, sm3: str, signature: str | None = None) -> str:
    """One line of an evidence file: the record, its hash, what it is; a root also with its signature."""
    signed = "" if signature is None else f',"signature":{canonical_text(signature)}'
    return f'{{"data":{data}{signed},"sm3":{canonical_text(sm3)},"type":"{kind}"}}'


def sm3_of_text(text: str) -> str:
    """SM3 of a record's text."""
    return sm3_hex(text.encode(errors=ENCODING_ERRORS))


def coalesce(results: Iterable[tuple[str, str, str]]) -> list[list[Any]]:
    """Spans [start, end, verdict, probes] from results (at, until, verdict) in order of `at`.

    Results that touch and agree become one span. One result holds until the next begins, so that spans never overlap.
    Between spans nothing is known.

    >>> coalesce([("01", "02", "up"), ("02", "03", "up"), ("05", "09", "down"), ("06", "07", "up")])
    [['01', '03', 'up', 2], ['05', '06', 'down', 1], ['06', '07', 'up', 1]]
    """
    spans: list[list[Any]] = []
    for at, until, verdict in results:
        extend_spans(spans, at, until, verdict)
    return spans


def extend_spans(spans: list[list[Any]], at: str, until: str, verdict: str) -> None:
    """Adds one more result, later than all before, to the spans that `coalesce` makes."""
    if spans and at <= spans[-1][1]:
        last = spans[-1]
        if verdict == last[2]:
            last[1] = max(last[1], until)
            last[3] += 1
            return
        last[1] = at
        if last[0] == last[1]:
            spans.pop()
    spans.append([at, until, verdict, 1])


def render_header(contract_id: str, number: str | None, document_sm3: str, title: str) -> str:
    """The text of an evidence file's first record."""
    return canonical_json(
        {
            "contract": contract_id,
            "document_sm3": document_sm3,
            "format": FORMAT,
            "genesis": compute_genesis(contract_id, document_sm3),
            "number": number,
            "title": title,
        }
    )


def render_day(on: date) -> str:
    """A date as evidence writes it."""
    return on.isoformat()


def _text_or_null(value: str | None) -> str:
    return "null" if value is None else canonical_text(value)


def _flag(value: Any) -> str:
    """A boolean as each database gives it back; anything else as it is, so that it can't pass for one."""
    return _FLAGS.get(value) or canonical_text(f"not a boolean: {value!r}")
