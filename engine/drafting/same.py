"""Commands that ask what another one asks, which our runbooks have: `service x status` is `systemctl status x`."""

from __future__ import annotations

import re

# Each pattern is held against the command from its program on; of several, the first one counts.
SAME: tuple[tuple[str, str], ...] = (
    (r"ps\b[^|]*--sort[= ]?-?%?(?:mem|rss)", "ps -eo rss --sort=-rss"),
    (r"ps\b[^|]*--sort[= ]?-?%?p?cpu", "top -b"),
    (r"ps\b[^|]*\| *e?grep (?:-\w+ +)*[\"']?(?P<a>[a-z][\w@.-]{2,})(?![\w\[/])", "systemctl status {a}"),
    (r"(?:pgrep|pidof) (?:-\w+ +)*(?P<a>[\w@.-]+)", "systemctl status {a}"),
    (r"(?:service|/etc/init\.d/)\s*(?P<a>[\w@.-]+) status", "systemctl status {a}"),
    (r"systemctl (?:-\S+ +)*(?:is-active|list-units)\b", ""),
    (r"(?:netstat|ss)\b[^|]*\| *e?grep [^|]*[: ](?P<a>\d{2,5})\b", "ss -ltnp sport :{a}"),
    (r"(?:netstat|ss|lsof -i\S*)\b[^|]*\| *e?grep (?:-\w+ +)*[\"']?(?P<a>[a-z][\w.-]{2,})", "ss -ltnp sport {a}"),
    (r"lsof (?:-\w+ +)*-i\S*? ?(?:tcp)?:(?P<a>\d+)", "ss -ltnp sport :{a}"),
    (r"(?:nc|ncat|telnet) (?:-\w+ +)*(?:localhost|127\.0\.0\.1) (?P<a>\d+)", "ss -ltnp sport :{a}"),
    (r"df\b[^|;&\n]*\s-\w*i[^;&\n]*$", "df -i"),
    (r"df\b[^|;&\n]*(?:\|[^;&\n]*)?$", "df -h"),
    (r"(?:vmstat|cat /proc/meminfo|swapon)\b", "free -m"),
    (r"(?:htop|mpstat|pidstat|atop)\b", "top -b"),
    (r"(?:w|cat /proc/loadavg|nproc)$", "uptime"),
    (r"iotop\b", "iostat -x -y"),
    (r"(?:dmesg|journalctl (?:-k|--dmesg))[^|]*\| *e?grep [^|]*(?:oom|kill|memory)", "journalctl -k -g oom-kill"),
    (r"dmesg\b", "journalctl -k -p err"),
    (r"journalctl (?:-k|--dmesg|-\w*x\w*|-p \w+)\b(?!.*-[ug]\b)", "journalctl -k -p err"),
    (r"(?:chronyc (?:tracking|sources)|ntpq\b|ntpstat\b|timedatectl\b)", "timedatectl show NTPSynchronized"),
    (
        r"(?:lsof(?: -n)?(?: *\|(?!.*delet).*)?$|ulimit -n|sysctl\b.*fs\.file|cat /proc/sys/fs/file-)",
        "for pid in /proc/pid/fd",
    ),
    (r"(?:conntrack\b|sysctl\b.*nf_conntrack)", "head /proc/sys/net/netfilter/nf_conntrack_count"),
    (r"(?:cat /proc/mdstat|mdadm --detail)", "grep /proc/mdstat"),
    (r"(?:ifconfig|netstat -i|ip (?:-\w+ +)*(?:a|addr|address|link)\b)", "ip -s link show up"),
    (r"(?:sysctl\b.*ip_local_port_range|ss -s\b)", "cat /proc/sys/net/ipv4/ip_local_port_range"),
    (r"psql\b.*[\"' ]select (?:1|now\(\)|version\(\)|current_\w+)\W*$", "pg_isready"),
    (r"psql\b.*\bpg_locks\b.*(?:granted|block)", "psql -c 'pg_stat_activity pg_blocking_pids waits blocked_by'"),
    (r"nginx -T\b", "nginx -t"),
)
RULES = tuple((re.compile(pattern, re.IGNORECASE), other) for pattern, other in SAME)


def same(command: str) -> str:
    """Returns the command that asks the same, or the command itself.

    >>> same("service nginx status"), same("uptime")
    ('systemctl status nginx', 'uptime')
    """
    for pattern, other in RULES:
        if found := pattern.match(command):
            return other.format(**found.groupdict()) or command
    return command
