"""Packages: apt's own words, on Debian and Ubuntu, and when a reboot is due."""

from __future__ import annotations

import pytest

from checks import test_os_packages
from engine.gather.fact import FactError
from fixtures.os.packages import Reboot, parse_expired, parse_half, parse_lists, parse_reboot, parse_upgrade
from fixtures.os.processes import parse_ps
from tests.facts.test_activity import fails
from tests.ours import Limits

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


def test_lists_that_ended() -> None:
    """A list that is valid no more fails, however new the folder is; one that has time left is well."""
    expired = parse_expired("1000\n900 archive_InRelease\n1100 other_InRelease\n==end\n")
    assert expired == {"archive_InRelease": 100}
    told = fails(test_os_packages.test_package_lists_fresh, 0.0, expired, Limits())
    assert told.startswith("apt's list archive_InRelease ended")
    test_os_packages.test_package_lists_fresh(0.0, parse_expired("1000\n==end\n"), Limits())


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
        fails(test_os_packages.test_reboot_not_required, reboot)
    else:
        test_os_packages.test_reboot_not_required(reboot)


@pytest.mark.parametrize(
    ("running", "installed", "newest"),
    [
        pytest.param("6.1.0-37-amd64", ["6.12.41+deb13-amd64"], "6.12.41+deb13-amd64", id="Debian 12 to 13"),
        pytest.param("6.12.9+deb13-cloud-amd64", ["6.12.41+deb13-amd64"], "", id="Debian's cloud"),
        pytest.param("5.10.0-35-amd64", ["6.1.0-0.deb11.6-amd64"], "6.1.0-0.deb11.6-amd64", id="backports"),
        pytest.param("6.12.9+bpo-amd64", ["6.12.41+deb13-amd64"], "6.12.41+deb13-amd64", id="newer backports"),
        pytest.param("6.1.0-9-amd64", ["6.1.0-10-rt-amd64"], "", id="real time"),
        pytest.param("5.15.0-119-generic", ["6.8.0-45-generic", "6.8.0-1015-aws"], "6.8.0-45-generic", id="Ubuntu"),
        pytest.param("6.8.0-45-generic", ["6.8.0-45-generic-64k"], "", id="Ubuntu's 64k"),
        pytest.param(
            "5.14.0-427.13.1.el9_4.x86_64",
            ["5.14.0-503.11.1.el9_5.x86_64", "0-rescue-4f1c9a", "6.12.0-1.el9uek.x86_64"],
            "5.14.0-503.11.1.el9_5.x86_64",
            id="Red Hat",
        ),
        pytest.param("5.14.0-427.el9.x86_64", ["5.14.0-503.el9.x86_64+rt", "5.14.0-503.el9.aarch64"], "", id="its rt"),
        pytest.param("6.10.3-200.fc40.x86_64", ["6.11.4-201.fc41.x86_64"], "6.11.4-201.fc41.x86_64", id="Fedora"),
        pytest.param(
            "6.1.94-99.176.amzn2023.x86_64", ["6.1.97-104.177.amzn2023.x86_64"], "6.1.97-104.177.amzn2023.x86_64"
        ),
        pytest.param(
            "6.4.0-150600.23.7-default", ["6.4.0-150600.23.30-default"], "6.4.0-150600.23.30-default", id="SUSE"
        ),
        pytest.param("6.5.13-5-pve", ["6.8.12-1-pve"], "6.8.12-1-pve", id="Proxmox"),
        pytest.param(
            "6.6.31+rpt-rpi-v8", ["6.12.25+rpt-rpi-v8", "6.12.25+rpt-rpi-2712"], "6.12.25+rpt-rpi-v8", id="Raspberry"
        ),
        pytest.param("6.6.32-0-lts", [], "", id="Alpine"),
    ],
)
def test_flavours(running: str, installed: list[str], newest: str) -> None:
    """Releases as the distributions name them: a newer kernel counts where it is what would be booted in its place."""
    names = [*installed, running] if installed else ["lts"]
    text = f"{running}\n==required\n==kernels\n{''.join(f'/boot/vmlinuz-{name}{chr(10)}' for name in names)}==end\n"
    assert parse_reboot(text).newest == (newest or running)


def test_held_updates() -> None:
    """What `apt-mark hold` keeps back is a known hole, and is told with the mark; apt of Debian 12 said this."""
    held = UPGRADE + "==held openssl\n==held tzdata\n"
    assert "openssl 3.0.2-0ubuntu1.15 → 3.0.2-0ubuntu1.18 (held by apt-mark)" in parse_upgrade(held)


def test_what_is_installed_by_half() -> None:
    """It fails, unless an installation runs; what waits for triggers, and what was removed, is whole."""
    half = parse_half("ii  adduser\nrc  nano\niW  man-db\niF  shop-tools\niHR shop-docs\n==end\n")
    assert half == ["shop-tools (half-configured)", "shop-docs (half-installed)"]
    told = fails(test_os_packages.test_packages_whole, half, [])
    assert told.startswith("installed by half: shop-tools")
    row = " 9 1 S 10 5 root 9 0::/system.slice/x.service 9 "
    for command, runs in {"/usr/bin/dpkg --configure -a": True, "/usr/lib/apt-helper x": False}.items():
        processes = parse_ps(f" 1 0 Ss 9216 789 root 1 0::/init.scope 1 /sbin/init\n{row}{command}\n")
        if runs:
            test_os_packages.test_packages_whole(half, processes)
        else:
            fails(test_os_packages.test_packages_whole, half, processes)
