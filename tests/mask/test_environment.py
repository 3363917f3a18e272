"""Which values of an environment file are secret: all but those that plainly are not."""

from __future__ import annotations

import json

import pytest

from engine.mask.secrets import MASK, Secrets

PLAIN = {
    "FLASK_ENV": "production",
    "LOG_LEVEL": "warning",
    "DEBUG": "False",
    "PORT": "8000",
    "WORKERS": "3",
    "TIMEOUT": "30s",
    "MAX_CONTENT_LENGTH": "16777216",
    "RATE_LIMIT": "100/hour",
    "DB_HOST": "db.internal.example",
    "REDIS_HOST": "localhost",
    "LISTEN": "127.0.0.1:8000",
    "TRUSTED_PROXIES": "10.0.0.0/8,127.0.0.1",
    "ALLOWED_HOSTS": "santas.test, www.santas.test",
    "PROMETHEUS_URL": "http://prometheus.test:9090/api",
    "TOKENS_URL": "http://tokens.test:8001",
    "UPLOADS": "/var/lib/santas/uploads",
    "LANG": "en_US.UTF-8",
    "TZ": "Europe/Berlin",
    "APP": "santas.wsgi:create_app",
    "VERSION": "1.4.2-rc1",
    "SESSION_COOKIE_SAMESITE": "Strict",
    "PASSWORD_HASHER": "argon2-and-more",
    "TOKEN_TTL": "86400",
    "CORS_ORIGINS": "https://a.example.org,https://b.example.org",
}
SECRET = {
    "STRIPE_KEY": "plainlookingword9x7y5z",
    "ENCRYPTION_KEY": "abcdef-ghijkl",
    "DB_PASS": "hunter2",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "DB_PW_LEGACY": "k3!x9-q2",
    "PASSWORD": "swordfish",
    "ANYTHING": "q8Zp4wXk2LmN",
    "PHRASE": "correct horse battery staple",
    "WEBHOOK": "https://hooks.test/services/T0aaaaaaaaaaaaaaaaaa1",
    "SERVICE": "https://api.test/v1?apikey=zz91-yy82",
    "PEM": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEA\n-----END PRIVATE KEY-----",
    "BLOB": "x=1;y=2;z#3",
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_values_stay(name: str) -> None:
    """Ports, levels, hosts, switches, paths and plain addresses are no secrets, whatever a report says of them."""
    secrets = Secrets()
    secrets.add_environment(PLAIN)
    for entry in PLAIN[name].split(", "):
        assert secrets.redact(f"it is <{entry}> here") == f"it is <{entry}> here"


@pytest.mark.parametrize("name", SECRET)
def test_other_values_are_secret(name: str) -> None:
    """Whatever its name: a value that is not plainly harmless is covered wherever it turns up."""
    secrets = Secrets()
    secrets.add_environment({name: SECRET[name]})
    value = SECRET[name].rpartition("?apikey=")[2].rpartition("https://hooks.test/")[2]
    shown = secrets.redact(f"before {value} after")
    assert value not in shown
    assert shown.startswith("before •••")


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("postgresql://app:hunter2-x@db:5432/santas", "hunter2-x"),
        ("redis://:long%2Fpass@h:1/0", "long/pass"),
        ("postgresql://u:abc#def@localhost/db", "abc#def"),
        ("mongodb://app:p%40ss%3Aw0rd@a:1,b:2/db?replicaSet=rs0", "p@ss:w0rd"),
        ("amqp://guest:se/cr?et@mq/", "se/cr?et"),
    ],
)
def test_of_a_url_the_password(url: str, password: str) -> None:
    """Of a service's URL the password is secret, as it is written and decoded; where the service is may be told."""
    secrets = Secrets()
    secrets.add_environment({"SOME_URL": url})
    assert secrets.redact(f"login with {password} failed") == f"login with {MASK} failed"
    assert password not in secrets.redact(url)
    assert secrets.redact("db:5432 localhost santas h:1") == "db:5432 localhost santas h:1"


def test_json_in_a_variable() -> None:
    """A variable that holds JSON, such as a cloud account, is taken apart: each of its entries is judged by itself."""
    account = {"type": "service_account", "project": "santas", "private_key_id": "f00-ba7-9z", "n": 3}
    secrets = Secrets()
    secrets.add_environment({"GOOGLE_ACCOUNT": json.dumps(account)})
    assert secrets.redact("service_account of santas, f00-ba7-9z") == f"service_account of santas, {MASK}"


def test_short_values_do_not_blank_a_report() -> None:
    """A value of few characters protects nothing, and stands everywhere."""
    secrets = Secrets()
    secrets.add_environment({"SECRET": "abc", "PASSWORD": "on", "PIN": "4821"})
    assert secrets.redact("abc on 4821") == "abc on 4821"


def test_a_short_word_is_one_only_by_itself() -> None:
    """A password that is a plain word hides that word, not each word that holds it."""
    secrets = Secrets()
    secrets.add_environment({"PASSWORD": "santas"})
    assert secrets.redact("login santas: santasplan") == f"login {MASK}: santasplan"
