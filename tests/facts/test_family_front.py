"""The front's certificate, its configuration, and what the application counts: read from what the tools really say."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from checks import test_http, test_security, test_tls
from engine.gather.fact import FactError
from fixtures.http.client import Response
from fixtures.http.counts import Lookups, Requests, between, parse_lookups, parse_requests, parse_routes
from fixtures.nginx.answers import parse_verdict
from fixtures.tls.certificates import parse_certificate, parse_kinds
from fixtures.tls.settings import Tls
from tests.facts.test_activity import fails
from tests.ours import Limits

SERVED = """1790000000
    Verify return code: 18 (self-signed certificate)
subject=CN = api.family.test
issuer=CN = api.family.test
notBefore=Sep 21 12:00:00 2026 GMT
notAfter=Oct 21 12:00:00 2026 GMT
X509v3 Subject Alternative Name:
    DNS:api.family.test, DNS:*.family.example, IP Address:192.0.2.1
sha256 Fingerprint=AA:BB:AA:BB:AA:BB:AA:BB:AA:BB:AA:BB:AA:BB:AA:BB:AA:BB:AA:BB:AA:BB:AA:BB:AA:BB:AA:BB:AA:BB:AA:BB
"""
PAGE = """# HELP sbd_http_requests_total Requests answered.
# TYPE sbd_http_requests_total counter
sbd_http_requests_total{method="GET",route="/health",status="200"} 40.0
sbd_http_requests_total{method="GET",route="/family",status="503"} 2.0
sbd_http_requests_total{method="GET",route="/a,b",status="200"} 1.5e+01 1790000000
sbd_http_requests_created{method="GET",route="/health",status="200"} 1.79e+09
"""


def page(body: str, status: int = 200, *, truncated: bool = False) -> Response:
    """Returns an answer with that body."""
    return Response("https://api/metrics", status, "text/plain", 0.1, body, truncated)


def test_a_certificate_is_read() -> None:
    """Times are counted from the host's clock, all names are known, and so is why the store does not trust it."""
    found = parse_certificate(SERVED)
    assert (found.subject, found.fingerprint) == ("CN = api.family.test", ":".join(["AA:BB"] * 16))
    assert found.ends - found.begins == 30 * 86400
    assert found.complaint == "self-signed certificate"
    assert found.names == ("api.family.test", "*.family.example", "192.0.2.1")


@pytest.mark.parametrize(
    ("name", "matches"),
    [("api.family.test", True), ("API.family.test", True), ("a.family.example", True), ("family.example", False),
     ("a.b.family.example", False), ("www.family.test", False)],
)  # fmt: skip
def test_a_star_stands_for_one_label(name: str, *, matches: bool) -> None:
    """A wildcard covers neither the bare domain nor a name with one label more."""
    assert parse_certificate(SERVED).is_for(name) is matches


def test_a_pair_of_certificates_is_told_by_the_kind_of_key() -> None:
    """Of RSA and ECDSA side by side each is compared with its own file, and the older of both counts."""
    ecdsa, settings = parse_certificate(SERVED), Tls(name="api.family.test", certificate="/etc/nginx/tls/rsa.crt")
    rsa = replace(ecdsa, fingerprint=":".join(["CC:DD"] * 16), ends=3600.0)
    [found] = parse_kinds(f"==RSA\n{SERVED}==ECDSA\n")
    assert found.fingerprint == ecdsa.fingerprint
    test_tls.test_certificate_served(ecdsa, [rsa, ecdsa], rsa, settings)
    test_tls.test_certificate_expiry(ecdsa, [rsa, ecdsa])
    with pytest.raises(AssertionError, match="needs a reload"):
        test_tls.test_certificate_served(ecdsa, [ecdsa], rsa, settings)
    with pytest.raises(AssertionError, match=r"expires in 0\.0 days"):
        test_tls.test_certificate_renewed(ecdsa, [rsa, ecdsa], Limits())


def test_no_certificate_is_no_fact() -> None:
    """A server that shows none is not one with a good one."""
    with pytest.raises(FactError, match="no certificate"):
        parse_certificate("1790000000\n")


def test_requests_are_summed_by_status() -> None:
    """Only the counter itself counts, whatever stands in other labels; a time stamp behind the number is no harm."""
    assert parse_requests(page(PAGE), "sbd_http_requests_total") == Requests({200: 55, 503: 2})


@pytest.mark.parametrize(
    ("body", "status", "truncated", "words"),
    [("<html>hello</html>", 200, False, "has no sbd_x"), ("", 200, False, "nothing"), ("", 404, False, "answered 404"),
     ('sbd_x{status="200"} NaN', 200, False, "no number"), ("sbd_x 5", 200, False, "no label status"),
     ("sbd_x 5", 200, True, "more than can be read")],
)  # fmt: skip
def test_another_page_is_no_metrics(body: str, status: int, truncated: bool, words: str) -> None:
    """HTML, nothing, an error, a broken number: each is told in plain words."""
    with pytest.raises(FactError, match=words):
        parse_requests(page(body, status, truncated=truncated), "sbd_x")


def test_look_ups_are_counted_and_judged() -> None:
    """The label tells hits from misses, whatever else is there; a few look-ups, or none yet, are not judged."""
    metric = ("sbd_cache_lookups_total", "result", "yes")
    body = 'sbd_cache_lookups_total{a="result=\\"yes",result="yes"} 60\nsbd_cache_lookups_total{result="no"} 4e1\n'
    found = parse_lookups(page(body), *metric)
    assert found == Lookups(60, 100)
    with pytest.raises(AssertionError, match=r"60% of 100 cache look-ups since .* expected at least 80%"):
        test_http.test_cache_hits(found, Limits())
    test_http.test_cache_hits(Lookups(80, 100), Limits())
    test_http.test_cache_hits(Lookups(0, 99), Limits())
    assert parse_lookups(page(PAGE), *metric) == Lookups(0, 0)
    with pytest.raises(FactError, match="has no label result"):
        parse_lookups(page("sbd_cache_lookups_total 5"), *metric)


def test_a_worker_that_starts_anew_counts_from_nothing() -> None:
    """A counter that fell is not a negative number of requests."""
    traffic = between(Requests({200: 90, 500: 5}), Requests({200: 100, 500: 1, 502: 2}), 1.0)
    assert (traffic.total, traffic.failed) == (12, 2)


def test_routes_are_those_of_the_document() -> None:
    """Another JSON object is no list of routes."""
    assert parse_routes(page('{"paths": {"/a": {}, "/b": 3}}')) == {"/a": {}, "/b": {}}
    told = '{"security": [{"b": []}], "paths": {"/a": {"get": {}, "put": {"security": [{"b": []}, {}]}, "post": 3}}}'
    assert parse_routes(page(told)) == {"/a": {"get": True, "put": False}}
    with pytest.raises(FactError, match="lists no paths"):
        parse_routes(page('{"paths": null}'))


def test_a_route_that_a_get_does_not_reach() -> None:
    """What the document says of its methods counts; a route that should be there, and is not, is another check's."""
    target: Any = SimpleNamespace(component=lambda _: SimpleNamespace(routes=["/gone"]))
    test_security.test_token_declared({"/a": {"post": True}}, "/a", target)
    test_security.test_token_declared({}, "/gone", target)
    told = fails(test_security.test_token_declared, {"/a": {"get": True, "post": False}}, "/a", target)
    assert told.startswith("POST /a takes no token")
    assert "does not list /b" in fails(test_security.test_token_declared, {}, "/b", target)


def test_the_verdict_of_nginx() -> None:
    """A mistake is told with its place; what is not a verdict is never taken for one."""
    assert parse_verdict("0\n").valid
    found = parse_verdict("nginx: [emerg] unexpected end of file in /etc/nginx/sites-enabled/a:3\nnginx: failed\n1\n")
    assert not found.valid
    assert "a:3" in found.said
    with pytest.raises(FactError, match="wants to write"):
        parse_verdict('nginx: [emerg] open() "/srv/x.log" failed (30: Read-only file system)\n1\n')
    with pytest.raises(FactError, match="cannot be run"):
        parse_verdict("sudo: systemd-run: command not found\n127\n")
