"""Commands that a check may not run: those that change something, wait for a person, or never end.

No list of commands is complete. It keeps mistakes out, and not malice: `--plan` shows every command before it is run.
"""

from __future__ import annotations

import re

from engine.runbook.rules import CONSEQUENCES, RULES

# What `# allow: read-only because …` names.
ALLOWED = "read-only"
# Where the shell expects the name of a program: behind a separator, variables, and programs that run another one.
START = (
    r"(?:^|[\n;&|({`]|\b(?:do|then|else)\s)\s*(?:\w+=\S*\s+)*"
    r"(?:(?:sudo|doas|timeout|xargs|exec|nice|ionice|nohup|env|time|command|chroot)\s+(?:-\S+\s+)*(?:[\w.:=-]+\s+)??)*(?:/[\w./-]*/)?"
)
QUOTED = re.compile(r"'[^']*'|\"(?:[^\"\\\\]|\\\\.)*\"")
INNER = re.compile(
    r"\b(?:sh|bash|dash|zsh|eval|watch)\s+(?:-\w+\s+)*(?P<mark>['\"])(?:(?!(?P=mark)).)*(?P=mark)", re.DOTALL
)
# Rules of the linter about commands that do not end by themselves.
ENDLESS = ("interactive", "top", "follow", "sudo")
PROGRAMS = (
    "rm|rmdir|mv|cp|install|ln|touch|mkdir|mkfifo|tee|dd|shred|truncate|mkfs\\S*|fsck\\S*|mount|umount|swapon|swapoff|"
    "kill|pkill|killall|reboot|shutdown|halt|poweroff|init|useradd|usermod|userdel|groupadd|passwd|chpasswd|visudo|"
    "chmod|chown|chgrp|setfacl|chattr|iptables-restore|ssh|scp|rsync|nsenter|at|batch"
)
WORDS = (
    r"systemctl\s+(?:-\S+\s+)*(?:start|stop|restart|reload\S*|try-\S+|kill|enable|disable|mask|unmask|edit|set-\S+|reset-failed|"
    r"daemon-re\S+|isolate|revert|preset)\b",
    r"(?:service|/etc/init\.d/)\s*\S+\s+(?:start|stop|restart|reload)\b",
    r"(?:apt|apt-get|aptitude|yum|dnf|apk|zypper|snap|pip3?|npm|gem)\s+(?:-\S+\s+)*(?:install|remove|upgrade|update|purge|autoremove|"
    r"clean|ci|dist-upgrade|full-upgrade|add|del)\b",
    r"git\s+(?:-\S+\s+(?:\S+\s+)?)*?(?:pull|push|commit|checkout|switch|restore|reset|stash|merge|rebase|clean|fetch|gc|add)\b",
    r"(?:docker|podman|nerdctl)\s+(?:compose\s+)?(?:container\s+)?(?:restart|stop|start|rm|rmi|run|kill|pull|push|prune|up|down|"
    r"build|exec|system)\b",
    r"kubectl\s+(?:-\S+\s+(?:\S+\s+)?)*?(?:apply|create|delete|scale|edit|patch|drain|cordon|uncordon|exec|run|set|replace|label|"
    r"annotate|taint|rollout\s+(?:restart|undo|pause|resume))\b",
    r"nginx\s+(?:\S+\s+)*-s\b",
    r"crontab\s+(?!-l\b)",
    r"sysctl\s+(?:\S+\s+)*(?:-w|-p|\S+=)",
    r"(?:iptables|ip6tables)\s+(?:\S+\s+)*-[ADIRFXPNZ]\b",
    r"wget\b(?![^|;\n]*(?:-\w*O\s*-|--spider))",
    r"curl\b[^|;\n]*\s(?:-X\s*(?!GET|HEAD)\w|--request[ =](?!GET|HEAD)|-d\b|--data|-F\b|--form|-T\b|--upload)",
    r"curl\b[^|;\n]*\s(?:-o\s+(?!/dev/null)|-O\b)",
    r"find\b[^|;\n]*\s-(?:delete|fprint\S*|exec(?:dir)?\s+(?:rm|mv|chmod|chown)|ok\S*)\b",
    r"sed\b[^|;\n]*\s(?:-\w*i|--in-place)",
    r"journalctl\b[^|;\n]*\s--(?:vacuum\S*|rotate|flush)",
)
CHANGING = re.compile(rf"{START}(?:(?:{PROGRAMS})(?=\s|$)|{'|'.join(WORDS)})")
# Of SQL and of stores' own commands, whose words stand in quotes.
STATEMENTS = re.compile(
    r"\b(?:insert\s+into|update\s+\w+\s+set|delete\s+from|drop\s+\w|truncate\s+\w|vacuum|reindex|cluster\s|alter\s+\w|create\s+\w|"
    r"grant\s|revoke\s|pg_(?:terminate|cancel)_backend|pg_reload_conf|pg_promote)"
    r"|redis-cli\b.*\s(?:set|del|unlink|flush\w+|config\s+(?:set|rewrite)|shutdown|save|bgsave|bgrewriteaof|client\s+kill|monitor|subscribe)\b"
    r"|\b(?:insertOne|insertMany|updateOne|updateMany|deleteOne|deleteMany|dropDatabase|killOp|fsync|shutdownServer)\b",
    re.IGNORECASE,
)
INTO_A_FILE = re.compile(r"(?<![<>=&\-])\d?>>?(?!\s*(?:&|/dev/(?:null|stderr|stdout)\b|\())\|?\s*\S")


def changes(command: str) -> str:
    """Returns why a check may not run a command, or "".

    >>> changes("systemctl is-active nginx 2>/dev/null")
    ''
    >>> changes("sudo -n systemctl restart nginx")
    'it changes something (systemctl restart)'
    >>> changes("tail -f /var/log/syslog")
    'it never ends'
    """
    # What another shell runs stands in quotes.
    bare = QUOTED.sub("''", INNER.sub(lambda inner: f";{inner[0][inner[0].index(inner['mark']) + 1 : -1]};", command))
    for text, pattern in ((bare, CHANGING), (command, STATEMENTS), (bare, INTO_A_FILE)):
        if found := pattern.search(text):
            return f"it changes something ({' '.join(found[0].split()).strip(';&|({ ')})"
    for pattern in CONSEQUENCES.values():
        if found := pattern.search(bare):
            return f"it changes something ({' '.join(found[0].split())})"
    return next((rule.why for rule in RULES if rule.id in ENDLESS and rule.pattern.search(command)), "")
