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
        r"\brm\s+-|\s-delete\b|\btruncate\s+-s|--vacuum-(?:time|size)|\bflush(?:all|db)\b|redis[-_]\w+\b[^|;\n]*\s(?:del|unlink)\b"
        r"|\bdrop\s+(?:table|database)\b|mongorestore\b|mongod\b[^\n]*--repair",
        re.IGNORECASE,
    ),
    "config-change": re.compile(
        r"systemctl\s+(?:enable|disable|mask|unmask|edit|daemon-reload)\b|\bconfig\s+(?:set|rewrite)\b|\bch(?:mod|own)\s"
        r"|\bsed\s+(?:-\w+\s+)*-i|\bnft\s+(?:add|delete|flush)\b|\b(?:alter|grant|create|reindex|revoke)\s+[a-z\"]"
        r"|\b(?:apt|apt-get|pip3?)\s+(?:\S+\s+)*?install\b|\bgit\b[^|;\n]*\s(?:checkout|stash|reset)\b|\bnano\b|>>\s*\S*\.env",
        re.IGNORECASE,
    ),
    "restart": re.compile(
        r"systemctl\s+(?:try-)?(?:restart|stop|reload)\b|pg_(?:terminate|cancel)_backend|(?:^|[\s;{|])kill\s+\"?\$|killOp",
        re.IGNORECASE,
    ),
}
