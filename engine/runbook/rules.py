"""Commands known to be unsafe or misleading: one rule each, why, and what to write instead."""

from __future__ import annotations

import re

from engine.runbook.rule import Rule
from engine.runbook.rules_answers import ANSWERS
from engine.runbook.rules_shell import SHELL
from engine.runbook.rules_stores import STORES

RULES: tuple[Rule, ...] = (*STORES, *SHELL, *ANSWERS)

# What a resolution does to the host, by the least danger that it must then carry.
CONSEQUENCES: dict[str, re.Pattern[str]] = {
    "data-loss": re.compile(
        r"\brm\s|\s-delete\b|\btruncate\s+-s|--vacuum-(?:time|size)|\bflush(?:all|db)\b|redis[-_]\w+\b[^|;\n]*\s(?:del|unlink)\b"
        r"|\bdrop\s+(?:table|database)\b|mongorestore\b|mongod\b[^\n]*--repair"
        r"|\b(?:apt|apt-get|aptitude|yum|dnf)\s+(?:\S+\s+)*?(?:purge|autoremove|remove)\b|\b(?:mkfs\S*|wipefs|shred|lvremove|vgremove)\s"
        r"|\bdd\s+[^|;\n]*\bof=(?!/dev/null)|\bzpool\s+destroy\b|\b(?:docker|podman)\s+(?:\w+\s+)?(?:rm|rmi|prune)\b"
        r"|\bkubectl\s+(?:\S+\s+)*?delete\b|\bgit\s+clean\b",
        re.IGNORECASE,
    ),
    "config-change": re.compile(
        r"systemctl\s+(?:enable|disable|mask|unmask|edit|daemon-reload)\b|\bconfig\s+(?:set|rewrite)\b|\bch(?:mod|own)\s"
        r"|\bsed\s+(?:-\w+\s+)*-i|\bnft\s+(?:add|delete|flush)\b|\b(?:alter|grant|create|reindex|revoke)\s+[a-z\"]"
        r"|\b(?:apt|apt-get|pip3?)\s+(?:\S+\s+)*?install\b|\bgit\b[^|;\n]*\s(?:checkout|stash|reset)\b|\bnano\b|>>\s*\S*\.env"
        r"|\b(?:resize2fs|xfs_growfs|growpart|lvextend|lvresize|usermod|useradd|userdel|ufw|iptables)\s|\bsysctl\s+-w\b"
        r"|\bmount\s+-o\b|\bkubectl\s+(?:\S+\s+)*?(?:apply|patch|edit|scale|cordon|label|annotate|taint)\b",
        re.IGNORECASE,
    ),
    "restart": re.compile(
        r"systemctl\s+(?:try-)?(?:restart|stop|reload)\b|pg_(?:terminate|cancel)_backend|(?:^|[\s;{|])kill\s+(?:-\w+\s+)?[\"$<\d]|killOp"
        r"|\bservice\s+\S+\s+(?:restart|stop|reload)\b|\b(?:pkill|killall)\s|\b(?:docker|podman|supervisorctl)\s+(?:\w+\s+)?(?:restart|stop)\b"
        r"|\bkubectl\s+(?:\S+\s+)*?(?:drain|rollout\s+(?:restart|undo))\b|(?:^|[;&|]\s*|sudo\s+(?:-n\s+)?)(?:reboot|poweroff|shutdown)\b",
        re.IGNORECASE,
    ),
}


def consequence(command: str) -> str:
    """Returns the danger of a command by its words: `data-loss`, `config-change` or `restart`; "none" otherwise.

    >>> consequence("sudo rm -rf /tmp/*"), consequence("df -h")
    ('data-loss', 'none')
    """
    return next((danger for danger, pattern in CONSEQUENCES.items() if pattern.search(command)), "none")
