"""What the console's pages do: by keyboard, with and without JavaScript, twice, and from elsewhere."""

from __future__ import annotations

import io
import re

import httpx
import openpyxl
import pytest
from tests.kits.browser import Visits

FORM = "/console/_style/form"


def test_search_and_help_by_keyboard(style: Visits) -> None:
    visitor = style.visit()
    page = visitor.open("/console/_style")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "yq-skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.locator("h1").click()
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    visitor.shoot("help", whole=False)
    page.keyboard.press("Escape")
    assert page.locator("#help").is_hidden()
    visitor.check()


def test_a_figure_opens_its_words_beside_the_page(style: Visits) -> None:
    visitor = style.visit()
    page = visitor.open("/console/_style/more")
    page.locator("a.yq-source").click()
    page.locator("#drawer mark").wait_for()
    assert "2 小时" in page.locator("#drawer mark").inner_text()
    visitor.shoot("drawer", whole=False)
    visitor.check()
    page.keyboard.press("Escape")
    assert page.locator("#drawer").is_hidden()
    assert page.url.endswith("/more")


def test_a_dangerous_deed_asks_in_a_dialog(style: Visits) -> None:
    visitor = style.visit()
    page = visitor.open("/console/_style/more")
    page.get_by_role("link", name="删除资源").click()
    page.locator("#dialog form").wait_for()
    visitor.shoot("dialog", whole=False)
    visitor.check()
    page.locator("#dialog").get_by_role("link", name="取消").click()
    assert page.locator("#dialog").is_hidden()
    page.get_by_role("link", name="删除资源").click()
    page.locator("#dialog input[name=typed]").fill("政务服务网-01")
    page.locator("#dialog button.btn-danger").click()
    page.locator(".yq-said").wait_for()
    visitor.check()


def test_plots_are_drawn_and_their_figures_stay(style: Visits) -> None:
    visitor = style.visit()
    page = visitor.open("/console/_style/more")
    page.locator(".yq-plot-canvas canvas").first.wait_for()
    assert page.locator(".yq-plot-canvas").count() == 4
    page.locator(".yq-plot-canvas").first.hover(position={"x": 200, "y": 120})
    page.locator("details.yq-plot-table summary").first.click()
    assert "—" in page.locator(".yq-plot-table").first.inner_text()
    visitor.check()


@pytest.mark.parametrize("path", ["", "/more", "/form"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_pages_read_without_javascript(style: Visits, path: str, phone: bool) -> None:
    visitor = style.visit(phone=phone, script=False)
    page = visitor.open(f"/console/_style{path}")
    assert page.locator("h1").is_visible()
    if path == "/more":
        assert page.locator(".yq-plot-table table").first.is_visible()
        page.locator("a.yq-source").click()
        assert page.locator("mark").is_visible()
    elif phone:
        page.locator("a.yq-top-menu").click()
        assert page.get_by_role("link", name="统一工单").is_visible()
    visitor.shoot(f"plain-style{path.replace('/', '-')}")


def test_a_refused_form_keeps_what_was_typed(style: Visits) -> None:
    visitor = style.visit(language="en")
    page = visitor.open(FORM)
    page.locator("[name=vcpus]").fill("12")
    page.locator("#live-vcpus .yq-badge").wait_for()
    assert "12" in page.locator("#live-vcpus").inner_text()
    page.locator("[name=grade]").select_option("3")
    page.locator("[name=reason]").fill("<b>周五</b>")
    visitor.allowed.append("status of 422")
    page.get_by_role("button", name="Register").click()
    page.locator("[role=alert]").wait_for()
    assert page.locator("[name=name]").get_attribute("aria-invalid") == "true"
    assert page.locator("[name=grade]").input_value() == "3"
    assert page.locator("[name=reason]").input_value() == "<b>周五</b>"
    visitor.shoot("form-refused")
    visitor.check()
    page.locator("[name=name]").fill("portal")
    page.get_by_role("button", name="Register").click()
    assert "portal" in page.locator(".yq-said").inner_text()
    page.reload()
    assert page.locator(".yq-said").count() == 0
    visitor.check()


def test_the_menu_of_a_phone(style: Visits) -> None:
    visitor = style.visit(phone=True)
    page = visitor.open("/console/_style")
    assert page.get_by_role("link", name="统一工单").is_hidden()
    page.locator("[data-menu]").click()
    assert page.get_by_role("link", name="统一工单").is_visible()
    visitor.shoot("menu", whole=False)
    page.keyboard.press("Escape")
    assert page.get_by_role("link", name="统一工单").is_hidden()


def test_the_language_is_kept(style: Visits) -> None:
    visitor = style.visit()
    page = visitor.open("/console/_style?sort=name")
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.url.endswith("?sort=name")
    visitor.open("/console/_style/form")
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_form_from_elsewhere_is_refused(style_address: str) -> None:
    with httpx.Client(base_url=style_address) as client:
        shown = client.get(FORM).text
        token = re.search(r'name="_csrf" value="([0-9a-f]+)"', shown)
        assert token is not None
        good = {"_csrf": token[1], "_key": "k", "name": "x"}
        assert client.post(FORM, data=good).status_code == 303
        assert client.post(FORM, data={**good, "_csrf": ""}).status_code == 403
        assert client.post(FORM, data=good, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        client.cookies.set("yunqi_session", "another", domain="127.0.0.1")
        assert client.post(FORM, data=good).status_code == 403
    with httpx.Client(base_url=style_address) as stranger:
        assert stranger.post(FORM, data=good).status_code == 403


def test_every_answer_has_the_policy(style_address: str) -> None:
    with httpx.Client(base_url=style_address) as client:
        for path in ("/console/_style", "/console/nowhere", "/console/_style/bug", "/console/_style?format=xlsx"):
            headers = client.get(path).headers
            assert headers["content-security-policy"].startswith("default-src 'self';"), path
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["cache-control"] == "no-store"
            assert headers["x-content-type-options"] == "nosniff"
        bug = client.get("/console/_style/bug")
        assert "RuntimeError" not in bug.text
        assert bug.headers["x-request-id"] in bug.text


def test_static_files_are_kept_for_a_year_and_packed(style_address: str) -> None:
    with httpx.Client(base_url=style_address) as client:
        page = client.get("/console/_style").text
        address = re.search(r'href="(/console/static/[0-9a-f]+/vendor/tabler\.min\.css)"', page)
        assert address is not None
        answer = client.get(address[1])
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"
        stale = re.sub(r"/static/[0-9a-f]+/", "/static/000000000000/", address[1])
        assert client.get(stale).headers["cache-control"] == "no-store"
        for path in ("/console/static/x/../app.py", "/console/static/x/%2e%2e/app.py", "/console/static/x/vendor"):
            assert client.get(path).status_code == 404


def test_nobody_is_sent_to_another_site(style_address: str) -> None:
    with httpx.Client(base_url=style_address) as client:
        for address in ("https://elsewhere.example/", "//elsewhere.example", "/console//elsewhere.example", "/\\x"):
            answer = client.get("/console/language/en", params={"next": address})
            assert answer.headers["location"] == "/console/"


def test_a_table_is_a_workbook_of_figures(style_address: str) -> None:
    with httpx.Client(base_url=style_address, headers={"Accept-Language": "zh"}) as client:
        answer = client.get("/console/_style", params={"format": "xlsx", "sort": "name"})
    assert "filename*=UTF-8''" in answer.headers["content-disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 56
    assert rows[0][4] == "年费（元）"
    first = rows[1]
    assert (first[0], first[1], first[4]) == ("=1+1", "@SUM(A1)", -0.05)
    assert sheet["A2"].data_type == "s"
    assert rows[3][4] == 4845283.52
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref
