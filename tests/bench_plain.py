"""What one would write with testinfra alone: as many assertions as the gate has on a host, with testinfra's modules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

WORDS = {
    "units": "santas-api nginx postgresql@15-main redis-server prometheus prometheus-node-exporter rsyslog cron",
    "files": "/etc/nginx/nginx.conf /etc/nginx/sites-available/santas /etc/rsyslog.conf /etc/ssh/sshd_config "
    "/etc/postgresql/15/main/postgresql.conf /etc/prometheus/prometheus.yml /var/log/nginx/error.log "
    "/opt/santas-gift-finder/backend/.env",
    "packages": "nginx redis-server postgresql prometheus openssh-server git gzip rsyslog",
    "users": "deploy postgres redis www-data prometheus",
    "of a service": "exists is_running is_enabled systemd_properties",
    "of a file": "exists user group mode size mtime",
    "of a package": "is_installed version",
    "of a user": "exists uid home shell",
}
GIVEN = {name: words.split() for name, words in WORDS.items()}
ASSERTIONS = [
    *(f"host.service({unit!r}).{what}" for unit in GIVEN["units"] for what in GIVEN["of a service"]),
    *(f"host.file({path!r}).{what}" for path in GIVEN["files"] for what in GIVEN["of a file"]),
    *(f"host.package({name!r}).{what}" for name in GIVEN["packages"] for what in GIVEN["of a package"]),
    *(f"host.user({name!r}).{what}" for name in GIVEN["users"] for what in GIVEN["of a user"]),
    *(f"host.socket('tcp://{port}').is_listening" for port in (22, 80, 5432, 6379, 8000, 9090, 9100)),
    *(f"host.mount_point({path!r}).exists" for path in ("/", "/srv/exports", "/proc")),
    *(f"host.process.filter(user={name!r})" for name in ("postgres", "redis")),
]
TEST = """
import pytest

@pytest.mark.parametrize("assertion", {assertions!r})
def test_assertion(host, assertion):
    eval(assertion)
"""


def run(folder: Path, host: str, ssh_config: Path) -> None:
    """Runs all assertions once, in a pytest of their own. Raises SystemExit when they did not run."""
    test = folder / "test_plain.py"
    test.write_text(TEST.format(assertions=ASSERTIONS), encoding="utf-8")
    options = ["-q", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", str(folder)]
    command = [sys.executable, "-m", "pytest", *options, f"--hosts=ssh://deploy@{host}", f"--ssh-config={ssh_config}"]
    done = subprocess.run([*command, str(test)], cwd=folder, capture_output=True, text=True, check=False)
    if f"{len(ASSERTIONS)} passed" not in done.stdout:
        raise SystemExit(f"plain testinfra did not run:\n{done.stdout[-2000:]}{done.stderr}")


def sharing(folder: Path, ssh_config: Path) -> Path:
    """Returns an ssh_config by which all of testinfra's logins share one connection: its best form."""
    config = folder / "ssh_config"
    config.write_text(f"Host *\n  ControlPath {folder}/%C\nInclude {ssh_config}\n", encoding="utf-8")
    return config
