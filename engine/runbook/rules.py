"""Commands known to be unsafe or misleading: one rule each, why, and what to write instead."""

from __future__ import annotations

import re

from engine.runbook.rule import Rule
from engine.runbook.rule import rule as _rule
from engine.runbook.rules_answers import ANSWERS

# Where a command's name may stand: at the start, after an operator, after sudo or timeout with their options.
START = r"(?:^|\n|[;&|(])\s*(?:sudo\s+(?:-\w+\s+)*(?:\w[\w-]*\s+)?|timeout\s+\d+\s+)?"

REDIS = (
    _rule("redis-keys", r"redis-cli\b[^|;\n]*\skeys\s", "KEYS blocks every client", "--scan --pattern"),
    _rule("redis-flush", r"\bflush(?:all|db)\b", "it also empties what is no cache", "--scan, then unlink by name"),
    _rule(
        "redis-xargs",
        r"xargs(?![^|;\n]*-d)[^|;\n]*redis-cli",
        "a blank or quote in a key hits another key",
        "xargs -r -d '\\n'",
    ),
    _rule(
        "redis-del-pattern", r"\bdel\s+[\"'][^\"']*\*", "DEL takes names, not patterns", "--scan --pattern, then unlink"
    ),
    _rule("redis-errors", r"redis-cli\b(?![^|;\n]*\s-e\b)", "an error reply exits with 0", "redis-cli -e"),
    _rule("redis-config-all", r"config\s+get\s+[\"']?\*", "it prints the passwords", "config get of one name"),
)

POSTGRES = (
    _rule("pg-isready", r"select\s+pg_isready", "pg_isready is a program, not a function", "pg_isready -t 5"),
    _rule(
        "pg-peer",
        r"psql\b(?=[^|;&\n]*\s(?-i:-U)\s)(?![^|;&\n]*\s-h\s)",
        "peer authentication refuses it or hides the password",
        "sudo -n -u postgres psql, or psql -w -h localhost",
    ),
    _rule(
        "pg-analyze",
        r"(?:^|[;\"'\n])\s*(?:analyze|vacuum)\b",
        "it rewrites the statistics that it should show",
        "pg_stat_user_tables",
        "diagnostics",
    ),
    _rule(
        "pg-columns",
        r"\b(?:tablename|indexname)\b[^;]*\bpg_stat_user_",
        "the views have no such column",
        "relname, indexrelname",
    ),
    _rule(
        "pg-reindex",
        r"\breindex\s+(?:table|index|schema|database)\b(?!\s+concurrently)",
        "it blocks writers",
        "REINDEX … CONCURRENTLY",
    ),
    _rule(
        "pg-index",
        r"\bcreate\s+(?:unique\s+)?index\b(?!\s+concurrently)",
        "it blocks writers",
        "CREATE INDEX CONCURRENTLY",
    ),
    _rule(
        "pg-unit",
        r"(?:systemctl\s+(?:status|start|stop|restart|is-active)|journalctl\s+-u)\s+postgresql(?=\s|$|;)",
        "Debian's wrapper is active while the cluster is down",
        "postgresql@VERSION-main",
    ),
    _rule("pg-path", r"/etc/postgresql/\d+", "the version will change", "SHOW config_file"),
    _rule(
        "user-data",
        r"\bselect\b[^;]*\b(?:password_hash|email|username)\b[^;]*\bfrom\b",
        "it prints personal data or hashes",
        "SELECT count(*)",
    ),
)

MONGO = (
    _rule("mongo-profiling", r"setProfilingLevel", "it switches full profiling on", "$currentOp, or the server's log"),
    _rule(
        "mongo-repair", r"mongod\b[^\n]*--repair", "it drops what it cannot read", "resync from a member, or restore"
    ),
    _rule(
        "mongo-drop",
        r"mongorestore\b(?:.|\n)*--drop",
        "it deletes before it has loaded",
        "restore into a scratch database",
    ),
    _rule("mongo-database", r"mongosh\s+--eval", "without a URI it asks the database test", "mongosh URI --eval"),
)

SECRETS = (
    _rule(
        "secret-grep",
        r"grep\b(?![^|;\n]*\s-c)[^|;\n]*(?:secret|password|token)\w*[^|;\n]*\.env",
        "it prints the secret",
        "count the lines, measure the length",
    ),
    _rule(
        "secret-url",
        r"print\([^)]*environ|echo[^|;\n]*\$\{?\w*(?:database_url|password|secret)",
        "it prints a password",
        "the names that are set",
    ),
    _rule("secret-append", r">>\s*\S*\.env\b", "the old line stays, and may win", "replace the line"),
)

ENDLESS = (
    _rule(
        "interactive",
        START + r"(?:htop|nload|iotop|telnet|nano|vi|vim|less|watch|py-spy\s+top|systemctl\s+edit)\b",
        "it waits for a person",
        "a command that ends",
        manual=True,
    ),
    _rule("top", START + r"top\b(?![^|;\n]*\s-b)", "it waits for a person", "top -b -d 5 -n 2", manual=True),
    _rule(
        "follow",
        r"(?:tail\s(?:[^|;\n]*\s)?-\w*f|journalctl\b[^|;\n]*\s(?:-f|--follow))\b",
        "it never ends",
        "-n, or --since",
        manual=True,
    ),
    _rule("nc-timeout", START + r"nc\b(?![^|;\n]*\s-\w*w)", "a firewall that drops hangs it", "nc -z -w 3"),
    _rule("sudo", r"\bsudo\b(?!\s+-\w*n\b)", "it may wait for a password", "sudo -n"),
    _rule("curl-timeout", r"\bcurl\b(?![^|;\n]*(?:--max-time|\s-m\s))", "a hung server hangs it", "--max-time"),
    _rule(
        "journal-window",
        r"\bjournalctl\b(?![^|;\n]*(?:--since|\s-S\s|\s-n\s|\s-f\b|--follow|--lines|--vacuum|--disk-usage|--list-boots|--header"
        r"|--flush|\|\s*head\s))",
        "it reads the whole journal",
        "--since",
    ),
)

MISLEADING = (
    _rule(
        "curl-fail",
        r"\bcurl\b(?![^|;\n]*(?:\s-[a-zA-Z]*f|--fail|%\{http_code\}))",
        "an error page is a success",
        "curl -f",
    ),
    _rule("curl-jq", r"\bcurl\b[^;\n]*\|\s*jq\b", "jq's exit code hides a dead server", "python3 -m json.tool"),
    _rule("ps-grep", r"\bps\b[^|;\n]*\|\s*grep\b(?!\s+[\"']?\[)", "grep finds itself", "systemd-cgls, pgrep -P"),
    _rule(
        "pgrep-list",
        r"(?:--pid|-p)\s+\"?\$\(pgrep(?![^)]*\s-\w*[nod])",
        "several processes make several arguments",
        "pgrep -n, -o or -d,",
    ),
    _rule(
        "first-frame",
        r"\btop\s+-b\s*-?n\s*1\b|\biostat\b(?![^|;\n]*\s-y)",
        "the first sample is history",
        "top -b -n 2, iostat -y",
    ),
    _rule(
        "latest",
        r"\bls\b[^|;\n]*\|\s*tail\b",
        "the last name is not the newest file",
        "find -printf '%T@ %p\\n' | sort -n",
    ),
    _rule("backup-head", r"(?:gunzip|gzip|zcat)\b[^|;\n]*\|\s*head\b", "a truncated file passes", "gzip -t"),
    _rule("backup-gunzip", r"\bgunzip\s+(?!-)\S+\.gz", "it replaces the only copy", "gzip -dc into the pipe"),
    _rule(
        "bare-python",
        r"(?:^|\n)\s*(?:python|pip)\s",
        "whichever is first in PATH",
        "the environment's own bin/python",
        manual=True,
    ),
    _rule(
        "placeholder",
        r"<[a-z][a-z_]+>|\bexample\.(?:com|org)\b|some_key",
        "it is no command until it is filled in",
        "a template, or prose",
    ),
)

CHANGING = (
    _rule(
        "git-previous",
        r"git\s+checkout\s+HEAD[~^]",
        "the previous commit is not the previous release",
        "a release's tag",
    ),
    _rule(
        "install",
        r"\b(?:pip3?|apt|apt-get)\s+install\b(?![^\n]*--dry-run)",
        "it changes what it looks at",
        "a tool that is there",
        "diagnostics",
    ),
    _rule(
        "apt-prompt",
        r"\bapt(?:-get)?(?=\s)(?![^;|&\n]*\s(?:-\w*[ys]\w*|--yes|--simulate|--dry-run)\b)[^;|&\n]*"
        r"\s(?:install|upgrade|dist-upgrade|full-upgrade|remove|purge)\b",
        "it asks, and waits for a person",
        "-y",
    ),
    _rule("uv-run", r"\buv\s+run\b", "it installs before it runs", "the environment's own bin/python"),
    _rule(
        "apt-upgrade",
        r"\bapt(?:-get)?\b(?=[^;|\n]*\s-y\b)(?![^;|\n]*--force-conf)[^;|\n]*\bupgrade\b",
        "it restarts services and stops at questions",
        "in a window, with --force-confold",
    ),
)

RULES: tuple[Rule, ...] = (*REDIS, *POSTGRES, *MONGO, *SECRETS, *ENDLESS, *MISLEADING, *CHANGING, *ANSWERS)

# What a resolution does to the host, by the least danger that it must then carry.
CONSEQUENCES: dict[str, re.Pattern[str]] = {
    "data-loss": re.compile(
        r"\brm\s+-|\s-delete\b|\btruncate\s+-s|--vacuum-(?:time|size)|\bflush(?:all|db)\b|redis-cli\b[^|;\n]*\s(?:del|unlink)\b"
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
