"""Packages: apt's own words, on Debian and Ubuntu, and when a reboot is due."""

from __future__ import annotations

import pytest

from checks import test_os
from engine.gather.fact import FactError
from fixtures.os.packages import Reboot, parse_lists, parse_reboot, parse_upgrade
from tests.facts.test_activity import fails

UPGRADE = """\
NOTE: This is only a simulation!
Inst libc-bin [2.36-9+deb12u3] (2.36-9+deb12u4 Debian-Security:12/stable-security [amd64]) []
Inst tzdata [2024a-0] (2024b-0 Debian:12.7/stable [all])
Inst linux-image-6.1.0-38-amd64 (6.1.147-1 Debian-Security:12/stable-security [amd64])
Inst openssl [3.0.2-0ubuntu1.15] (3.0.2-0ubuntu1.18 Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security [amd64])
Conf libc-bin (2.36-9+deb12u4 Debian-Security:12/stable-security [amd64])
3 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.
"""


def test_security_updates() -> None:
    """What a security archive offers is listed, with what is installed; the rest is not about security."""
    assert parse_upgrade(UPGRADE) == [
        "libc-bin 2.36-9+deb12u3 → 2.36-9+deb12u4",
        "linux-image-6.1.0-38-amd64 new → 6.1.147-1",
        "openssl 3.0.2-0ubuntu1.15 → 3.0.2-0ubuntu1.18",
    ]
    assert parse_upgrade("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n") == []


def test_lists() -> None:
    """The newest stamp counts; without lists nothing is known of updates."""
    assert parse_lists("1000\n3\n100\n400\n") == 600
    with pytest.raises(FactError, match="no package lists"):
        parse_lists("1000\n0\n900\n")


@pytest.mark.parametrize(
    ("text", "reboot"),
    [
        pytest.param(
            "6.1.0-9-amd64\n==required\n==kernels\n/boot/vmlinuz-6.1.0-9-amd64\n/boot/vmlinuz-6.1.0-10-amd64\n==end\n",
            Reboot((), "6.1.0-9-amd64", "6.1.0-10-amd64"),
            id="a newer kernel",
        ),
        pytest.param(
            "6.1.0-9-amd64\n==required\n==kernels\n/boot/vmlinuz-6.1.0-9-amd64\n/boot/vmlinuz-6.1.0-10-cloud-amd64\n==end\n",
            Reboot((), "6.1.0-9-amd64", "6.1.0-9-amd64"),
            id="a newer kernel of another flavour",
        ),
        pytest.param(
            "6.18.44-fc\n==required\n==kernels\n==end\n", Reboot((), "6.18.44-fc", "6.18.44-fc"), id="a container"
        ),
        pytest.param(
            "6.1.0-9-amd64\n==required\nlibc6\nlibc6\n==kernels\n==end\n",
            Reboot(("libc6",), "6.1.0-9-amd64", "6.1.0-9-amd64"),
            id="a package asks for it",
        ),
    ],
)
def test_reboot(text: str, reboot: Reboot) -> None:
    """A reboot is due when a package says so, or a newer kernel of the running one's flavour is installed."""
    assert parse_reboot(text) == reboot
    if reboot.packages or reboot.newest != reboot.running:
        fails(test_os.test_reboot_not_required, reboot)
    else:
        test_os.test_reboot_not_required(reboot)
