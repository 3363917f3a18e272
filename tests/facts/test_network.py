"""Names, local ports and the table of connections, as the host tells of them."""

from __future__ import annotations

import pytest

from engine.gather.fact import FactError
from fixtures.network.names import names_in, parse_names
from fixtures.network.ports import parse_ports, parse_table


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("DATABASE_URL", "postgresql+psycopg2://u:p%40ss@db.shop.test:5432/shop", ["db.shop.test"]),
        ("MONGODB_URL", "mongodb://u:p@a:27017,b,c:27019/shop", ["a", "b", "c"]),
        ("MONGODB_URL", "mongodb+srv://u:p@cluster.shop.test/shop", []),
        ("REDIS_URL", "unix:///run/redis.sock", []),
        ("REDIS_URL", "redis://[::1]:6379/0", []),
        ("API", "https://10.0.0.1:8443/x", []),
        ("API", "https://[broken/x", []),
        ("CORS", "https://*.shop.test", []),
        ("SMTP_HOST", "smtp.shop.test", ["smtp.shop.test"]),
        ("SECRET_KEY", "smtp.shop.test", []),
        ("TEXT", "see https://shop.test", []),
    ],
)
def test_names_that_a_value_holds(key: str, value: str, found: list[str]) -> None:
    """The host of a URL is a name; an address, a socket, a pattern and a text are none."""
    assert names_in(key, value) == found


def test_a_name_that_nothing_was_said_of_is_no_answer() -> None:
    """An empty answer would pass for names that all resolve."""
    for text in ("==end\n", "missing\n==end\n", "a 0 1.0 1.1 10.0.0.1\n", "a 1 1.0 1.1\n==end\n"):
        with pytest.raises(FactError):
            parse_names(text, {"a": "A_URL"})


def test_reserved_ports_are_not_left() -> None:
    """Ports that an administrator keeps from the range are none that the kernel gives."""
    assert parse_ports("1000\t1999\n900-1099,1500,1990-2100\n==end\n").left == 1000 - 100 - 1 - 10


def test_a_table_may_be_missing_or_without_a_bound() -> None:
    """A kernel without the module keeps no table; 0 is no bound."""
    assert parse_table("none\n") is None
    unbound = parse_table("17\n0\n")
    assert unbound
    assert unbound.most == 0
    with pytest.raises(FactError):
        parse_table("17\n")
