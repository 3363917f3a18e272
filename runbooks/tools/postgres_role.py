"""Prints the SQL that gives a role the password of a URL in an environment file: FILE NAME [create].

The password itself is not in it, but its SCRAM verifier, so that it reaches no log. With `create` the role is made
where it is missing; else every limit of its log-in is taken away.
"""

import base64
import hashlib
import hmac
import os
import re
import sys
import urllib.parse
from pathlib import Path


def url_in(text: str, name: str) -> urllib.parse.SplitResult:
    """Returns the URL of the variable's last line."""
    found = [line.split("=", 1)[1].strip() for line in text.splitlines() if re.match(rf"\s*(export\s+)?{name}=", line)]
    return urllib.parse.urlsplit(found[-1].strip("'\""))


def verifier(password: str, salt: bytes) -> str:
    """Returns what PostgreSQL stores of a password (RFC 5803, with 4096 rounds)."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 4096)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    return "SCRAM-SHA-256$4096:{}${}:{}".format(*(base64.b64encode(part).decode() for part in (salt, stored, server)))


def sql(role: str, secret: str, create: bool) -> str:
    """Returns the statements for psql."""
    if not create:
        return f"ALTER ROLE \"{role}\" LOGIN CONNECTION LIMIT -1 VALID UNTIL 'infinity' PASSWORD '{secret}';"
    return (
        f"SELECT 'CREATE ROLE \"{role}\"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')\\gexec\n"
        f"ALTER ROLE \"{role}\" LOGIN PASSWORD '{secret}';\n"
        f'GRANT pg_monitor TO "{role}";\n'
        f"SELECT format('GRANT CONNECT ON DATABASE %I TO \"{role}\"', current_database())\\gexec"
    )


if __name__ == "__main__":
    url = url_in(Path(sys.argv[1]).read_text(), sys.argv[2])
    user, password = (urllib.parse.unquote(part or "") for part in (url.username, url.password))
    print(sql(user, verifier(password, os.urandom(16)), sys.argv[3:] == ["create"]))
