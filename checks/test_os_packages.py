"""The operating system's packages: lists that are new enough to believe, no update and no reboot that waits."""

import re

from engine.judge.marks import owns
from engine.judge.measure import at_most
from engine.text import counted, span
from fixtures.os.packages import Reboot
from fixtures.os.processes import Process
from fixtures.os.settings import Limits

INSTALLER = re.compile(r"(^|/)(dpkg|apt|apt-get|aptitude|unattended-upgrades?)( |$)")


@owns("package_lists")
def test_package_lists_fresh(package_lists: float, package_lists_expired: dict[str, float], limits: Limits) -> None:
    """apt's package lists are at most a week old, and those of a security archive have not ended."""
    ended = ", ".join(f"{name} ended {span(seconds)} ago" for name, seconds in package_lists_expired.items())
    assert not ended, f"apt's list {ended} (Valid-Until), and knows of no later update; expected one that is valid"
    assert at_most(package_lists, limits.package_lists_s, "s"), (
        f"apt's package lists are {span(package_lists)} old; the limit is {span(limits.package_lists_s)}"
    )


def test_security_updates(security_updates: list[str], limits: Limits) -> None:
    """No security update waits to be installed."""
    assert at_most(len(security_updates), limits.security_updates, "updates"), (
        f"{counted(len(security_updates), 'security update')} pending; "
        f"the limit is {limits.security_updates}: {', '.join(security_updates[:5])}"
    )


def test_packages_whole(packages_half: list[str], processes: list[Process]) -> None:
    """Every package is installed to its end. While an installation runs, nothing is said of it."""
    runs = any(INSTALLER.search(process.command) for process in processes if process.user == "root")
    assert runs or not packages_half, f"installed by half: {', '.join(packages_half[:5])}; expected none"


def test_reboot_not_required(reboot: Reboot) -> None:
    """No installed update waits for a reboot."""
    assert not reboot.packages, f"{', '.join(reboot.packages)} requires a reboot; expected none pending"
    assert reboot.running == reboot.newest, f"kernel {reboot.running} runs; expected the installed {reboot.newest}"
