"""The certificate: valid, trusted, for the right name, renewed in time, and served."""

from engine.judge.marks import owns, symptom
from engine.judge.measure import at_least
from engine.text import one_line
from fixtures.http.client import Response
from fixtures.tls.certificates import Certificate
from fixtures.tls.settings import Limits, Tls

DAY = 86400


def test_certificate_expiry(tls_served: Certificate) -> None:
    """The served certificate is valid now, by the host's clock."""
    assert tls_served.begins <= 0, f"it is valid only in {tls_served.begins / DAY:.1f} days: {tls_served.subject}"
    assert at_least(tls_served.ends, 0, "s"), f"it ended {-tls_served.ends / DAY:.1f} days ago: {tls_served.subject}"


def test_certificate_renewed(tls_served: Certificate, limits: Limits) -> None:
    """The certificate is renewed in time, long before it ends."""
    days, limit = tls_served.ends / DAY, limits.certificate_left_s / DAY
    in_time = at_least(tls_served.ends, limits.certificate_left_s, "s")
    assert in_time or days <= 0, f"it ends in {days:.1f} days; the least is {limit:.0f} days: renewal does not work"


def test_certificate_name(tls_served: Certificate, settings: Tls) -> None:
    """The certificate is for the name that users open."""
    assert tls_served.is_for(settings.name), (
        f"it is for {', '.join(tls_served.names[:10]) or 'no name at all'}; expected {settings.name}"
    )


def test_certificate_trusted(tls_served: Certificate) -> None:
    """The certificate is trusted by the host, and all intermediate certificates are served."""
    assert not tls_served.complaint, f"{tls_served.complaint}; it was issued by {tls_served.issuer or 'nobody'}"


def test_certificate_served(tls_served: Certificate, tls_file: Certificate, settings: Tls) -> None:
    """The served certificate is the one on disk."""
    assert tls_served.fingerprint == tls_file.fingerprint, (
        f"the one that is served ends in {tls_served.ends / DAY:.0f} days, {settings.certificate} in "
        f"{tls_file.ends / DAY:.0f} days: nginx was not reloaded since"
    )


@owns("tls_plain")
@symptom("nginx", "os")
def test_redirect(tls_plain: Response, settings: Tls) -> None:
    """HTTP redirects to HTTPS."""
    assert tls_plain.status in (301, 302, 307, 308), (
        f"port {settings.plain_port} answered {tls_plain.status}; expected a redirect to https"
    )
    assert tls_plain.location.startswith("https://"), (
        f"port {settings.plain_port} redirects to '{one_line(tls_plain.location, 200)}'; expected https"
    )
