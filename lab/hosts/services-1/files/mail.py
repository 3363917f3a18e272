"""A mail server that takes everything and keeps nothing: SMTP on port 587, with STARTTLS.

Its one account is the application's. A word in the file /run/services/mail makes it refuse: every log-in (`account`),
every recipient (`recipient`), or every message (`message`).
"""

import asyncio
import os
import ssl
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/etc/ssl/lab/smtp.crt", "/etc/ssl/lab/smtp.key")
ACCOUNT = (b"family", b"the-labs-own-mail-password")
REFUSED = Path("/run/services/mail")


def refuses(what: str) -> bool:
    """Returns whether it is told to refuse that."""
    return REFUSED.exists() and REFUSED.read_text().strip() == what


class Keeper:
    """Says how many messages came, and of what size."""

    messages = 0

    async def handle_RCPT(  # noqa: N802 - its name
        self, _server: SMTP, _session: object, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Takes whom a message is for, unless it is to refuse."""
        if refuses("recipient"):
            return "550 nobody here takes mail from you"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: object, envelope: Envelope) -> str:  # noqa: N802 - its name
        """Takes a message, unless it is to refuse."""
        if refuses("message"):
            return "554 nobody here takes mail from you"
        Keeper.messages += 1
        print(f"message {Keeper.messages}: {len(envelope.content)} bytes", flush=True)
        return "250 taken"


def is_account(
    _server: SMTP, _session: object, _envelope: Envelope, _mechanism: str, login: LoginPassword
) -> AuthResult:
    """Returns whether the name and the password are the account's."""
    return AuthResult(success=(login.login, login.password) == ACCOUNT and not refuses("account"), handled=False)


def protocol() -> SMTP:
    """Returns the protocol of a connection."""
    offered = context if os.environ.get("STARTTLS") != "off" else None
    loop = asyncio.get_running_loop()
    return SMTP(
        Keeper(),
        hostname="smtp.family.test",
        tls_context=offered,
        loop=loop,
        authenticator=is_account,
        auth_require_tls=offered is not None,
    )


async def main() -> None:
    """Serves for ever."""
    server = await asyncio.get_running_loop().create_server(protocol, "0.0.0.0", 587)
    await server.serve_forever()


asyncio.run(main())
