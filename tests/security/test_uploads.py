"""Files that are attacks: names, forms of thousands of parts, archives that swell, and from whom files are taken."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import httpx
import pytest
from tests.kits.attack import OWN, Stage
from tests.kits.session import SAMPLE

from yunqi.web.page import PREFIX

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_MIB = 400
"""What reading the worst of files may take beyond an empty process."""
READ = """
import json, pathlib, resource, sys
from yunqi.contract.documents import read_document
from yunqi.kernel.errors import Problem
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_document(pathlib.Path(sys.argv[1]).read_bytes(), sys.argv[2])
    code = "read"
except Problem as error:
    code = error.code
after = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"code": code, "mib": (after.ru_maxrss - before) // 1024, "cpu_s": after.ru_utime}))
"""


def upload(http: httpx.Client, name: str, content: bytes = b"x", media: str = "text/plain") -> httpx.Response:
    return http.post("/api/v1/files", files={"file": (name, content, media)}, headers=OWN)


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/cron.d/x.txt",
        "..\\..\\windows\\x.txt",
        "/etc/passwd.txt",
        "C:\\x.txt",
        "a\r\nSet-Cookie: yunqi_session=1.txt",
        'a"; filename="b.exe.txt',
        "合同\u202etxt.exe.txt",
        "a\u0000b.txt",
        "<script>alert(1)</script>.txt",
        "x" * 300 + ".txt",
        "....//x.txt",
        "%2e%2e%2fx.txt",
    ],
)
def test_a_name_is_only_a_name(stage: Stage, name: str) -> None:
    http = stage.browser("clerk")
    kept = upload(http, name)
    assert kept.status_code in {201, 422}, kept.text
    if kept.status_code == 422:
        return
    shown = kept.json()["name"]
    assert not any(unicodedata.category(char) in {"Cc", "Cf"} for char in shown), shown
    assert not {"/", "\\"} & set(shown), shown
    out = http.get(f"/api/v1/files/{kept.json()['id']}")
    assert out.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert "set-cookie" not in out.headers
    assert out.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in out.headers["content-security-policy"]
    assert not list(stage.site.settings.home.rglob("x.txt")), "names are rows, never paths"


@pytest.mark.parametrize(
    ("name", "content", "media"),
    [
        ("x.html", b"<script>alert(1)</script>", "text/html"),
        ("x.svg", b"<svg onload='alert(1)'/>", "image/svg+xml"),
        ("x.exe", b"MZ", "text/plain"),
        ("x.pdf", b"<html>", "application/pdf"),
        ("x.docx", b"MZ", WORD),
        ("x", b"x", "text/plain"),
        ("x.txt.", b"x", "text/plain"),
        (".htaccess", b"x", "text/plain"),
    ],
)
def test_what_is_no_file_of_ours_is_not_kept(stage: Stage, name: str, content: bytes, media: str) -> None:
    refused = upload(stage.browser("clerk"), name, content, media)
    assert (refused.status_code, refused.json()["code"]) == (422, "file.kind"), refused.text


def test_the_type_is_ours_whatever_the_sender_says(stage: Stage) -> None:
    http = stage.browser("clerk")
    kept = upload(http, "page.txt", b"<html><script>alert(1)</script>", "text/html")
    out = http.get(f"/api/v1/files/{kept.json()['id']}")
    assert out.headers["content-type"].startswith("text/plain")
    assert out.headers["content-disposition"].startswith("attachment")


def test_files_of_strangers_are_refused_before_they_are_sent(stage: Stage) -> None:
    size = 60 * 1024 * 1024
    for path in ("/api/v1/files", f"{PREFIX}/sign-in"):
        head = (
            f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            f"Content-Length: {size}\r\nConnection: close\r\n\r\n--b\r\n"
        )
        got = stage.raw(head.encode())
        assert got.startswith((b"HTTP/1.1 401", b"HTTP/1.1 303")), (path, got[:200])


@pytest.mark.parametrize("path", ["/api/v1/files", f"{PREFIX}/sign-out"])
@pytest.mark.parametrize("kind", ["many", "long name", "long field", "nested", "no end", "no boundary", "many files"])
def test_forms_that_are_bombs(stage: Stage, path: str, kind: str) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
    body = {
        "many": b"".join(part % (b"f%d" % number, b"") for number in range(20_000)),
        "long name": part % (b"n" * 1_000_000, b""),
        "long field": part % (b"f", b"v" * 5_000_000),
        "nested": b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n" + b"--c\r\n\r\n" * 10_000,
        "no end": b"--b\r\nContent-Disposition: form-data; name=x",
        "no boundary": b"x" * 100_000,
        "many files": b"".join(
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="%d.txt"\r\n\r\nx\r\n' % number
            for number in range(5_000)
        ),
    }[kind] + b"--b--\r\n"
    http = stage.browser("clerk")
    answer = http.post(path, content=body, headers={**OWN, "Content-Type": "multipart/form-data; boundary=b"})
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:200])
    assert stage.browser("clerk").get("/api/v1/session").status_code == 200


def word(body: bytes, *, level: int = zipfile.ZIP_DEFLATED, parts: int = 1) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", level) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for number in range(parts):
            archive.writestr("word/document.xml" if number == 0 else f"word/part{number}.xml", body)
    return out.getvalue()


def entities() -> bytes:
    names = [f'<!ENTITY a{one + 1} "{f"&a{one};" * 10}">' for one in range(9)]
    text = '<!DOCTYPE x [<!ENTITY a0 "boom">' + "".join(names) + "]>"
    ns = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return (
        f'{text}<w:document xmlns:w="{ns}"><w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>'.encode()
    )


def outside() -> bytes:
    ns = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    head = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    return (
        f'{head}<w:document xmlns:w="{ns}"><w:body><w:p><w:r><w:t>&f;</w:t></w:r></w:p></w:body></w:document>'.encode()
    )


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("swells", {"document.bomb"}),
        ("many parts", {"document.bomb"}),
        ("entities", {"read", "document.damaged", "document.empty"}),
        ("deep", {"read", "document.damaged", "document.empty", "document.bomb"}),
    ],
)
def test_archives_and_markup_that_swell_are_bounded(tmp_path: Path, kind: str, codes: set[str]) -> None:
    """Read by a process of its own, whose memory is measured."""
    made = {
        "swells": lambda: word(bytes(500 * 2**20)),
        "many parts": lambda: word(b"<a/>", parts=20_000),
        "entities": lambda: word(entities()),
        "deep": lambda: word(b"<a>" * 100_000 + b"</a>" * 100_000),
    }[kind]()
    assert len(made) < 4 * 2**20
    path = tmp_path / "x.docx"
    path.write_bytes(made)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path), "x.docx"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout)
    assert said["code"] in codes, said
    assert said["mib"] < MOST_MIB, said


def test_markup_reads_no_file_of_ours(tmp_path: Path) -> None:
    from yunqi.contract.documents import read_document
    from yunqi.kernel.errors import Problem

    try:
        read = repr(read_document(word(outside()), "x.docx"))
    except Problem as error:
        read = str(error)
    assert "root:" not in read


@pytest.mark.parametrize(
    "path",
    [
        "/console/static/../../settings.py",
        "/console/static/..%2f..%2f..%2fetc%2fpasswd",
        "/console/static/%2e%2e/%2e%2e/app.py",
        "/console/static//etc/passwd",
        "/console/static/x/%00",
        "/api/v1/files/..%2f..%2fsite.toml",
        "/api/v1/documents/..%2fkeys%2froot.sm2.pem",
        "/api/v1/contracts/..%2f..%2fetc%2fpasswd/document",
        "/..%2f..%2fetc/passwd",
    ],
)
def test_no_path_leads_out(stage: Stage, path: str) -> None:
    got = stage.raw(
        f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Cookie: yunqi_session={stage.browser('clerk').cookies['yunqi_session']}\r\n\r\n".encode()
    )
    assert got.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400", b"HTTP/1.1 422")), got[:100]
    for word_ in (b"root:", b"BEGIN", b"listen_port", b"import "):
        assert word_ not in got


def test_a_sample_still_goes_in(stage: Stage) -> None:
    assert upload(stage.browser("clerk"), SAMPLE.name, SAMPLE.read_bytes(), WORD).status_code == 201
