"""Kinds of secrets, made up anew for each run of the tests, and the kinds of text in which they turn up.

Nothing here is anybody's: the values are drawn by a seeded generator, so that no scanner of repositories finds one.
"""

from __future__ import annotations

import base64
import html
import json
import random
import string
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

CHANCE = random.Random("runbook checks")  # noqa: S311 - nothing is protected with these
ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


def some(alphabet: str, length: int) -> str:
    """Returns random characters of an alphabet."""
    return "".join(CHANCE.choices(alphabet, k=length))


def b64(length: int) -> str:
    """Returns so many random bytes in base64."""
    return base64.b64encode(CHANCE.randbytes(length)).decode()


@dataclass(frozen=True)
class Kind:
    """A secret: `name` is what a text calls it, `text` how it is written, `secret` what of it must not be seen."""

    name: str
    text: str
    secret: str


def _tokens() -> dict[str, str]:
    """Keys that are known by how they begin, or by looking random."""
    return {
        "aws key id": "AKIA" + some(string.ascii_uppercase + "234567", 16),
        "aws temporary key id": "ASIA" + some(string.ascii_uppercase + "234567", 16),
        "aws secret": some(ALNUM + "/+", 40),
        "google api key": "AIza" + some(ALNUM + "_-", 35),
        "google oauth secret": "GOCSPX-" + some(ALNUM + "_-", 28),
        "google access token": "ya29." + some(ALNUM + "_-", 60),
        "azure storage key": b64(64),
        "azure client secret": some(ALNUM, 3) + "8Q~" + some(ALNUM + "_-", 34),
        "github token": "ghp_" + some(ALNUM, 36),
        "github app token": "ghs_" + some(ALNUM, 36),
        "github fine-grained token": "github_pat_" + some(ALNUM, 22) + "_" + some(ALNUM, 59),
        "gitlab token": "glpat-" + some(ALNUM, 20),
        "gitlab runner token": "glrt-" + some(ALNUM, 20),
        "slack bot token": f"xoxb-{some('123456789', 12)}-{some('123456789', 12)}-{some(ALNUM, 24)}",
        "slack app token": f"xapp-1-{some('ABCD0123456789', 10)}-{some('123456789', 13)}-{some(HEX, 64)}",
        "stripe live key": "sk_live_" + some(ALNUM, 24),
        "stripe restricted key": "rk_live_" + some(ALNUM, 24),
        "stripe webhook secret": "whsec_" + some(ALNUM, 32),
        "npm token": "npm_" + some(ALNUM, 36),
        "pypi token": "pypi-AgEIcHlwaS5vcmc" + some(ALNUM + "_-", 80),
        "sendgrid key": f"SG.{some(ALNUM, 22)}.{some(ALNUM, 43)}",
        "mailgun key": "key-" + some(HEX, 32),
        "twilio key": "SK" + some(HEX, 32),
        "openai key": "sk-proj-" + some(ALNUM, 48),
        "anthropic key": "sk-ant-api03-" + some(ALNUM + "_-", 80),
        "hugging face token": "hf_" + some(string.ascii_letters, 34),
        "digitalocean token": "dop_v1_" + some(HEX, 64),
        "hashicorp vault token": "hvs." + some(ALNUM, 90),
        "docker hub token": "dckr_pat_" + some(ALNUM + "_-", 27),
        "shopify token": "shpat_" + some(HEX, 32),
        "grafana token": f"glsa_{some(ALNUM, 32)}_{some(HEX, 8)}",
        "sentry token": "sntryu_" + some(HEX, 64),
        "age key": "AGE-SECRET-KEY-1" + some("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58),
        "signing key in hex": some(HEX, 64),
        "key in hex, 128 bits": some(HEX, 32),
        "fernet key": base64.urlsafe_b64encode(CHANCE.randbytes(32)).decode(),
        "session id": some(ALNUM, 26),
        "totp seed": some(string.ascii_uppercase + "234567", 32),
        "jwt": ".".join(
            base64.urlsafe_b64encode(part).decode().rstrip("=")
            for part in (b'{"alg":"HS256","typ":"JWT"}', b'{"sub":"12345","name":"ann"}', CHANCE.randbytes(32))
        ),
    }


def _phrases() -> dict[str, tuple[str, str]]:
    """Text that says by its form where the secret is: the text, and the secret in it."""
    body = "\n".join(b64(48) for _ in range(12))
    forms = {
        "postgresql url": ("postgresql://app:{}@db.internal:5432/santas", pw()),
        "postgresql url with a sign that ends an address": (
            "postgresql://app:{}@db.internal/santas",
            "abc#def/ghi?jkl",
        ),
        "redis url": ("redis://:{}@localhost:6379/1", pw()),
        "rediss url, quoted": ("rediss://default:{}@cache:6380/0", "a%2Fb%2Bc%3Dlonger"),
        "mongodb url": ("mongodb+srv://app:{}@cluster0.mongodb.test/gifts?retryWrites=true", pw()),
        "amqp url": ("amqps://worker:{}@mq:5671/%2F", pw()),
        "mysql url": ("mysql+pymysql://root:{}@127.0.0.1/app", pw()),
        "smtp url": ("smtps://mailer%40example.org:{}@smtp.example.org:465", pw()),
        "basic auth in a url": ("https://deploy:{}@git.example.org/app.git", pw()),
        "sentry dsn": ("https://{}@o4507.ingest.sentry.io/4507", some(HEX, 32)),
        "slack webhook": (
            "https://hooks.slack.com/services/{}",
            f"T0{some(ALNUM, 8)}/B0{some(ALNUM, 8)}/{some(ALNUM, 24)}",
        ),
        "discord webhook": ("https://discord.com/api/webhooks/{}", f"11{some('0123456789', 16)}/{some(ALNUM, 68)}"),
        "telegram bot": (
            "https://api.telegram.org/bot{}/sendMessage",
            f"61{some('0123456789', 8)}:AA{some(ALNUM, 33)}",
        ),
        "signed url, aws": ("https://b.s3.test/x?X-Amz-Expires=60&X-Amz-Signature={}", some(HEX, 64)),
        "signed url, azure": ("https://b.blob.test/x?se=2027-01-01&sig={}", quote(b64(32), safe="")),
        "signed url, cloudfront": ("https://d1.cf.test/x?Expires=1767225600&Signature={}", some(ALNUM + "-~", 120)),
        "otpauth url": ("otpauth://totp/Santa:ann?secret={}&issuer=Santa", some(string.ascii_uppercase + "234567", 16)),
        "bearer": ("Authorization: Bearer {}", some(ALNUM + "._-", 40)),
        "basic": ("Authorization: Basic {}", base64.b64encode(b"deploy:" + pw().encode()).decode()),
        "api key header": ("X-Api-Key: {}", some(HEX, 16)),
        "cookie": ("Cookie: session={}", some(ALNUM, 20)),
        "set-cookie": ("Set-Cookie: sid={}", some(ALNUM, 22)),
        "mysql option": ("mysqldump -u root -p{} santas", pw()),
        "sshpass option": ("sshpass -p {} ssh root@web", pw()),
        "redis-cli option": ("redis-cli -p 6379 -a {} ping", pw()),
        "curl user": ("curl -s -u deploy:{} https://example.org/", pw()),
        "mysql variable": ("MYSQL_PWD={} mysql -e status", pw()),
        "postgres variable": ("PGPASSWORD={} psql -h db", pw()),
        "libpq keywords": ("host=db user=app password={} dbname=santas", pw()),
        "jdbc": ("jdbc:postgresql://db/santas?user=app&password={}", pw()),
        "odbc": ("Server=db;Uid=app;Pwd={};Encrypt=yes", pw()),
        "azure connection string": ("AccountName=santas;AccountKey={};EndpointSuffix=core.test", b64(64)),
        "requirepass": ("requirepass {}", pw()),
        "pgpass": ("db.internal:5432:santas:app:{}", pw()),
        "netrc": ("machine example.org login ann password {}", pw()),
        "htpasswd": ("ann:{}", f"$apr1${some(ALNUM, 8)}${some(ALNUM + './', 22)}"),
        "shadow": ("root:{}:19700:0:99999:7:::", f"$6${some(ALNUM, 16)}${some(ALNUM + './', 86)}"),
        "bcrypt": ("hash is {}", f"$2b$12${some(ALNUM + './', 53)}"),
        "werkzeug hash": ("{}", f"scrypt:32768:8:1${some(ALNUM, 16)}${some(HEX, 128)}"),
        "postgres verifier": ("SCRAM-SHA-256$4096:{}", f"{b64(16)}${b64(32)}:{b64(32)}"),
        "alter role": ("ALTER ROLE app PASSWORD '{}'", pw()),
        "identified by": ("CREATE USER app IDENTIFIED BY '{}'", pw()),
        "private key": ("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----", body),
        "openssh key": ("-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----", body[:400]),
        "private key on one line": (
            "-----BEGIN PRIVATE KEY-----\\n{}\\n-----END PRIVATE KEY-----",
            body.replace("\n", "\\n"),
        ),
        "private key, cut off": ("-----BEGIN EC PRIVATE KEY-----\n{}", body[:150]),
        "kube config": ("client-key-data: {}", b64(120)),
        "docker auth": ('{"auths": {"https://index.docker.io/v1/": {"auth": "{}"}}}', b64(24)),
        "wireguard": ("PrivateKey = {}", b64(32)),
    }
    return {kind: (form.replace("{}", secret), secret) for kind, (form, secret) in forms.items()}


def pw() -> str:
    """Returns a password that people might choose: letters, digits and a sign."""
    return some(ALNUM, 9) + "7!" + some(ALNUM, 4)


# Names that say that the value is secret, whatever it looks like; the values have the signs that break patterns.
NAMES = {
    "DB_PASSWORD": "hunter2-und-noch",
    "SECRET_KEY": "correct horse battery".replace(" ", "."),
    "ENCRYPTION_KEY": "Tr0ub4dor&3-mehr",
    "STRIPE_KEY": "a,b;c=d+e|f-long",
    "API_KEY": "p@ss:w0rd/with/signs",
    "CLIENT_SECRET": "x#y!z*(1)[2]{3}",
    "SMTP_PASS": "swordfish",
    "ACCESS_TOKEN": "ab12-cd34",
    "JWT_SECRET": "geheim~~geheim",
    "APP_PASSPHRASE": "open.sesame.now",
    "REFRESH_TOKEN": "0123456789abc",
    "PRIVATE_KEY": "not-even-a-key",
}

TOKENS = [Kind(name, text, text) for name, text in _tokens().items()]
PHRASES = [Kind(name, text, secret) for name, (text, secret) in _phrases().items()]
NAMED = [Kind(name, text, text) for name, text in NAMES.items()]

# Each takes a name and a value, and writes both as texts of that kind do.
PLACES: dict[str, Callable[[str, str], str]] = {
    "environment file": lambda name, value: f"PORT=8000\n{name.upper()}={value}\nDEBUG=false",
    "json log line": lambda name, value: json.dumps({"time": "10:00:01", "level": "info", name.lower(): value, "n": 3}),
    "json in json": lambda name, value: json.dumps({"msg": json.dumps({name.lower(): value, "ok": True})}),
    "traceback": lambda name, value: (
        f'Traceback:\n  File "/srv/app.py", line 7, in connect\n    raise E({name.lower()}={value!r})\n'
        f"E: {name.lower()}={value!r}"
    ),
    "process list": lambda name, value: (
        f"812 app S 20480 KiB /usr/bin/worker --{name.lower().replace('_', '-')} {value} --port 80"
    ),
    "process list, equals": lambda name, value: f"812 app S /usr/bin/worker --{name.lower().replace('_', '-')}={value}",
    "sql": lambda name, value: (
        f"UPDATE settings SET {name.lower()} = '{value.replace(chr(39), chr(39) * 2)}' WHERE id = 3"
    ),
    "nginx log": lambda name, value: (
        f'10.0.0.9 - - [26/Nov/2026:04:00:00 +0000] "GET /cb?{name.lower()}={quote(value, safe="")} HTTP/1.1" 200 5 "-"'
    ),
    "systemd unit": lambda name, value: f'[Service]\nEnvironment="{name.upper()}={value}"\nExecStart=/bin/app',
    "yaml": lambda name, value: f"app:\n  {name.lower()}: {value}\n  port: 80",
    "yaml, quoted": lambda name, value: f"app:\n  {name.lower()}: {json.dumps(value)}\n  port: 80",
    "header": lambda name, value: (
        f"GET / HTTP/1.1\nHost: a.test\nX-{name.title().replace('_', '-')}: {value}\nAccept: */*"
    ),
    "url": lambda name, value: f"see https://api.test/v1?a=1&{name.lower()}={quote(value, safe='')}&b=2 for more",
    "shell history": lambda name, value: f"  512  export {name.upper()}='{value}'\n  513  ls -l",
    "repr of a dict": lambda name, value: repr({"port": 80, name.lower(): value, "debug": False}),
    "repr of bytes": lambda name, value: repr(f"{name.lower()}={value}\n".encode()),
    "html": lambda name, value: f"<tr><td>{name.lower()}</td><td>{html.escape(value)}</td></tr>",
    "html attribute": lambda name, value: f'<pre title="x">{html.escape(f"{name.lower()}={value!r}")}</pre>',
    "toml": lambda name, value: f"[app]\n{name.lower()} = {json.dumps(value)}\n",
}
