"""Mail over SMTP: the receipt is what the server says when it takes the message.

Source: RFC 5321 (the answer to the end of DATA is the server's word that it is responsible now), RFC 3207 (STARTTLS).
"""

from __future__ import annotations

import re
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from yunqi.kernel.errors import Problem
from yunqi.operations.notices.message import NOT_SET, Message, Told, load_secret

if TYPE_CHECKING:
    from yunqi.operations.settings import Settings

_TIMEOUT_S = 15.0
_GOOD = range(200, 300)
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}")


def check_mail(address: str) -> str:
    """The address as it is kept; raises `Problem` contact.mail for what is no single mail address."""
    if not _ADDRESS.fullmatch(address):
        raise Problem(
            "contact.mail",
            "「{value}」不是邮件地址",
            field="address",
            value=ascii(address[:80]),
            way_out="例如 a@example.org",
        )
    return address


def compose(settings: Settings, to: str, message: Message, at: datetime) -> bytes:
    """The mail's bytes; the Message-ID is the delivery's, so that a repetition is known as one."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = settings.smtp_from
    mail["To"] = to
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message.id}@{settings.smtp_from.rpartition('@')[2] or settings.site_id}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    return mail.as_bytes()


def send_mail(settings: Settings, to: str, message: Message, at: datetime) -> Told:
    """Gives one mail to the server; errors are codes: not_set, unreachable, tls, timeout, sign_in, refused, broken."""
    if not settings.smtp_host or not settings.smtp_from:
        return Told("", NOT_SET)
    try:
        with _connect(settings) as server:
            if settings.smtp_user:
                server.login(
                    settings.smtp_user, load_secret(settings, settings.smtp_password_file, "smtp_password_file")
                )
            return _hand_in(server, settings.smtp_from, to, compose(settings, to, message, at))
    except Problem as problem:
        return Told("", problem.code)
    except smtplib.SMTPAuthenticationError as error:
        return Told(_words(error.smtp_code, error.smtp_error), "sign_in")
    except smtplib.SMTPResponseException as error:
        return Told(_words(error.smtp_code, error.smtp_error), "refused")
    except ssl.SSLError as error:
        return Told(str(error)[:200], "tls")
    except TimeoutError:
        return Told("", "timeout")
    except smtplib.SMTPException as error:
        return Told(str(error)[:200], "broken")
    except OSError as error:
        return Told(str(error)[:200], "unreachable")


def _connect(settings: Settings) -> smtplib.SMTP:
    host, port = settings.smtp_host, settings.smtp_port
    if settings.smtp_tls == "none":
        return smtplib.SMTP(host, port, timeout=_TIMEOUT_S)
    context = ssl.create_default_context(cafile=settings.smtp_ca_file or None)
    if settings.smtp_tls == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_S, context=context)
    server = smtplib.SMTP(host, port, timeout=_TIMEOUT_S)
    try:
        server.starttls(context=context)  # a server without it is refused: nothing goes in the clear unasked
    except BaseException:
        server.close()
        raise
    return server


def _hand_in(server: smtplib.SMTP, sender: str, to: str, mail: bytes) -> Told:
    server.ehlo_or_helo_if_needed()
    for step in (server.mail(sender), server.rcpt(to)):
        if step[0] not in _GOOD:
            return Told(_words(*step), "refused")
    code, said = server.data(mail)
    return Told(_words(code, said), None if code in _GOOD else "refused")


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:300]
