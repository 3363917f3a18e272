"""A mail server that takes everything and keeps nothing: SMTP on port 587, with STARTTLS.

While there is a file /run/services/mail it takes no message for anybody.
"""

import asyncio
import os
import ssl
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/etc/ssl/lab/smtp.crt", "/etc/ssl/lab/smtp.key")


REFUSES = Path("/run/services/mail")


class Keeper:
    """Says how many messages came, and of what size."""

    messages = 0

    async def handle_RCPT(  # noqa: N802 - its name
        self, _server: SMTP, _session: object, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Takes whom a message is for, unless it is to refuse."""
        if REFUSES.exists():
            return "550 nobody here takes mail from you"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: object, envelope: Envelope) -> str:  # noqa: N802 - its name
        """Takes a message."""
        Keeper.messages += 1
        print(f"message {Keeper.messages}: {len(envelope.content)} bytes", flush=True)
        return "250 taken"


def protocol() -> SMTP:
    """Returns the protocol of a connection."""
    offered = context if os.environ.get("STARTTLS") != "off" else None
    return SMTP(Keeper(), hostname="smtp.family.test", tls_context=offered, loop=asyncio.get_running_loop())


async def main() -> None:
    """Serves for ever."""
    server = await asyncio.get_running_loop().create_server(protocol, "0.0.0.0", 587)
    await server.serve_forever()


asyncio.run(main())
