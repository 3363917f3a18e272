"""The services that others run: token service, second factor, mail. Each is asked with a short timeout."""

import asyncio
import logging
import smtplib
import ssl
from email.message import EmailMessage

import httpx
from fastapi import HTTPException

from second_brain_database.stores import settings

log = logging.getLogger("sbd.services")
# The system's certificates, not those that come with the client.
trusted = ssl.create_default_context()
client = httpx.AsyncClient(timeout=3, verify=trusted)


async def ask(name: str, url: str, body: dict[str, object]) -> dict[str, object]:
    """Returns a service's answer; 502 when it gave none that is of use."""
    try:
        response = await client.post(url, json=body)
        response.raise_for_status()
        return response.json()
    except (httpx.HTTPError, ValueError) as error:
        log.error("%s does not answer: %s", name, type(error).__name__)
        raise HTTPException(502, f"{name} does not answer") from error


async def may_spend(account: str, amount: int) -> bool:
    """Whether the account has that many tokens."""
    answer = await ask("token service", f"{settings.SBD_TOKENS_URL}/validate", {"account": account, "amount": amount})
    return bool(answer.get("valid"))


async def is_second_factor(username: str, code: str) -> bool:
    """Whether the code is the user's."""
    answer = await ask("2FA service", f"{settings.TWO_FACTOR_URL}/verify", {"username": username, "code": code})
    return bool(answer.get("verified"))


async def send_mail(to: str, subject: str, text: str) -> bool:
    """Sends a message; False, and an error in the log, when the server does not take it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.MAIL_FROM, to, subject
    message.set_content(text)
    try:
        await asyncio.to_thread(_send, message)
    except (OSError, smtplib.SMTPException) as error:
        log.error("family invitation not sent: %s", type(error).__name__)
        return False
    return True


def _send(message: EmailMessage) -> None:
    with smtplib.SMTP(settings.SMTP_HOST, settings.SMTP_PORT, timeout=3) as server:
        if settings.SMTP_STARTTLS:
            server.starttls(context=trusted)
        server.login(settings.SMTP_USER, settings.SMTP_PASSWORD)
        server.send_message(message)
