"""Secrets that are recognised by their shape; tokens are in tokens.py.

The shapes come from the rules of gitleaks [github.com/gitleaks/gitleaks, config/gitleaks.toml, 009e025] and of
detect-secrets [github.com/Yelp/detect-secrets, 1.5.0].
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.mask.spans import Span

# Hashes of passwords [crypt(5), RFC 2307, werkzeug.security, PostgreSQL's pg_authid].
HASHED = re.compile(
    rb"(?:\$(?:\d[a-z]?|2[abxy]|apr1|y|gy|7|sha1|md5|bcrypt[a-z0-9-]{0,10}|scrypt|argon2[a-z]{0,2}|pbkdf2[a-z0-9-]{0,12})\$|"
    rb"pbkdf2[:_]|scrypt:|\{(?:S?SHA\d{0,3}|S?MD5|CRYPT|PBKDF2[\w-]{0,10}|ARGON2)\}|SCRAM-SHA-\d{1,3}\$|md5(?=[0-9a-f]{32}))"
    rb"([^\s:\"',;<&]{4,}+(?::[A-Za-z0-9+/=$:.]{8,}+)?)"
)
# URLs of webhooks, which are secrets: anybody who knows one may post to it.
HOOKS = re.compile(
    rb"(?:hooks\.slack(?:-gov)?\.com/|discord(?:app)?\.com/api/webhooks/|/webhooks?/|/webhookb2/|/hooks?/|/bot(?=\d{6,}:)|"
    rb"chat\.googleapis\.com/v1/spaces/|maker\.ifttt\.com/|hc-ping\.com/|events\.pagerduty\.com/integration/|/services/(?=T))"
    rb"([^\s\"'<>\\?]{8,}+)"
)
# The secret of an application in Azure; three letters and a digit precede the match.
AZURE = re.compile(rb"Q~[A-Za-z0-9_.~-]{30,}+")
DIGIT = re.compile(rb"\d")
PRIVATE = re.compile(rb"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d")
# The longest private keys (RSA, 16384 bits) have 12.7 KiB in PEM.
LONGEST_KEY = 16 * 1024
ENDS = b"PRIVATE KEY"
URL = re.compile(rb"://[^\s\"'<>`]++")
USER = re.compile(rb"([^\s:/?#@\"'<>\[\]]{0,128}+)(:|%3A)(?!\d{1,5}(?:[/?#,\\\]]|\Z))", re.IGNORECASE)


def shape_spans(data: bytes) -> Iterator[Span]:
    """Yields the spans of secrets with a known shape."""
    yield from _keys(data)
    yield from ((max(0, match.start() - 4), match.end()) for match in AZURE.finditer(data))
    for match in HASHED.finditer(data):
        yield match.span()
    for match in HOOKS.finditer(data):
        if DIGIT.search(match[1]):
            yield match.span(1)
    for match in URL.finditer(data):
        if b"@" in match[0] or b"%40" in match[0]:
            yield from _credentials(match[0], match.start())


def _keys(data: bytes) -> Iterator[Span]:
    """Yields private keys from their first line to their last; a cut one is masked for the longest possible key."""
    at = 0
    while match := PRIVATE.search(data, at):
        end = data.find(b"-----END", match.end(), match.end() + LONGEST_KEY)
        if end < 0:
            at = min(len(data), match.end() + LONGEST_KEY)
        else:
            closes = data.find(b"-----", end + 8, end + 80)
            at = closes + 5 if closes >= 0 else end + 8
        yield match.start(), at


def _credentials(url: bytes, start: int) -> Iterator[Span]:
    """Yields the password of `scheme://user:password@host`; it may contain any character, so it ends at the last @."""
    last = max(url.rfind(b"@"), url.rfind(b"%40"))
    at = 0
    while 0 <= at < last:
        match = USER.match(url, at + 3)
        if match and match.end() <= last:
            yield start + match.end(), start + last
            return
        at = url.find(b"://", at + 3)
