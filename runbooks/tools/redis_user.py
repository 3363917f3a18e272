"""Prints the ACL SETUSER of the user whose URL stands in an environment file: FILE NAME.

It may look at what the checks read and change nothing. The password itself is not in it, but its SHA-256.
"""

import hashlib
import re
import sys
import urllib.parse
from pathlib import Path

RIGHTS = (
    "+ping +info +dbsize +scan +ttl +object|idletime +type +exists +get +hgetall"
    " +slowlog|get +select +client|setname +client|list +config|get"
)


def url_in(text: str, name: str) -> urllib.parse.SplitResult:
    """Returns the URL of the variable's last line."""
    found = [line.split("=", 1)[1].strip() for line in text.splitlines() if re.match(rf"\s*(export\s+)?{name}=", line)]
    return urllib.parse.urlsplit(found[-1].strip("'\""))


if __name__ == "__main__":
    url = url_in(Path(sys.argv[1]).read_text(), sys.argv[2])
    if not (url.username and url.password):
        sys.exit(f"the URL in {sys.argv[2]} names no user or no password; expected redis://USER:PASSWORD@HOST")
    user, password = urllib.parse.unquote(url.username), urllib.parse.unquote(url.password)
    print(f"ACL SETUSER {user} on resetpass #{hashlib.sha256(password.encode()).hexdigest()} ~* -@all {RIGHTS}")
