"""Random-looking tokens: keys of any vendor, recognised by how often lower case, upper case and digits alternate.

A key of 20 characters alternates about every second character. Words, paths, versions and identifiers do so rarely, or
only at a separator. This measures entropy between neighbours and not over the set of letters, because `application` and
`q7Zp4wXk2Lm` have equally many different letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.mask.spans import JUDGED, Span

# The characters of keys: hex, base32, base58, base62, base64 and its variant for URLs [RFC 4648].
TOKEN = re.compile(rb"[A-Za-z0-9+_-][A-Za-z0-9+/_-]{13,}+={0,2}")
SHORT, LONG = 16, 20
# The number of turns that ordinary words may have.
FEW = 2
SLASH, DOT = b"/."
WORD = re.compile(rb"[A-Z]?[a-z]{3,}|[A-Z]{4,}|[0-9]{2,}")
DOTTED = re.compile(rb"(?<![A-Za-z0-9])(?:SG|ya29|hv[sbr]|xoxe|dp\.[a-z]{2}|atlasv1|1//)\.\Z")
# The prefixes of vendors' keys, from the rules of gitleaks [github.com/gitleaks/gitleaks, config/gitleaks.toml,
# 009e025]. In keys with a dot, the part after it looks random.
PREFIX = re.compile(
    rb"(?:A3-|AKCp|A3T[A-Z0-9]|A[KS]IA|ABIA|ACCA|AGPA|AIDA|AROA|ANPA|AIza|ATATT3|LTAI|EAAA|AGE-SECRET-KEY-|GOCSPX-|GR1348941|"
    rb"NRAK-|NRII-|NRJS-|PMAK-|abp_|bkua_|ccpat_|cmVmd|d[oa][opr]_v1_|dckr_|dapi[0-9a-f]{8}|duffel_|eyJ[A-Za-z0-9]|fio-u-|"
    rb"fo1_|gh[pousr]_|github_pat_|gl(?:pat|ptt|dt|rt|soat|cbt|ft|imt|agent|ffct)-|glc_|glsa_|gsk_|hf_[A-Za-z]{20}|key-[0-9a-f]{8}|"
    rb"lin_api_|lin_oauth_|npm_[A-Za-z0-9]{8}|nfp_|ntn_|nvapi-|ops_eyJ|p8e-|phc_|phx_|pplx-|pscale_|pul-[0-9a-f]{8}|pypi-AgE|"
    rb"[prs]k_(?:live|test|prod)_|r8_|rdme_|rubygems_|sbp_|sb_secret_|sentry[a-z]_|shp(?:at|ca|pa|ss)_|sk-[A-Za-z0-9]|sq0|"
    rb"sgp_|shippo_|sntry[su]_|tfp_|tskey-|vercel_|whsec_|xai-|xkeysib-|xox[abeoprsd]-|xapp-|xwfp-)"
)
CLASSES = bytes(
    ord("a" if chr(i).islower() else "A" if chr(i).isupper() else "0" if chr(i).isdigit() else "-") if i < 128 else 32
    for i in range(256)
)
# Names that are not secret: a commit (40 hex digits), a document's id and a WAL segment (24), a UUID, a pod's suffixes.
HARMLESS = re.compile(
    rb"(?<![0-9A-Za-z])(?:[0-9a-f]{40}|[0-9a-f]{24}|[0-9A-F]{24}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
    rb"(?![0-9A-Za-z])|(?<=[a-z]-)[a-z0-9]{8,10}-[a-z0-9]{5}\Z"
)
DIGEST = re.compile(rb"sha(?:256|512)[:=-]\Z", re.IGNORECASE)
DIGITS = re.compile(rb"[0-9a-f]+|[A-Za-z0-9+/]+={0,2}")
# The beginning of a path after its first slash.
FOLDER = re.compile(rb"[a-z]{2,12}/")


def token_spans(data: bytes) -> Iterator[Span]:
    """Yields the spans of tokens that look random or have the prefix of a vendor's keys, and are not harmless."""
    classes = data.translate(CLASSES)
    judged = last = 0
    for match in TOKEN.finditer(data):
        start, end = match.span()
        turns = _turns(classes, start, end)
        judged += turns > FEW
        if turns > FEW and (judged > JUDGED or _random(data, classes, turns, start, end)):
            if start and data[start - 1] == SLASH:
                yield from _pieces(match[0], start)
            else:
                yield start, end
            last = end
        elif PREFIX.match(data, start) or (data[start - 1] == DOT and _goes_on(data, start, last)):
            yield start, end
            last = end


def _goes_on(data: bytes, start: int, last: int) -> bool:
    """Whether a token after a dot continues a key: one that was masked, or one with a known prefix."""
    return last == start - 1 > 0 or DOTTED.search(data, max(0, start - 8), start) is not None


def looks_random(token: bytes) -> bool:
    """Whether a token without blanks looks like a random key."""
    classes, end = token.translate(CLASSES), len(token)
    turns = _turns(classes, 0, end)
    return turns > FEW and _random(token, classes, turns, 0, end)


def _turns(classes: bytes, start: int, end: int) -> int:
    """Returns how often lower case, upper case and digits alternate; a capital that begins a word does not count."""
    count = classes.count
    return (
        count(b"a0", start, end)
        + count(b"0a", start, end)
        + count(b"A0", start, end)
        + count(b"0A", start, end)
        + count(b"aA", start, end)
    )


def _random(data: bytes, classes: bytes, turns: int, start: int, end: int) -> bool:
    length, mixed = end - start, classes.count(b"aA", start, end)
    separators = min(classes.count(b"-", start, end), length // 10)
    if turns == mixed:
        # Only letters: names in CamelCase alternate too.
        return length >= 2 * LONG and not separators and turns >= 0.2 * length
    if length < LONG:
        return length >= SHORT and turns > FEW + 3 and mixed > 0 and separators < 2
    if turns < 0.2 * length + 1.5 * separators and not _few_words(data[start:end], turns, mixed, separators):
        return False
    # Harmless names do not mix lower and upper case.
    return mixed > 1 or not _harmless(data, start, end)


def _few_words(token: bytes, turns: int, mixed: int, separators: int) -> bool:
    """Whether words, numbers and separators make up less than half of a token."""
    if not mixed:
        return not separators and turns >= 0.1 * len(token)
    return 2 * (sum(map(len, WORD.findall(token))) + separators) < len(token)


def _harmless(data: bytes, start: int, end: int) -> bool:
    token = data[start:end]
    if end - start >= 64 and DIGEST.search(data, max(0, start - 7), start) and DIGITS.fullmatch(token):
        return True
    rest = HARMLESS.sub(b"", token)
    return rest != token and not looks_random(rest)


def _pieces(token: bytes, start: int) -> Iterator[Span]:
    """Yields the token; for a path only those parts that look random themselves."""
    if not FOLDER.match(token):
        yield start, start + len(token)
        return
    at = start
    for piece in token.split(b"/"):
        if len(piece) >= SHORT and looks_random(piece):
            yield at, at + len(piece)
        at += len(piece) + 1
