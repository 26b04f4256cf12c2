"""The real OpenID Connect provider of the tests, on loopback, and a browser that signs in there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

FOLDER = Path(__file__).resolve().parents[1] / "oidc"
BASE = "http://127.0.0.1:9"
"""This installation as the provider knows it; nothing listens there: the browser stops at the way back."""
SECRET = "a secret of the tests only: / + %"  # noqa: S105


class ProviderMissingError(Exception):
    """Node.js or the provider's packages are not on this machine."""


class RealProvider:
    """A provider process; `rotate` signs with a fresh key from then on."""

    def __init__(self, return_path: str) -> None:
        if shutil.which("node") is None or not (FOLDER / "node_modules" / "oidc-provider").exists():
            raise ProviderMissingError("the OpenID Connect provider is missing: scripts/setup.sh test")
        self._process = subprocess.Popen(
            ["node", str(FOLDER / "provider.mjs"), BASE + return_path, BASE + "/"],
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.issuer: str = self._read()["issuer"]

    def rotate(self) -> None:
        self._order("rotate")

    def _order(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()
        assert self._read() == {"done": word}

    def _read(self) -> dict[str, str]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):  # the provider prints warnings too
                return dict(json.loads(line))
        raise ProviderMissingError("the OpenID Connect provider ended")

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)

    def sign_in(self, address: str, login: str, *, cancel: bool = False) -> dict[str, str]:
        """Signs in as a browser would; returns the query that the provider sends back."""
        with httpx.Client(timeout=20) as browser:
            response = browser.get(address)
            for _ in range(20):
                if response.is_redirect:
                    target = urljoin(str(response.url), response.headers["location"])
                    if target.startswith(BASE):
                        return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
                    response = browser.get(target)
                    continue
                page = response.text
                if cancel:
                    found = re.search(r'href="([^"]*/abort)"', page)
                    assert found, page
                    response = browser.get(urljoin(str(response.url), found[1]))
                    continue
                action = re.search(r'<form[^>]*action="([^"]+)"', page)
                prompt = re.search(r'name="prompt" value="(\w+)"', page)
                assert action, page
                assert prompt, page
                form = {"prompt": prompt[1], "login": login, "password": "any"}
                response = browser.post(urljoin(str(response.url), action[1]), data=form)
        raise AssertionError("no way back was taken")
