"""What a command begins with: the program that it runs, and whether some text is a command at all."""

from __future__ import annotations

import re

# Programs that people ask a host with. A text that begins with one of them is taken for a command.
NAMES = """
apachectl apt apt-cache apt-get aws awk az blkid bash cat ceph certbot chronyc conntrack consul crontab curl date df
dig dmesg dnf docker docker-compose dpkg du echo egrep etcdctl exim expr fdisk file find findmnt firewall-cmd free
fuser gcloud getent git gitlab-ctl gitlab-psql grep gunzip gzip ha head helm host hostname hostnamectl htop httpd id
ifconfig ifstat iostat iotop ip ipcs iptables istioctl java jcmd journalctl jps jq jstack kubectl last ldd ls lsblk
lscpu lsmod lsof mdadm mongo mongosh mount mpstat mysql mysqladmin namei nc ncat netstat nft nginx nmcli node
nodetool nproc nslookup ntpq ntpstat numactl nvidia-smi oc openssl patronictl perf pg_controldata pg_isready
pg_lsclusters pgbadger pgrep php pidof pidstat ping podman printenv ps psql pstree python python3 rabbitmqctl
redis-cli resolvectl rpm ruby sar sed service sestatus smartctl snap sort ss ssh stat strace sudo supervisorctl
sysctl systemctl systemd-analyze systemd-cgls systemd-cgtop tail tc tcpdump telnet terraform test timedatectl
timeout top touch traceroute tracepath ufw ulimit uname uptime varnishadm varnishstat vault vgs visudo vmstat w wget
who xfs_info yum zcat zfs zgrep zpool
"""
PROGRAMS = frozenset(NAMES.split())
# What stands before the program: its rights, its time, its variables, the environment in which it runs.
BEFORE = re.compile(
    r"\s*(?:(?:sudo|doas)(?:\s+(?:-[uUgh]\s+\S+|-\w+|--\w[\w-]*(?:=\S+)?))*\s+|(?:timeout|gtimeout)\s+(?:-\S+\s+\S+\s+)*\S+\s+"
    r"|(?:time|nice|nohup|watch|exec|command|env|chronic|ionice)\s+(?:-\S+\s+(?:[\d.]+\s+)?)*"
    r"|\w+=(?:\"[^\"]*\"|'[^']*'|\$\([^()]*\)|\S*)\s+|[!({]\s*)"
)
QUERY = re.compile(r"(?:select\s+\S|with\s.*\bselect\b|explain\s+\w|show\s+\w+\s*;)", re.IGNORECASE | re.DOTALL)
# `tool -x`, `tool --long`, `/opt/tool list`, `./tool`: no sentence begins like this.
SHAPE = re.compile(
    r"(?:[a-z][\w.+-]*(?:\s+[\w./:@=-]+){0,3}\s+-{1,2}[A-Za-z]|\.{0,2}/[\w.+-]+(?:/[\w.+@-]+)+(?:\s|$)|\./)"
)


def bare(command: str) -> str:
    """Returns a command from its program on, without what stands before it.

    >>> bare("sudo -n -u postgres PGUSER=me timeout 5 psql -c 'SELECT 1'")
    "psql -c 'SELECT 1'"
    """
    # A dozen are more than anybody writes.
    for _ in range(12):
        found = BEFORE.match(command)
        if not found:
            break
        command = command[found.end() :]
    return command.strip()


def program_of(command: str) -> str:
    """Returns the name of the first program that a command runs, without its folder; "" for none.

    >>> program_of("sudo /usr/sbin/nginx -t")
    'nginx'
    """
    words = bare(command).split(maxsplit=1)
    return words[0].rstrip(";").rpartition("/")[2] if words else ""


def is_command(text: str) -> bool:
    """Whether some text is a command of the shell or a query, and no words.

    >>> is_command("df -h /var"), is_command("idle in transaction"), is_command("SELECT 1;")
    (True, False, True)
    """
    text = text.strip()
    rest = bare(text)
    return program_of(text) in PROGRAMS or bool(QUERY.match(rest) or SHAPE.match(rest))
