"""Commands that a check may not run: those that change something, wait for a person, or never end.

No list of commands is complete. It keeps mistakes out, and not malice: `--plan` shows every command before it is run.
"""

from __future__ import annotations

import re

from engine.runbook.placeholders import ANGLE
from engine.runbook.rules import RULES

# What `# allow: read-only because …` names.
ALLOWED = "read-only"
CHANGES = "it changes something"
# Where the shell expects the name of a program: behind a separator, variables, and programs that run another one. What
# may be repeated in two ways has a bound, because trying all of them takes for ever.
START = (
    r"(?:^|[\n;&|({`]|\b(?:do|then|else)\s)\s*(?:\w+=\S*\s+)*"
    r"(?:(?:sudo|doas|timeout|xargs|exec|nice|ionice|nohup|env|time|command|chroot)\s+(?:-\S+\s+){0,8}(?:[\w.:=-]+\s+)??){0,6}"
    r"(?:/[\w./-]*/)?"
)
QUOTED = re.compile(r"'[^']*'|\"(?:[^\"\\\\]|\\\\.)*\"")
INNER = re.compile(
    r"\b(?:sh|bash|dash|zsh|eval|watch)\s+(?:-\w+\s+)*(?P<mark>['\"])(?:(?!(?P=mark)).)*(?P=mark)", re.DOTALL
)
# Rules of the linter about commands that wait for a person, do not end by themselves, or are no commands yet.
OTHERS = ("interactive", "top", "follow", "sudo", "placeholder")
PROGRAMS = (
    "rm|rmdir|unlink|mv|cp|install|ln|touch|mkdir|mkfifo|tee|dd|shred|truncate|fallocate|mkfs\\S*|mkswap|fsck\\S*|tune2fs|umount|"
    "swapon|swapoff|pkill|killall|reboot|shutdown|halt|poweroff|init|useradd|usermod|userdel|groupadd|passwd|chpasswd|"
    "chmod|chown|chgrp|setfacl|chattr|modprobe|rmmod|insmod|iptables-restore|logrotate|certbot|patch|ssh|scp|sftp|"
    "rsync|nsenter|at|batch|nohup|strace|tmux|screen|mongorestore|pg_restore|uv"
)
WORDS = (
    r"systemctl\s+(?:-\S+\s+)*(?:start|stop|restart|reload\S*|try-\S+|kill|enable|disable|mask|unmask|edit|set-\S+|"
    r"reset-failed|daemon-re\S+|isolate|revert|preset|clean|link|import-\S+)\b",
    r"(?:service|/etc/init\.d/|supervisorctl)\s*(?:\S+\s+)?(?:start|stop|restart|reload)\b",
    r"(?:apt|apt-get|aptitude|yum|dnf|apk|zypper|snap|pip3?|npm|gem)\s+(?:-\S+\s+)*(?:install|remove|upgrade|update|purge|"
    r"autoremove|clean|ci|dist-upgrade|full-upgrade|add|del|refresh|uninstall)\b",
    r"git\s+(?:-\S+\s+(?:\S+\s+)?){0,8}?(?:pull|push|commit|checkout|switch|restore|reset|stash|merge|rebase|clean|fetch|gc|add)\b",
    r"(?:docker|podman|nerdctl)\s+(?:compose\s+)?(?:container\s+)?(?:restart|stop|start|rm|rmi|run|kill|pull|push|prune|up|"
    r"down|build|exec|system)\b",
    r"(?:kubectl|oc)\s+(?:-\S+\s+(?:\S+\s+)?){0,8}?(?:apply|create|delete|scale|edit|patch|drain|cordon|uncordon|exec|rsh|debug|run|set|replace|"
    r"label|annotate|taint|rollout\s+(?:restart|undo|pause|resume))\b",
    r"npm\s+(?:-\S+\s+)*(?:run|start|stop|exec|publish)\b",
    r"pm2\s+(?!(?:list|ls|l|status|jlist|prettylist|logs|show|describe|info|monit|ping|env|report|id|pid)\b)[a-z][\w-]*",
    # Of services' own tools: the words that do more than tell.
    r"gitlab-ctl\s+(?!(?:status|tail|show-config|help|[\w-]*(?:check|list|status|info)[\w-]*)\b)[\w-]+",
    r"rabbitmqctl\s+(?:-\S+\s+)*(?!(?:list_\w+|status|report|ping|version|help|await_\w+|authenticate_user|cluster_status|environment"
    r"|node_health_check)\b)\w+",
    r"patronictl\s+(?:-\S+\s+(?:\S+\s+)?){0,8}?(?:failover|switchover|restart|reload|reinit|remove|pause|resume|edit-config|flush|scaffold)\b",
    r"consul\s+(?:leave|join|force-leave|reload|maint|kv\s+(?:put|delete|import)|services\s+(?:de)?register|lock|exec|snapshot)\b",
    r"vault\s+(?:operator\s+(?!(?:diagnose|members|raft\s+list-peers)\b)\w+|write|delete|login|kv\s+(?:put|patch|delete|destroy))",
    r"etcdctl\s+(?:-\S+\s+(?:\S+\s+)?){0,8}?(?:put|del|compact|defrag|move-leader|txn|member\s+(?:add|remove|update|promote)|alarm\s+disarm|snapshot"
    r"|auth|(?:user|role)\s+(?!get|list)\w+|lease\s+(?:grant|revoke))\b",
    r"kill\s+(?!-(?:0|l|L)\b)",
    r"visudo\b(?!\s+-c)",
    r"mount\s+(?:-\w+\s+)*[/\w]",
    r"ip\s+(?:-\S+\s+)*\w+\s+(?:add|del|delete|set|flush|replace|change)\b",
    r"nft\s+(?:add|delete|flush|insert)\b",
    r"ufw\s+(?!status)",
    r"nginx\s+(?:\S+\s+)*-s\b",
    r"postqueue\s+-f\b",
    r"crontab\s+(?!-l\b)",
    r"dmesg\s+(?:\S+\s+)*(?:-\w*[cC]\b|--clear)",
    r"sysctl\s+(?:\S+\s+)*(?:-w|-p|\S+=)",
    r"(?:iptables|ip6tables)\s+(?:\S+\s+)*-[ADIRFXPNZ]\b",
    r"g(?:un)?zip\s+(?!-\w*[tcl]\w*\b)\S",
    r"tar\s+-?\w*[xcru]\w*\s",
    r"wget\b(?![^|;\n]*(?:-\w*O\s*-|--spider))",
    r"curl\b[^|;\n]*\s(?:-X\s*(?!GET|HEAD)\w|--request[ =](?!GET|HEAD)|-d\b|--data|-F\b|--form|-T\b|--upload|--json)",
    r"curl\b[^|;\n]*\s(?:-o\s+(?!/dev/null)|-O\b)",
    r"find\b[^|;\n]*\s-(?:delete|fprint\S*|fls|exec(?:dir)?\s+(?:rm|mv|chmod|chown)|ok\S*)\b",
    r"(?:sed|perl)\b[^|;\n]*\s(?:-\w*i\b|-i\S|--in-place)",
    r"journalctl\b[^|;\n]*\s--(?:vacuum\S*|rotate|flush|sync)",
    r"(?:ba|da|z)?sh\s*(?:[|;)]|$)",
)
CHANGING = re.compile(rf"{START}(?:(?:{PROGRAMS})(?=\s|$)|{'|'.join(WORDS)})")
# They go on until somebody ends them, or in the background.
ENDLESS = re.compile(
    rf"{START}(?:yes(?=\s*$)|ping6?\b(?![^|;\n]*\s-\w*[cw])|tcpdump\b(?![^|;\n]*\s-\w*c)|sleep\s+inf|iftop\b|"
    rf"(?:docker|podman)\s+stats\b(?![^|;\n]*--no-stream)|redis-cli\b[^|;\n]*\s--(?:latency|stat)\b|read\s+\w|"
    r"(?:vmstat|iostat|mpstat|pidstat|sar)\s+(?:-\S+\s+)*\d+\s*(?:[|;)\n]|$))|\bwhile\s+(?:true|:)(?!\w)|(?<![&>\d])&\s*(?:\n|\)|$)"
)
# What a statement makes, changes and drops; other words behind these verbs are prose.
OBJECTS = (
    "table|index|database|schema|view|role|user|extension|function|procedure|trigger|sequence|type|tablespace|server|system|policy|"
    "publication|subscription|statistics|collection|column|constraint|owned|rule|domain|aggregate|default"
)
# Of SQL and of stores' own commands, whose words stand in quotes.
STATEMENTS = re.compile(
    r"(?<![\w-])(?:insert\s+into|update\s+[\w.]+\s+set|delete\s+from|(?:create|alter|drop)\s+(?:or\s+replace\s+|unique\s+"
    rf"|temp(?:orary)?\s+|unlogged\s+|materialized\s+|event\s+)*(?:{OBJECTS})\b|truncate\s+(?:table|only)|vacuum|analyze\s|reindex|"
    r"cluster\s|lock\s+table|grant\s|revoke\s|refresh\s+materialized|pg_(?:terminate|cancel)_backend|pg_reload_conf|pg_promote|"
    r"pg_stat_reset\w*)\b"
    r"|\bredis[-_]\w+\b.*\s(?:set|setex|mset|del|unlink|expire|persist|rename|incr|decr|[lr]push|[lr]pop|[sh]set|hdel|sadd|"
    r"srem|zadd|zrem|xadd|flush\w+|config\s+(?:set|rewrite|resetstat)|shutdown|save|bgsave|bgrewriteaof|client\s+kill|"
    r"script\s+(?:flush|kill)|debug|failover|replicaof|slaveof|eval|publish|(?<!getuser )monitor|p?subscribe)\b"
    r"|\.(?:insert|update|delete|remove|drop|replaceOne|bulkWrite|create\w*Index|createUser|findAndModify|findOneAnd|killOp|"
    r"shutdownServer|fsyncLock|stepDown|setProfilingLevel)\w*\(",
    re.IGNORECASE,
)
INTO_A_FILE = re.compile(r"(?<![<>=&\-])\d?>>?(?!\s*(?:&|/dev/(?:null|stderr|stdout)\b|\())\|?\s*\S")


def is_change(command: str) -> bool:
    """Returns whether a command changes something; one that waits or never ends may only look.

    What is to be filled in, in angle brackets, is no file to write to.
    """
    return changes(ANGLE.sub("X", command)).startswith(CHANGES)


def changes(command: str, *, sql: bool = False) -> str:
    """Returns why a check may not run a command, or a statement of SQL, or "".

    >>> changes("systemctl is-active nginx 2>/dev/null")
    ''
    >>> changes("sudo -n systemctl restart nginx")
    'it changes something (systemctl restart)'
    >>> changes("tail -f /var/log/syslog")
    'it never ends'
    """
    # What another shell runs stands in quotes.
    bare = QUOTED.sub("''", INNER.sub(_run_inside, command))
    judged = ((bare, CHANGING), (command, STATEMENTS), (bare, INTO_A_FILE))
    for text, pattern in judged[1:2] if sql else judged:
        if found := pattern.search(text):
            return f"{CHANGES} ({' '.join(found[0].split()).strip(';&|({ ')})"
    if ENDLESS.search(bare):
        return "it never ends"
    return next((rule.why for rule in RULES if rule.id in OTHERS and rule.pattern.search(command)), "")


def _run_inside(inner: re.Match[str]) -> str:
    """What another shell runs, as commands of this one; `eval` stays, which is a word of other programs too."""
    before, _, text = inner[0].partition(inner["mark"])
    return f"{before if before.startswith('eval') else ''};{text[:-1]};"
