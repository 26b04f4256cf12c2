"""Help: what the marks mean and which keys there are; the dialog of the same says it with JavaScript."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from yunqi.kernel.rights import ROLE_WORDS
from yunqi.kernel.words import _
from yunqi.web.badges import STATES, party_words, roles_words
from yunqi.web.page import PageOf
from yunqi.web.pages.people import ROLE_NOTES
from yunqi.web.scopes import list_scopes

router = APIRouter()
COMES_TO = {
    "using_unit": "看买了什么、在额度内订购、核对是否交付、举证违约、验收与付款",
    "provider": "按合同交付、守住时限、按时提交各类报告、按期收款",
    "administration": "备案统一工单、每月比较各云服务商与各单位、回收闲置资源",
    "supervisor": "检查、发出整改通知、审核证据",
    "integrator": "在使用单位的租户内运维一个信息系统",
}
"""What each party is here for."""
SHOWN = ("work_order", "resource", "incident", "verdict", "statement")


@router.get("/help")
def show_help(page: PageOf) -> Response:
    """For everybody, signed in or not."""
    layout = "layout/shell.html" if page.caller_or_none else "layout/bare.html"
    caller = page.caller_or_none
    return page.render(
        "help/page.html",
        layout=layout,
        shown=[(of, list(STATES[of])) for of in SHOWN],
        roles=[(_(ROLE_WORDS[role]), _(ROLE_NOTES[role])) for role in ROLE_WORDS],
        parties=[(party_words(party), _(COMES_TO[party])) for party in COMES_TO],
        mine=list_scopes(caller) if caller else [],
        held=roles_words(caller.roles) if caller else "",
    )
