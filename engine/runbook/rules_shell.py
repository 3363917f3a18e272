"""Commands of the shell that show secrets, do not end, mislead, or change what they look at."""

from __future__ import annotations

from engine.runbook.rule import rule

# Where a command's name may stand: at the start, after an operator, after sudo or timeout with their options.
START = r"(?:^|\n|[;&|(])\s*(?:sudo\s+(?:-\w+\s+)*(?:\w[\w-]*\s+)?|timeout\s+\d+\s+)?"

SECRETS = (
    rule(
        "secret-grep",
        r"grep\b(?![^|;\n]*\s-c)[^|;\n]*(?:secret|password|token)\w*[^|;\n]*\.env",
        "it prints the secret",
        "count the lines, measure the length",
        wrong="sudo -n grep JWT_SECRET_KEY /opt/app/.env",
        right="sudo -n grep -c '^JWT_SECRET_KEY=' /opt/app/.env",
    ),
    rule(
        "secret-url",
        r"print\([^)]*environ|echo[^|;\n]*\$\{?\w*(?:database_url|password|secret)",
        "it prints a password",
        "the names that are set",
        wrong="echo $DATABASE_URL",
        right="sudo -n sed 's/=.*//' /opt/app/.env",
    ),
    rule(
        "secret-append",
        r">>\s*\S*\.env\b",
        "the old line stays, and may win",
        "replace the line",
        wrong="echo 'JWT_SECRET_KEY=new' >> /opt/app/.env",
        right="sudo -n sed -i 's/^DEBUG=.*/DEBUG=no/' /opt/app/.env",
    ),
)

ENDLESS = (
    rule(
        "unlimited-job",
        r"(?<!\d )\bsystemctl\s+(?:-\S+\s+)*(?:(?:try-)?restart|start|stop|reload(?:-or-restart)?|enable\s+--now)\b",
        "a unit may take for ever to start or to stop (TimeoutStartSec=0)",
        "timeout 60 systemctl …; the job goes on without it",
        wrong="sudo -n systemctl stop redis-server",
        right="sudo -n timeout 60 systemctl stop redis-server",
    ),
    rule(
        "unproven-start",
        r"(?m)^(?![^\n]*(?:nginx\s+-t|sshd\s+-t|haproxy\s[^\n]*-c\b|promtool\s+check))[^\n]*\bsystemctl\s+(?:-\S+\s+)*"
        r"(?:re)?(?:start|load)\s+(?:\{\{\s*)?(?:nginx|sshd?|haproxy|prometheus)\b"
        # Whatever is restarted: a proof and && before it. systemd's own services have no configuration of ours.
        r"|^(?:(?!&&)[^\n])*\bsystemctl\s+(?:-\S+\s+)*restart\s+(?!systemd-)",
        "with a mistake in its code or configuration what runs now would not come back",
        "the service's own test before it, and &&",
        wrong="sudo -n timeout 60 systemctl restart nginx",
        right="sudo -n nginx -t && sudo -n timeout 60 systemctl restart nginx",
    ),
    rule(
        "interactive",
        START + r"(?:htop|nload|iotop|telnet|nano|vi|vim|less|watch|py-spy\s+top|systemctl\s+edit)\b",
        "it waits for a person",
        "a command that ends",
        manual=True,
        wrong="htop",
        right="ps -eo pid,rss,comm",
    ),
    rule(
        "top",
        START + r"top\b(?![^|;\n]*\s-b)",
        "it waits for a person",
        "top -b -d 5 -n 2",
        manual=True,
        wrong="top -p 1",
        right="top -b -d 5 -n 2",
    ),
    rule(
        "follow",
        r"(?:tail\s(?:[^|;\n]*\s)?-\w*f|journalctl\b[^|;\n]*\s(?:-f|--follow))\b",
        "it never ends",
        "-n, or --since",
        manual=True,
        wrong="sudo -n tail -f /var/log/syslog",
        right="sudo -n tail -n 100 /var/log/syslog",
    ),
    rule(
        "nc-timeout",
        START + r"nc\b(?![^|;\n]*\s-\w*w)",
        "a firewall that drops hangs it",
        "nc -z -w 3",
        wrong="nc -zv localhost 5432",
        right="nc -z -w 3 localhost 5432",
    ),
    rule(
        "sudo",
        r"\bsudo\b(?!\s+-\w*n\b)",
        "it may wait for a password",
        "sudo -n",
        wrong="sudo systemctl status app",
        right="sudo -n systemctl status app",
    ),
    rule(
        "curl-timeout",
        r"\bcurl\b(?![^|;\n]*(?:--max-time|\s-m\s))",
        "a hung server hangs it",
        "--max-time",
        wrong="curl -fsS http://localhost/",
        right="curl -fsS --max-time 5 http://localhost/",
    ),
    rule(
        "journal-window",
        r"\bjournalctl\b(?![^|;\n]*(?:--since|\s-S\s|\s-n\s|\s-f\b|--follow|--lines|--vacuum|--disk-usage|--list-boots|--header"
        r"|--flush|\|\s*head\s))",
        "it reads the whole journal",
        "--since",
        wrong="journalctl -u app --no-pager",
        right="journalctl -u app --no-pager --since -1h",
    ),
)

MISLEADING = (
    rule(
        "curl-fail",
        r"\bcurl\b(?![^|;\n]*(?:\s-[a-zA-Z]*f|--fail|%\{http_code\}))",
        "an error page is a success",
        "curl -f",
        wrong="curl -sS --max-time 5 http://localhost/",
        right="curl -fsS --max-time 5 http://localhost/",
    ),
    rule(
        "curl-jq",
        r"\bcurl\b[^;\n]*\|\s*jq\b",
        "jq's exit code hides a dead server",
        "python3 -m json.tool",
        wrong="curl -fsS --max-time 5 http://localhost/ | jq .",
        right="curl -fsS --max-time 5 http://localhost/ | python3 -m json.tool",
    ),
    rule(
        "ps-grep",
        r"\bps\b[^|;\n]*\|\s*grep\b(?!\s+[\"']?\[)",
        "grep finds itself",
        "systemd-cgls, pgrep -P",
        wrong="ps aux | grep gunicorn",
        right="pgrep -a gunicorn",
    ),
    rule(
        "pgrep-list",
        r"(?:--pid|-p)\s+\"?\$\(pgrep(?![^)]*\s-\w*[nod])",
        "several processes make several arguments",
        "pgrep -n, -o or -d,",
        wrong="top -b -n 2 -p $(pgrep gunicorn)",
        right="top -b -n 2 -p $(pgrep -d, gunicorn)",
    ),
    rule(
        "first-frame",
        r"\btop\s+-b\s*-?n\s*1\b|\biostat\b(?![^|;\n]*\s-y)",
        "the first sample is history",
        "top -b -n 2, iostat -y",
        wrong="top -b -n 1",
        right="top -b -n 2",
    ),
    rule(
        "latest",
        r"\bls\b[^|;\n]*\|\s*tail\b",
        "the last name is not the newest file",
        "find -printf '%T@ %p\\n' | sort -n",
        wrong="ls -t /opt/backups | tail -1",
        right="find /opt/backups -type f -printf '%T@ %p\\n' | sort -n | tail -n 1",
    ),
    rule(
        "backup-head",
        r"(?:gunzip|gzip|zcat)\b[^|;\n]*\|\s*head\b",
        "a truncated file passes",
        "gzip -t",
        wrong="gzip -dc b.sql.gz | head -5",
        right="gzip -t b.sql.gz",
    ),
    rule(
        "backup-gunzip",
        r"\bgunzip\s+(?!-)\S+\.gz",
        "it replaces the only copy",
        "gzip -dc into the pipe",
        wrong="gunzip b.sql.gz",
        right="gzip -dc b.sql.gz | psql -h db -v ON_ERROR_STOP=1",
    ),
    rule(
        "bare-python",
        r"(?:^|\n)\s*(?:python|pip)\s",
        "whichever is first in PATH",
        "the environment's own bin/python",
        manual=True,
        wrong="python app.py",
        right="/opt/app/venv/bin/python app.py",
    ),
    rule(
        "placeholder",
        r"<[a-z][a-z_]+>|\bexample\.(?:com|org)\b|some_key",
        "it is no command until it is filled in",
        "a template, or prose",
        wrong="kill <pid>",
        right="kill -TERM 4242",
    ),
)

CHANGING = (
    rule(
        "git-previous",
        r"git\s+checkout\s+HEAD[~^]",
        "the previous commit is not the previous release",
        "a release's tag",
        wrong="git checkout HEAD~1",
        right="git checkout v1.4.2",
    ),
    rule(
        "install",
        r"\b(?:pip3?|apt|apt-get)\s+install\b(?![^\n]*--dry-run)",
        "it changes what it looks at",
        "a tool that is there",
        "diagnostics",
        wrong="apt-get install -y sysstat",
        right="vmstat 1 2",
    ),
    rule(
        "apt-prompt",
        r"\bapt(?:-get)?(?=\s)(?![^;|&\n]*\s(?:-\w*[ys]\w*|--yes|--simulate|--dry-run)\b)[^;|&\n]*"
        r"\s(?:install|upgrade|dist-upgrade|full-upgrade|remove|purge)\b",
        "it asks, and waits for a person",
        "-y",
        wrong="apt-get install prometheus",
        right="apt-get -y install prometheus",
    ),
    rule(
        "uv-run",
        r"\buv\s+run\b",
        "it installs before it runs",
        "the environment's own bin/python",
        wrong="uv run app.py",
        right="/opt/app/.venv/bin/python app.py",
    ),
    rule(
        "apt-upgrade",
        r"\bapt(?:-get)?\b(?=[^;|\n]*\s-y\b)(?![^;|\n]*--force-conf)[^;|\n]*\bupgrade\b",
        "it restarts services and stops at questions",
        "in a window, with --force-confold",
        wrong="apt-get -y upgrade",
        right="apt-get -s upgrade",
    ),
)

SHELL = (*SECRETS, *ENDLESS, *MISLEADING, *CHANGING)
