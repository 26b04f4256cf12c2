"""The style guide in a real browser: every component, on a desk and on a phone, in both languages."""

import pytest
from tests.kits.browser import Visits

PAGES = {
    "": 200,
    "/form": 200,
    "/empty": 200,
    "/refused": 404,
    "/bug": 500,
    "/sign-in": 200,
    "?as=assumed": 200,
}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("path", PAGES)
def test_components(style: Visits, path: str, phone: bool, language: str) -> None:
    visitor = style.visit(phone=phone, language=language)
    visitor.open(f"/console/_style{path}", PAGES[path])
    visitor.page.wait_for_timeout(200)
    visitor.shoot(f"style{path.replace('/', '-')}")
    visitor.check()
