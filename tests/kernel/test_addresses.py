"""Where events may be sent to: hostile addresses in every way they can be written."""

from __future__ import annotations

import pytest

from yunqi.kernel.addresses import check_resolved, is_public, read_endpoint
from yunqi.kernel.errors import Problem

CLOSED = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0x7F.1",
    "017700000001",
    "0177.0.0.1",
    "0",
    "0.0.0.0",  # noqa: S104 - looked at, not bound
    "10.0.0.1",
    "010.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "[2001:db8::1]",
    "[2001::1]",
    "localhost",
    "localhost.",
    "db",
    "1.2.3.4.5",
    "8.8.8.08",
    "a..example.org",
    "-a.example.org",
    "exa_mple.example.org",
]


@pytest.mark.parametrize("host", CLOSED)
def test_what_is_not_on_the_open_network_is_refused(host: str) -> None:
    with pytest.raises(Problem) as caught:
        read_endpoint(f"https://{host}/hook")
    assert caught.value.code in {"address.host", "address.unreadable"}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hook",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "https://",
        "https:///x",
        "https://user@example.org/",
        "https://user:pass@example.org/",
        "https://example.org@127.0.0.1/",
        "https://example.org/#x",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org:x/",
        "https://exa mple.org/",
        "https://example.org/\r\nHost: x",
        "https://example.org\\@127.0.0.1/",
        "https://例子.org/",
        "https://[::1/",
        "https://example.org/" + "a" * 500,
    ],
)
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(Problem) as caught:
        read_endpoint(url)
    assert caught.value.code in {"address.unreadable", "address.scheme"}


def test_an_address_of_the_open_network() -> None:
    found = read_endpoint("https://Hooks.Example.org/a/b?key=1")
    assert (found.host, found.port, found.target, found.authority) == (
        "hooks.example.org",
        443,
        "/a/b?key=1",
        "hooks.example.org",
    )
    assert read_endpoint("https://8.8.8.8:8443").authority == "8.8.8.8:8443"
    assert read_endpoint("https://[2606:4700::1]/").authority == "[2606:4700::1]"


def test_without_tls_only_to_hosts_that_are_trusted() -> None:
    with pytest.raises(Problem) as caught:
        read_endpoint("http://hooks.example.org/")
    assert caught.value.code == "address.scheme"
    assert read_endpoint("http://hooks.example.org/", trusted=("hooks.example.org",)).port == 80
    assert read_endpoint("http://127.0.0.1:9/", trusted=("127.0.0.1",)).port == 9
    with pytest.raises(Problem):
        read_endpoint("http://127.1:9/", trusted=("127.0.0.1",))


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("hooks.example.org", True),
        ("a.example.cn", True),
        ("example.cn", False),
        ("evil-example.cn", False),
        ("hooks.example.org.evil.com", False),
        ("inner.example.net", True),
    ],
)
def test_a_list_of_hosts(host: str, allowed: bool) -> None:
    only, trusted = ("hooks.example.org", ".example.cn"), ("inner.example.net",)
    if allowed:
        assert read_endpoint(f"https://{host}/", trusted=trusted, only=only).host == host
        return
    with pytest.raises(Problem) as caught:
        read_endpoint(f"https://{host}/", trusted=trusted, only=only)
    assert caught.value.code == "address.closed"


@pytest.mark.parametrize(
    ("addresses", "code"),
    [
        ((), "address.unresolved"),
        (("127.0.0.1",), "address.host"),
        (("8.8.8.8", "10.0.0.1"), "address.host"),
        (("::ffff:10.0.0.1",), "address.host"),
        (("fe80::1%eth0",), "address.host"),
        (("nonsense",), "address.host"),
    ],
)
def test_a_name_that_leads_inside_is_refused(addresses: tuple[str, ...], code: str) -> None:
    with pytest.raises(Problem) as caught:
        check_resolved("hooks.example.org", addresses)
    assert caught.value.code == code


def test_the_checked_address_is_the_one_that_is_taken() -> None:
    assert check_resolved("hooks.example.org", ("8.8.8.8", "1.1.1.1")) == "8.8.8.8"
    assert check_resolved("inner.example.net", ("10.0.0.1",), trusted=("inner.example.net",)) == "10.0.0.1"
    assert not is_public("not an address")
