"""The users' table and the passwords of the environment file."""

from __future__ import annotations

from typing import Any

import pytest

from checks import test_security as checks
from fixtures.security.passwords import guessed
from fixtures.security.secrets import Users
from fixtures.security.settings import Limits, Security
from tests.facts.test_activity import fails

SETTINGS = Security.model_construct(env_file="/srv/shop/.env", users_table="people", users_columns=["id", "email"])
COLUMNS = ("id", "email", "password_hash")


def users(**blank: int) -> Users:
    return Users(COLUMNS, {"argon2id": 90, "scrypt": 10}, {"id": 0, **blank})


def test_a_column_that_a_migration_emptied() -> None:
    """Some users without an address are usual, most of them are not."""
    checks.test_users_table(users(email=50), SETTINGS, Limits())
    told = fails(checks.test_users_table, users(email=51), SETTINGS, Limits())
    assert told == "email is blank for 51 of 100 users; the limit is 50%"


@pytest.mark.parametrize(
    "password", ["changeme", "Password1", "shop", "shop2026", "12345", "postgres!", "your-password-here", "p%61ss"]
)
def test_what_anybody_would_try(password: str) -> None:
    """A default, a sample, digits alone, the user's own name, and these with a number behind them."""
    assert list(guessed({"URL": f"postgresql://shop:{password}@localhost/shop"})) == ["URL"]


@pytest.mark.parametrize(
    "value",
    [
        "postgresql://shop:v8Rk-2mQ_x7@localhost/shop", "redis://localhost:6379/0", "redis://:@localhost", "password",
        "https://example.org/a@b", "postgresql://[::1", "smtp://shop@localhost", "postgresql:///shop?host=/run",
    ],
)  # fmt: skip
def test_what_is_no_guess(value: str) -> None:
    """A random password, an address without one, and what is no address."""
    assert list(guessed({"URL": value})) == []


def test_only_the_name_is_told() -> None:
    """A weak password is one still."""
    found: Any = list(guessed({"CACHE_URL": "redis://:foobared@localhost"}))
    told = fails(checks.test_url_passwords, found, SETTINGS)
    assert "/srv/shop/.env has a password that anybody would try in CACHE_URL; expected" in told


def test_a_table_that_the_role_does_not_look_into() -> None:
    """It is there, and a restore would be the wrong way."""
    told = fails(checks.test_users_table, Users((), {}, unseen="is in the schema public, and …"), SETTINGS, Limits())
    assert told == "the table people is in the schema public, and …; expected the role to see it"
    assert "people does not exist" in fails(checks.test_users_table, Users((), {}), SETTINGS, Limits())
