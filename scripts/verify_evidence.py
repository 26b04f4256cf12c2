#!/usr/bin/env python3
"""Checks an exported evidence file with nothing but Python's standard library and the openssl program.

It shares no code with the program that wrote the file, so that a fault or a back door in one is not in the other.

    verify_evidence.py FILE [--root DAY=SM3 ...] [--key KEY_ID ...]

--root gives a day's root that you hold yourself; --key a key id that you trust. Without them a file that was rewritten
whole with a new key can't be told from the true one. Exit code: 0 all is right, 1 something is not, 2 not checked.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

BEIJING = timezone(timedelta(hours=8))
SM2_USER = "1234567812345678"  # the user id that GM/T 0009-2012 sets when none is agreed
ROLES = ["bundle", "key", "result", "fact verdict root", "unsealed", "end"]


def sm3(data: bytes) -> str:
    """SM3 in lower-case hex; by OpenSSL where Python has it, else computed here."""
    try:
        return hashlib.new("sm3", data).hexdigest()
    except ValueError:
        return sm3_plain(data)


def sm3_plain(data: bytes) -> str:
    """SM3 as GB/T 32905-2016 writes it."""

    def turn(word: int, by: int) -> int:
        by %= 32
        return (word << by | word >> (32 - by)) & 0xFFFFFFFF

    state = [
        0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600,
        0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
    ]  # fmt: skip
    padded = data + b"\x80" + b"\0" * ((55 - len(data)) % 64) + (len(data) * 8).to_bytes(8, "big")
    for start in range(0, len(padded), 64):
        words = [int.from_bytes(padded[start + i : start + i + 4], "big") for i in range(0, 64, 4)]
        for i in range(16, 68):
            mixed = words[i - 16] ^ words[i - 9] ^ turn(words[i - 3], 15)
            words.append(mixed ^ turn(mixed, 15) ^ turn(mixed, 23) ^ turn(words[i - 13], 7) ^ words[i - 6])
        a, b, c, d, e, f, g, h = state
        for i in range(64):
            early = i < 16
            ss1 = turn((turn(a, 12) + e + turn(0x79CC4519 if early else 0x7A879D8A, i)) & 0xFFFFFFFF, 7)
            ff = a ^ b ^ c if early else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if early else (e & f) | (~e & g)
            tt1 = (ff + d + (ss1 ^ turn(a, 12)) + (words[i] ^ words[i + 4])) & 0xFFFFFFFF
            tt2 = (gg + h + ss1 + words[i]) & 0xFFFFFFFF
            a, b, c, d = tt1, a, turn(b, 9), c
            e, f, g, h = tt2 ^ turn(tt2, 9) ^ turn(tt2, 17), e, turn(f, 19), g
        state = [old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True)]
    return b"".join(word.to_bytes(4, "big") for word in state).hex()


def canonical(value: object) -> bytes:
    """The one text of a JSON value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signature_is_right(public_key: str, signature: str, data: bytes) -> bool:
    """Asks openssl whether the SM2 signature (hex, DER) over the data is of the public key (hex, DER)."""
    if not re.fullmatch("([0-9a-f]{2})+", signature) or not re.fullmatch("([0-9a-f]{2})+", public_key):
        return False
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("key", "signature", "data")]
        for path, content in zip(paths, (bytes.fromhex(public_key), bytes.fromhex(signature), data), strict=True):
            path.write_bytes(content)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", str(paths[0]), "-rawin"]
        command += ["-digest", "sm3", "-pkeyopt", f"distid:{SM2_USER}", "-sigfile", str(paths[1]), "-in", str(paths[2])]
        return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0


def parse(raw: bytes) -> "dict | None":
    """A line whose bytes are exactly those of its canonical form, or None."""
    try:
        line = json.loads(raw)
        same = canonical(line) + b"\n" == raw
    except ValueError:
        return None
    if not same or not isinstance(line, dict) or not {"data", "sm3", "type"} <= set(line):
        return None
    if set(line) - {"data", "sm3", "type"} != ({"signature"} if line["type"] == "root" else set()):
        return None
    return line if isinstance(line["data"], dict) and isinstance(line["sm3"], str) else None


class Check:
    """One pass over the file. `wrong` collects one sentence for each record that is not as it was."""

    def __init__(self, roots: dict, trusted: set) -> None:
        self.wrong, self.roots, self.trusted = [], roots, trusted
        self.contract = self.previous = self.root_before = ""
        self.position = self.signed = self.count = self.role = 0
        self.keys, self.results, self.verdicts, self.closed, self.seen = {}, {}, {}, set(), {}
        self.whole, self.ended, self.counts = hashlib_like(), False, {}

    def take(self, raw: bytes) -> None:
        """Checks one line of the file."""
        self.count += 1
        if self.ended:
            self.wrong.append(f"line {self.count}: stands after the end")
            return
        line = parse(raw)
        if line is None:
            self.whole.update(raw)
            named = re.search(rb'"id":"([^"]{1,60})"', raw)
            shown = named[1].decode(errors="replace") if named else ""
            self.wrong.append(f"line {self.count}: not in its form {shown}")
            return
        kind, data, given = line["type"], line["data"], line["sm3"]
        if kind != "end":
            self.whole.update(raw)
        role = next((at for at, kinds in enumerate(ROLES) if kind in kinds.split()), -1)
        if role < self.role or (self.count == 1) != (kind == "bundle"):
            self.wrong.append(f"line {self.count} ({kind}): out of order")
            return
        self.role = role
        self.counts[kind] = self.counts.get(kind, 0) + 1
        name = self.name(kind, data)
        if sm3(canonical(data)) != given:
            self.wrong.append(f"{name}: changed, its hash is not that of its content")
        if kind not in {"key", "end"} and data.get("contract") != self.contract and kind != "bundle":
            self.wrong.append(f"{name}: is of another contract")
        try:
            getattr(self, f"_take_{kind}")(data, given, name, line)
        except (ValueError, KeyError, TypeError):
            self.wrong.append(f"{name}: not in its form")

    def name(self, kind: str, data: dict) -> str:
        """A record's name for a person."""
        if kind == "fact":
            return f"fact {data.get('position')} {data.get('id')}"
        words = [data.get(key) for key in ("id", "day", "object", "probe", "origin", "at", "key_id")]
        return " ".join([kind, *(str(word) for word in words if word)])

    def _take_bundle(self, data: dict, _given: str, name: str, _line: dict) -> None:
        self.contract = data.get("contract")
        genesis = sm3(f"{self.contract}{data.get('document_sm3')}".encode())
        if data.get("genesis") != genesis or data.get("format") != "yunqi-evidence-1":
            self.wrong.append(f"{name}: the beginning of the chain is not that of the contract and its document")
        self.previous = self.root_before = genesis

    def _take_key(self, data: dict, _given: str, name: str, _line: dict) -> None:
        if sm3(bytes.fromhex(data["public_key"])) != data["key_id"]:
            self.wrong.append(f"{name}: the id is not that of the key")
        if self.trusted and data["key_id"] not in self.trusted:
            self.wrong.append(f"{name}: not one of the keys you trust")
        self.keys[data["key_id"]] = data["public_key"]

    def _take_result(self, data: dict, _given: str, _name: str, _line: dict) -> None:
        try:
            at = datetime.fromisoformat(str(data.get("at"))).astimezone(BEIJING)
            day = at.date().isoformat()
        except ValueError:
            day = ""
        place = (day, data.get("object"), data.get("probe"), data.get("origin"))
        if place not in self.results:
            self.results[place] = hashlib_like()
        self.results[place].update(canonical(data) + b"\n")

    def _take_fact(self, data: dict, given: str, name: str, _line: dict) -> None:
        self.position += 1
        if data.get("position") != self.position:
            self.wrong.append(f"{name}: stands where {self.position} should")
        if data.get("previous") != self.previous:
            self.wrong.append(f"{name}: does not follow the record before it")
        self.previous = given

    def _take_verdict(self, data: dict, given: str, name: str, _line: dict) -> None:
        place = tuple(data.get(key) for key in ("day", "object", "probe", "origin"))
        if place in self.closed:
            self.wrong.append(f"{name}: stands twice")
        self.closed.add(place)
        self.verdicts.setdefault(data.get("sealed_on"), []).append(given)
        raw = self.results.pop(place, None)
        if raw is not None and raw.hexdigest() != data.get("raw_sm3"):
            self.wrong.append(f"{name}: its raw probe results are not those that were sealed")

    def _take_root(self, data: dict, given: str, name: str, line: dict) -> None:
        hashes = self.verdicts.pop(data.get("day"), [])
        said = (data.get("verdict_count"), data.get("verdicts_sm3"))
        if said != (len(hashes), sm3("".join(one + "\n" for one in hashes).encode())):
            self.wrong.append(f"{name}: the verdict days are not those that were signed")
        if (data.get("first_position"), data.get("last_position")) != (self.signed + 1, self.position):
            self.wrong.append(f"{name}: signs other positions than stand here")
        if data.get("chain_sm3") != self.previous:
            self.wrong.append(f"{name}: signs another chain than stands here")
        if data.get("previous") != self.root_before:
            self.wrong.append(f"{name}: does not follow the root before it")
        key = self.keys.get(data.get("key_id"))
        if key is None or not signature_is_right(key, line["signature"], canonical(data)):
            self.wrong.append(f"{name}: the signature is not right")
        if self.roots.pop(data.get("day"), given) != given:
            self.wrong.append(f"{name}: is not the root that you hold")
        self.root_before, self.signed = given, data.get("last_position")

    def _take_unsealed(self, data: dict, _given: str, name: str, _line: dict) -> None:
        if "position" in data:
            self.wrong.append(f"{name}: has a position, but no seal")

    def _take_end(self, data: dict, _given: str, name: str, _line: dict) -> None:
        self.ended = True
        if data.get("lines") != self.count - 1 or data.get("lines_sm3") != self.whole.hexdigest():
            self.wrong.append(f"{name}: the lines are not those that were written")
        for day in self.verdicts:
            self.wrong.append(f"verdict days sealed on {day}: no root signs them")

    def finish(self) -> None:
        """What only the end can show."""
        if not self.ended:
            self.wrong.append("the file is cut off")
        for day in self.roots:
            self.wrong.append(f"root {day}: that you hold is not in the file")


class Plain:
    """SM3 with the face of hashlib, where hashlib has none."""

    def __init__(self) -> None:
        self.data = bytearray()

    def update(self, data: bytes) -> None:
        """Takes more bytes."""
        self.data += data

    def hexdigest(self) -> str:
        """The hash of all bytes."""
        return sm3_plain(bytes(self.data))


def hashlib_like() -> object:
    """A running SM3."""
    try:
        return hashlib.new("sm3")
    except ValueError:
        return Plain()


def main() -> int:
    """Reads the arguments, checks the file, prints what is wrong or what was checked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--root", action="append", default=[], metavar="DAY=SM3")
    parser.add_argument("--key", action="append", default=[], metavar="KEY_ID")
    arguments = parser.parse_args()
    check = Check(dict(one.split("=", 1) for one in arguments.root), set(arguments.key))
    try:
        with arguments.file.open("rb") as file:
            for raw in file:
                check.take(raw)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"can't be checked: {error}", file=sys.stderr)
        return 2
    check.finish()
    for sentence in check.wrong:
        print(f"WRONG  {sentence}")
    counted = ", ".join(f"{kind} {count}" for kind, count in check.counts.items())
    print(
        f"{'WRONG' if check.wrong else 'RIGHT'}  contract {check.contract}: {counted}; signed up to fact {check.signed}"
    )
    return 1 if check.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
