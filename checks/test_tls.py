"""The certificate: valid, trusted, for the right name, renewed in time, and served."""

from engine.judge.marks import owns, symptom
from engine.judge.measure import at_least
from engine.text import one_line
from fixtures.http.client import Response
from fixtures.tls.certificates import Certificate
from fixtures.tls.settings import Limits, Tls

DAY = 86400


def test_certificate_expiry(tls_served: Certificate, tls_kinds: list[Certificate]) -> None:
    """Every served certificate is valid now, by the host's clock."""
    for served in (tls_served, *tls_kinds):
        assert served.begins <= 0, (
            f"the certificate of {served.subject} is not valid for another {served.begins / DAY:.1f} days"
        )
        assert at_least(served.ends, 0, "s"), (
            f"the certificate of {served.subject} expired {-served.ends / DAY:.1f} days ago"
        )


def test_certificate_name(tls_served: Certificate, settings: Tls) -> None:
    """The certificate is for the name that users open."""
    assert tls_served.is_for(settings.name), (
        f"the certificate is for {', '.join(tls_served.names[:10]) or 'no name'}; expected {settings.name}"
    )


def test_certificate_trusted(tls_served: Certificate) -> None:
    """The host trusts the certificate, and the server sends all intermediate certificates."""
    assert not tls_served.complaint, (
        f"{tls_served.complaint}; the certificate was issued by {tls_served.issuer or 'an unnamed issuer'}"
    )


def test_certificate_served(
    tls_served: Certificate, tls_kinds: list[Certificate], tls_file: Certificate, settings: Tls
) -> None:
    """The certificate on disk is served, to clients of its kind of key."""
    assert any(served.fingerprint == tls_file.fingerprint for served in (tls_served, *tls_kinds)), (
        f"the served certificate expires in {tls_served.ends / DAY:.0f} days, and {settings.certificate} in "
        f"{tls_file.ends / DAY:.0f} days; expected the same certificate, so nginx needs a reload"
    )


@symptom("tls.certificate_served")
def test_certificate_renewed(tls_served: Certificate, tls_kinds: list[Certificate], limits: Limits) -> None:
    """Every served certificate is renewed long before it expires."""
    for served in (tls_served, *tls_kinds):
        days, limit = served.ends / DAY, limits.certificate_left_s / DAY
        in_time = at_least(served.ends, limits.certificate_left_s, "s")
        assert in_time or days <= 0, (
            f"the certificate expires in {days:.1f} days and was not renewed; expected at least {limit:.0f} days"
        )


@owns("tls_plain")
@symptom("nginx", "network", "os")
def test_redirect(tls_plain: Response, settings: Tls) -> None:
    """HTTP redirects to HTTPS."""
    assert tls_plain.status in (301, 302, 307, 308), (
        f"port {settings.plain_port} answered with status {tls_plain.status}; expected a redirect to https"
    )
    assert tls_plain.location.startswith("https://"), (
        f"port {settings.plain_port} redirects to '{one_line(tls_plain.location, 200)}'; expected https"
    )
