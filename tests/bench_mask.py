"""How long masking takes: `python -m tests.bench_mask`. 1 MiB of the worst texts, and half of each beside it.

Three hundred known values are registered. The processor's time counts, and of several tries the best: what else the
machine does is not what is measured. Exits with 1 when a text is over the bar, or takes more than its length explains.
"""

from __future__ import annotations

import random
import string
import sys
import time
from collections.abc import Iterator

from engine.mask.secrets import Secrets

SIZE = 1024 * 1024
SECONDS = 0.2
GROWTH = 2.2
TRIES = 5
CHANCE = random.Random(9)  # noqa: S311 - nothing is protected with it
ALNUM = string.ascii_letters + string.digits
# What makes the patterns of maskers slow: beginnings without an end, quotes, separators, blanks, encodings.
REPEATED = [
    *("A", "a=", '"', "'", "\\", '\\"', "-", " ", "\n", "%", "%41", "é", "…", "a.a.a.", "@a:", "://", "://a:b", ":a@"),
    *("eyJ.", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----\n", "password", 'password="', "PASSWORD='", "password=x "),
    *("token: ", "token_", "token.", "token=&", "pwd%3d%", 'password=\\"\\', "key=", "key=abcd12345 ", "key_key."),
    *("cookie: a ", "Authorization: ", "bearer abcdefg1 ", "--a-", "--key x ", "--password ", "mysql -p", "curl -u "),
    *(":5432:a:a:abc ", "$6$abcd ", "/hooks/abcdefg1 ", "ghp_abcdefghij ", "a0", "http://u:p@h ", "setuser >"),
    *("identified with ", "login a password ", '{"a":"b","token":"abc"},', "<td>key</td><td>", "&quot;", "&#x27;token"),
]


def texts(known: list[str]) -> Iterator[tuple[str, str]]:
    """Yields texts of a megabyte, each with what it is."""
    for part in REPEATED:
        yield repr(part), part * (SIZE // len(part.encode()) + 1)
    for length, alphabet in ((16, ALNUM), (20, ALNUM), (40, "0123456789abcdef"), (64, ALNUM + "+/"), (SIZE, ALNUM)):
        words = ("".join(CHANCE.choices(alphabet, k=length)) for _ in range(SIZE // (length + 1) + 1))
        yield f"random words of {length}", " ".join(words)
    yield "known values", " ".join(known) * (SIZE // len(" ".join(known)) + 1)
    yield "a known value", known[-1] * (SIZE // len(known[-1]) + 1)
    yield "beginnings of known values", " ".join(value[:11] for value in known) * (SIZE // 3000)
    line = "the application started worker 42 in 3.5 s GET /api/v1/users HTTP/1.1 200 from 10.0.0.3 password key"
    yield "a log", " ".join(CHANCE.choices(line.split(), k=SIZE // 4))


def seconds(secrets: Secrets, text: str) -> float:
    """Returns the processor's time for masking a text, the best of several."""
    taken = []
    for _ in range(TRIES):
        began = time.process_time()
        secrets.redact(text)
        taken.append(time.process_time() - began)
    return min(taken)


def main() -> int:
    """Prints each text's time; returns 1 when one is over the bar."""
    known = ["".join(CHANCE.choices(ALNUM, k=7 + number % 60)) for number in range(300)]
    secrets = Secrets()
    for value in known:
        secrets.add(value)
    over = 0
    for name, text in texts(known):
        half, whole = (seconds(secrets, text.encode()[:size].decode(errors="ignore")) for size in (SIZE // 2, SIZE))
        bad = whole > SECONDS or whole > GROWTH * half
        over += bad
        print(f"{whole * 1000:7.1f} ms, {whole / half:.2f} × half of it: {name}{'  OVER THE BAR' if bad else ''}")
    print(f"{over} over the bar of {SECONDS:g} s a MiB, and {GROWTH} × for twice the text")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
