"""Whoever holds an export and any key can write it anew, whole and sound in itself: what must be found all the same."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from yunqi.store.records import coalesce
from yunqi.store.types import canonical_json

Lines = list[dict[str, Any]]


def sm3_of(text: str) -> str:
    return hashlib.new("sm3", text.encode()).hexdigest()


def forge(path: Path, target: Path, key: Any, change: Callable[[Lines], Lines]) -> Path:
    """The package with other evidence, every hash made anew and all signed with a key."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    lines = change([json.loads(line) for line in files["evidence.jsonl"].splitlines()])
    files["evidence.jsonl"] = _seal(lines, key).encode()
    listed = json.loads(files["manifest.json"])["data"]
    names = [name for name in files if name != "manifest.json"]
    listed["files"] = {name: hashlib.new("sm3", files[name]).hexdigest() for name in names}
    listed |= {"key_id": key.key_id, "public_key": key.public_key}
    signed = {"data": listed, "signature": key.sign(canonical_json(listed))}
    files["manifest.json"] = canonical_json(signed).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


def _seal(lines: Lines, key: Any) -> str:
    previous = root_before = str(lines[0]["data"]["genesis"])
    results: dict[tuple[str, ...], Lines] = {}
    hashes: list[str] = []
    position, signed, written = 0, 0, list[str]()
    lines = [line for line in lines if line["type"] not in {"key", "end"}]
    lines.insert(1, {"type": "key", "data": {"key_id": key.key_id, "public_key": key.public_key}})
    for line in lines:
        kind, data = line["type"], line["data"]
        if kind == "result":
            day = (datetime.fromisoformat(data["at"]) + timedelta(hours=8)).date().isoformat()
            results.setdefault((day, data["object"], data["probe"], data["origin"]), []).append(data)
        elif kind == "fact":
            position += 1
            data |= {"position": position, "previous": previous}
        elif kind == "verdict":
            raw = results.get((data["day"], data["object"], data["probe"], data["origin"]), [])
            data["raw_sm3"] = sm3_of("".join(canonical_json(one) + "\n" for one in raw))
            data["spans"] = coalesce((one["at"], one["until"], one["verdict"]) for one in raw)
            data["probes"] = len(raw)
        elif kind == "root":
            data |= {"first_position": signed + 1, "last_position": position, "chain_sm3": previous}
            data |= {"verdict_count": len(hashes), "verdicts_sm3": sm3_of("".join(one + "\n" for one in hashes))}
            data |= {"previous": root_before, "key_id": key.key_id}
        text = canonical_json(data)
        line["sm3"] = sm3_of(text)
        if kind == "fact":
            previous = line["sm3"]
        elif kind == "verdict":
            hashes.append(line["sm3"])
        elif kind == "root":
            line["signature"] = key.sign(text)
            root_before, signed, hashes = line["sm3"], position, []
        written.append(canonical_json(line) + "\n")
    end = canonical_json({"lines": len(written), "lines_sm3": sm3_of("".join(written))})
    written.append(canonical_json({"data": json.loads(end), "sm3": sm3_of(end), "type": "end"}) + "\n")
    return "".join(written)
