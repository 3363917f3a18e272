"""Values that their name marks as secret: `password=…`, `"token": "…"`, `--api-key …`, `Authorization: …`.

All patterns match the text in lower case, start at a literal, and use possessive quantifiers, so that no text makes
them slow. They cover the ways in which logs, shells and pages quote a value.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from engine.mask.plain import opaque
from engine.mask.spans import JUDGED, Span

# An opening quote: double, single, backquote, or an HTML or URL encoding of one. It determines how the value ends.
QUOTE = rb"""(?:(?P<double>\\{0,3}+(?:"{1,3}+|&quot;|&\#34;|%22))
|(?P<single>\\{0,3}+(?:'{1,3}+|&\#0?39;|&\#x27;|&apos;|%27))|(?P<back>`))?+"""
# The value up to the same kind of quote or the end of the line, because a text may be cut before the closing quote.
DOUBLE = rb"""(?:[^"\\&%\n]|\\[^"\n](?!")|\\["](?=[^\s,;:}\])"\n])|&(?!quot;|\#34;)|%(?!22))*+"""
SINGLE = rb"""(?:[^'\\&%\n]|\\[^'\n](?!')|\\['](?=[^\s,;:}\])'\n])|'(?='|\\''|"'"')
|&(?!\#0?39;|\#x27;|apos;)|%(?!27))*+"""
BARE = rb"""(?:[^\s"'`,;&<>)}\]\\%|]|\\(?![nrt"'])|%(?!22|27|26|0a|20)
|&(?!amp;|lt;|gt;|quot;|\#)(?![\w.-]{1,40}=))++"""
VALUE = b"(?P<value>(?(double)" + DOUBLE + b"|(?(single)" + SINGLE + b"|(?(back)[^`\\n]*+|" + BARE + b"))))"
CLOSES = rb"""(?:\\{0,3}["'`\]]|&quot;|&\#\w{2,4};|%22|%27|</[\w:-]{1,40}>)?"""
SEPARATOR = rb"""[ \t]{0,8}(?:=>|:=|==?|:|%3d|%3a|</(?:key|name|td|dt|th)>\s{0,8}<(?:string|value|td|dd)>)[ \t]{0,8}"""
# Suffixes of the stem in a name: `_key_base`, `Hash`, `2`.
TAIL = rb"""(?:(?P<plural>s)|\d{1,3})?
(?:[_.-][a-z0-9_.-]{0,40}+|(?:key|value|hash|base|id|text|data|string|plain|new|old){1,2}+)?"""
# Names of secrets. A value after a STRONG name is always masked, after a WEAK one only when it is no plain word.
STRONG = re.findall(
    r"\S+",
    """
    password passwd passphrase passcode passwort pass pwd secret token apikey api_key api-key api.key
    accesskey access_key access-key privatekey private_key private-key secretkey encryptionkey encryption_key
    signingkey signing_key sharedkey shared_key masterkey master_key accountkey account_key storagekey
    storage_key clientkey client_key licensekey license_key deploykey deploy_key stripekey stripe_key
    servicekey service_key sessionkey session_key requirepass masterauth credential credentials
    """,
)
WEAK = re.findall(
    r"\S+",
    """
    key auth sig signature session sid code hash salt seed cookie nonce otp pin dsn webhook jwt bearer pw
    cred certificate connectionstring connection_string state assertion verifier ticket hmac
    digest csrf xsrf
    """,
)
SURE = {word.encode() for word in STRONG}


def _any_of(words: list[str]) -> bytes:
    """Returns a pattern for any of the words, grouped by first letter, so that most characters are tested once."""
    groups: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        groups.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in groups.items()).encode()


# Texts after a name that are not values: nothing, a placeholder, a mask, or the continuation of a sentence.
WORDS = rb"""none|null|nil|true|false|yes|no|on|off|unset|empty|missing|required|optional|invalid|expired|unexpected
|expected|must|is|are|was|not|a|an|the|and|or|of|for|to|in|it|this|that|with|has|file|prompt|bool|str|int|string|ok
|set|redacted|hidden|masked"""
NOTHING = (
    rb"(?!(?:"
    + WORDS
    + rb""")(?=[.,;:)\]}]{0,3}+(?:[\s"'<&\\`]|\Z))|\*{3,}|\$\{?[a-z_]|\{\{|%\(|<|(?:\xe2\x80\xa2){3}
|/(?:[a-z0-9_.-]{1,40}/){1,9}|\d{1,4}(?!\w))"""
)


def _pattern(text: bytes) -> re.Pattern[bytes]:
    return re.compile(text, re.VERBOSE)


NAMED = _pattern(b"(?P<stem>(?>" + _any_of(STRONG + WEAK) + b"))" + TAIL + CLOSES + SEPARATOR + QUOTE + NOTHING + VALUE)
# libpq, SQL and .netrc separate name and value by a blank; a quote or the preceding text distinguishes it from prose.
SPACED = _pattern(
    rb"""(?:pass(?:word|wd|phrase)?[ ]{1,4}(?=["'\\]|\$\$|&quot;|&\#)
|identified[ ](?:with[ ]\w{1,40}+[ ])?(?:by|as)[ ]{1,4}
|requirepass["']?\s{1,4}|masterauth["']?\s{1,4}|login\s{1,8}\S{1,80}+\s{1,8}password\s{1,8}
|"auth"\s{1,4}(?:"[^"\n]{1,80}+"\s{1,4})?(?="))"""
    + QUOTE
    + rb"(?:\$\$)?"
    + NOTHING
    + VALUE
)
OPTION = _pattern(
    rb"""-(?:[a-z0-9]{1,20}+-){0,5}+(?:[a-z0-9]{0,20}(?:pass|password|passwd|passphrase|secret|token|key|auth|credentials|pw))
(?:["'],)?[ \t=]["']?(?!-|\.{0,2}/|[ ])([^\s"'<]++)"""
)
HEADER = _pattern(
    rb"""(?:authorization|cookie2?|x-(?:[a-z]{1,20}-){0,3}(?:key|token|auth|secret|signature))"""
    + CLOSES
    + rb"""\s{0,4}(?::|=>?|%3a)\s{0,4}+(?:\\{0,3}["']|&quot;|&\#\w{2,4};)?+
(?!(?:\xe2\x80\xa2){3})((?:[^"'\n<&\\]|&(?!quot;|\#)|\\(?!["'n]))++)"""
)
SCHEME = _pattern(rb"(?:bearer|basic|negotiate)(?:[ ]|%20|\+){1,4}([a-z0-9._~+/=%-]{8,}+)")
# Whether a password follows a short option depends on the program, whose name stands before it.
SHORT = _pattern(rb"[ ]-([pawub])([ ]?)[\"']?+(?!-|\xe2\x80\xa2)([^\s\"']++)")
PROGRAMS = {
    b"p": (b"mysql", b"mariadb", b"sshpass", b"mongo"),
    b"a": (b"redis-cli", b"valkey-cli"),
    b"w": (b"ldap",),
    b"u": (b"curl", b"wget", b"http"),
    b"b": (b"htpasswd",),
}
# The bytes before the option in which the program is searched.
REACH = 160
SETUSER = _pattern(rb"(?<=[ \"'])[>\#]([^\s\"'<>]{4,}+)")
# .pgpass: host:port:database:user:password [libpq-pgpass]; an IPv6 address has fields of four hex digits at most.
PGPASS = _pattern(
    rb":(?:\d{2,5}|\*):(?:\*|[a-z_][\w.-]{0,62}+):(?:\*|[a-z_][\w.-]{0,62}+):"
    rb"(?![0-9a-f]{1,4}(?:[^0-9a-z]|\Z))([^\s\"'<:]{3,}+)"
)
# The characters of names, and the texts before a name at the start of a line, as in a settings file.
NAME = (string.ascii_letters + string.digits + "_.-").encode()
ALONE = (b"", b"-", b"export", b"set", b"environment=", b"setx", b"declare -x")
LONGEST = 4096
# Python's representation of an object, whose parts are judged separately.
CALL = re.compile(rb"[A-Za-z_][\w.]{0,60}\(")


def keyed_spans(data: bytes, lower: bytes) -> Iterator[Span]:
    """Yields the spans of values whose name marks them as secret; `lower` is `data` in lower case."""
    yield from _named(data, lower)
    for match in SPACED.finditer(lower):
        yield match.span("value")
    for match in OPTION.finditer(lower):
        # A hyphen inside a word does not begin an option: `username-password pair`.
        if not lower[max(0, match.start() - 1) : match.start()].isalnum():
            yield match.span(1)
    for pattern in (HEADER, PGPASS):
        yield from (match.span(1) for match in pattern.finditer(lower))
    yield from _short_options(lower)
    for match in SCHEME.finditer(lower):
        value = data[slice(*match.span(1))]
        if not value.isalpha() or not (value.islower() or value.istitle()):
            yield match.span(1)


def _named(data: bytes, lower: bytes) -> Iterator[Span]:
    judged = at = 0
    while match := NAMED.search(lower, at):
        start, at = match.span("value")
        if match["stem"] in SURE and not match["plural"]:
            at = max(at, _bound(data, match))
            yield start, at
            continue
        judged += 1
        if judged > JUDGED or at - start > LONGEST or _hides(data, match):
            yield start, at
        else:
            # The text after a WEAK name may contain another name.
            at = start if start > match.start() else at


def _hides(data: bytes, match: re.Match[bytes]) -> bool:
    """Whether the value after a WEAK name such as `key` is a secret."""
    start, end = match.span("value")
    name = match.start("stem")
    # A stem inside a word is not a name: `processId`, `monkey`.
    begins = not data[max(0, name - 1) : name].islower() or data[name : name + 1].isupper()
    return begins and end - start >= 8 and not CALL.match(data, start) and opaque(data[start:end])


def _short_options(lower: bytes) -> Iterator[Span]:
    known = [name for names in PROGRAMS.values() for name in names if name in lower]
    if known:
        for judged, match in enumerate(SHORT.finditer(lower)):
            if judged > JUDGED or _takes_password(lower, match, known):
                yield match.span(3)
    if b"setuser" in lower:
        for match in SETUSER.finditer(lower):
            if lower.rfind(b"setuser", max(0, match.start() - REACH), match.start()) >= 0:
                yield match.span(1)


def _takes_password(lower: bytes, match: re.Match[bytes], known: list[bytes]) -> bool:
    near, start = max(0, match.start() - REACH), match.start()
    near = max(near, lower.rfind(b"\n", near, start))
    program = next((n for n in PROGRAMS[match[1]] if n in known and lower.rfind(n, near, start) >= 0), b"")
    # `mysql -p database` prompts for the password; a user of curl may have none.
    glued = program in (b"mysql", b"mariadb")
    return bool(program) and not (glued and match[2]) and (match[1] != b"u" or b":" in match[3])


def _bound(data: bytes, match: re.Match[bytes]) -> int:
    """Returns the end of an unquoted value that its surroundings delimit, or 0; it may contain any character."""
    if match["double"] or match["single"] or match["back"]:
        return 0
    start = match.start("value")
    if data[start - 1 : start] == b">":
        return _first(data, start, b"<")
    before = data[max(0, match.start() - REACH) : match.start()].rstrip(NAME)
    if before[-1:] in (b'"', b"'"):
        return _first(data, start, before[-1:])
    if before[before.rfind(b"\n") + 1 :].strip().lower() in ALONE:
        return _first(data, start, b"\n")
    return 0


def _first(data: bytes, start: int, sign: bytes) -> int:
    """Returns the position of the next `sign`, or the end of the line."""
    end = data.find(b"\n", start, start + LONGEST)
    end = end if end >= 0 else min(len(data), start + LONGEST)
    position = data.find(sign, start, end)
    return position if position >= 0 else end
