"""Personal addresses: mail addresses and public IP addresses, which evidence files must not contain."""

from __future__ import annotations

import ipaddress
import re

from engine.mask.spans import MASK

# At most 64 characters precede the @ [RFC 5321, 4.5.3.1.1]; systemd's `name@instance.service` is not a mail address.
MAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}+@(?=[\w-]+(?:\.[\w-]+)+\b)(?![\w.:-]*\.(?:service|socket|timer|slice|scope)\b)"
)
ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[0-9a-f:]{0,40}::?[0-9a-f])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w:])",
    re.IGNORECASE,
)


def without_addresses(text: str) -> str:
    """Returns `text` with public IP addresses and the local parts of mail addresses masked; domains stay."""
    return ADDRESS.sub(_masked, MAIL.sub(f"{MASK}@", text))


def _masked(match: re.Match[str]) -> str:
    try:
        return MASK if ipaddress.ip_address(match[0]).is_global else match[0]
    except ValueError:
        return match[0]
