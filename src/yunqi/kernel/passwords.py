"""What a new password must be: long, and none that is tried first. No rule about kinds of characters, no expiry.

Source: NIST SP 800-63B-4 3.1.1.2, OWASP ASVS 2.1.1 to 2.1.7 and 2.1.9.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from yunqi.kernel.errors import Problem

SHORTEST, LONGEST = 12, 256
LOGIN_LONGEST = 64
_CLIPPED = 1024
"""Nothing longer is looked at: text from a stranger may be of any size."""
_TELLING = 4
_RUNS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
)
_COMMON = frozenset(  # words, as a text that can be read
    """
    password passw0rd p@ssword p@ssw0rd pa55word passwort mima wodemima mypassword yourpassword changeme changeit
    administrator admin adminadmin root rootroot superuser sysadmin system manager guest test testtest testing demo
    default secret topsecret letmein welcome welcomeback iloveyou iloveu woaini woaiwojia woaini1314 wozuiai
    qwerty qwertyuiop qwert asdf asdfgh asdfghjkl zxcvbnm zxcvbn qazwsx qazwsxedc 1qaz2wsx 1q2w3e4r abc abcd abc123
    monkey dragon football baseball basketball princess sunshine shadow superman batman michael jordan master killer
    computer internet server database oracle mysql postgres ubuntu centos huawei inspur aliyun tencent google
    china zhongguo beijing shanghai guangzhou shenzhen zhengwu zhengwuyun gongzuo danwei zhengfu gov government
    cloud yun yunqi yunqicloud openstack company office login user username signin hello helloworld nihao xingfu
    trustno1 starwars whatever freedom summer winter spring autumn january monday family happy lucky money
    """.split()  # noqa: SIM905
)


def fold_login(login: str) -> str | None:
    r"""The one form of a login name (NFKC, case folded); None for a text that can be none.

    >>> fold_login(" Ｌi.Ming "), fold_login("a\x00b"), fold_login("a b")
    ('li.ming', None, None)
    """
    if len(login) > _CLIPPED:
        return None
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", login.strip()).casefold())
    if not 1 <= len(folded) <= LOGIN_LONGEST or not all(char.isalnum() or char in "._-@+" for char in folded):
        return None
    # Letters of one script at a time: `а` of Cyrillic beside Latin letters is a trap.
    return folded if len({_script_of(char) for char in folded if char.isalpha()}) <= 1 else None


def _script_of(char: str) -> str:
    script = unicodedata.name(char, "?").partition(" ")[0]
    return "CJK" if script in {"CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO"} else script


def fold_password(password: str) -> bytes | None:
    r"""The bytes that are hashed (NFKC, UTF-8); None for a text that can be no password: too long, or no Unicode.

    >>> fold_password("ｐａｓｓ"), fold_password("x" * 10_000_000), fold_password("\ud800")
    (b'pass', None, None)
    """
    if len(password) > _CLIPPED:
        return None
    folded = unicodedata.normalize("NFKC", password)
    try:
        return folded.encode() if 1 <= len(folded) <= LONGEST else None
    except UnicodeEncodeError:
        return None


def judge_password(password: str, *, login: str, names: Iterable[str]) -> Problem | None:
    """Why a new password is refused, or None. `names`: of the person and the organisation."""
    folded = unicodedata.normalize("NFKC", password[:_CLIPPED])
    if not SHORTEST <= len(folded) <= LONGEST or len(password) > _CLIPPED:
        return Problem(
            "password.length",
            "密码须有 {shortest} 至 {longest} 个字符",
            field="password",
            shortest=SHORTEST,
            longest=LONGEST,
            way_out="请用一句只有您知道的话作密码；字符种类不限，可含空格与汉字",
        )
    if any(unicodedata.category(char) in {"Cc", "Cs", "Co"} for char in folded):
        return Problem("password.characters", "密码含有不可用的字符", field="password", way_out="请用键盘能输入的字符")
    lowered = folded.casefold()
    telling = [name.casefold() for name in (login, login.partition("@")[0], *names) if len(name) >= _TELLING]
    if any(name in lowered for name in telling):
        return Problem(
            "password.telling", "密码含有登录名、姓名或单位名称", field="password", way_out="请换一个与自己无关的密码"
        )
    if is_common(lowered):
        return Problem("password.common", "这个密码太常见，容易被猜中", field="password", way_out="请换一个密码")
    return None


def is_common(lowered: str) -> bool:
    """Whether a password is one of those tried first: a known word with figures around it, a run, a repeated piece.

    >>> is_common("password2026!"), is_common("abcabcabcabc"), is_common("123456789012"), is_common("四月的雨落旧瓦")
    (True, True, True, False)
    """
    words = "".join(char if char.isalpha() or char in "@0" else " " for char in lowered).split()
    letters = lowered.strip("0123456789 !@#$%^&*()_+-=.,?~`")
    if {letters, lowered} & _COMMON or (
        words and all(word.strip("@0") in _COMMON or word in _COMMON for word in words)
    ):
        return True
    if any(
        lowered == (lowered[:size] * len(lowered))[: len(lowered)] for size in range(1, min(7, len(lowered) // 2 + 1))
    ):
        return True
    bare = "".join(char for char in lowered if char.isalnum())
    return _is_made_of_runs(bare) or not bare


def _is_made_of_runs(text: str) -> bool:
    """Whether the whole text is made of at most four pieces that each lie in a run of the keyboard or the alphabet."""
    place, pieces = 0, 0
    runs = (*_RUNS, *(run[::-1] for run in _RUNS))
    while place < len(text):
        size = 3
        if not any(text[place : place + size] in run for run in runs) or place + size > len(text):
            return False
        while place + size < len(text) and any(text[place : place + size + 1] in run for run in runs):
            size += 1
        place, pieces = place + size, pieces + 1
    return 0 < pieces <= 4
