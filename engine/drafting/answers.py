"""What the answers of commands must be, by kind of command.

Each can fail, and none does on a host that is well: where neither is sure, a person judges.
"""

from __future__ import annotations

# Of these programs the exit status is the answer.
TELLING = frozenset((
    "nc", "ping", "dig", "nslookup", "host", "pg_isready", "mysqladmin", "etcdctl", "getent", "openssl", "ls", "stat",
    "test", "curl", "wget", "supervisorctl", "httpd", "apachectl", "rabbitmqctl", "rabbitmq-diagnostics", "varnishadm",
    "vault", "named-checkconf", "promtool", "amtool", "caddy", "sshd",
    "fuser", "findmnt", "pgrep", "pidof",
    "mountpoint",
))  # fmt: skip
# Of these, whether something is found in their answer.
SEARCHED = frozenset(("ss", "netstat", "lsof", "ps", "docker", "podman", "lsmod", "mount", "sysctl"))
# What an error page says, and a health page of a service that is not well; a page about errors may say the word.
PAGES = (
    r"/(?i)\b(bad gateway|service unavailable|gateway time-?out|internal server error|page not found|404 not found)\b"
    r"|\"?status\"?\s*[:=]\s*\"?(error|down|fail\w*|unhealthy|unavailable|critical)\b/"
)
PODS = r"/\b(?:\w*BackOff|Err\w+|\w*Error|OOMKilled|Evicted|Pending|Unknown)\b|\b0\/[1-9]/"
TROUBLE = r"/(?i)\b(error|fatal|panic|critical)\b/"
# A container that was meant to end has exited too.
CONTAINERS = r"no match /(?i)\b(restarting|unhealthy|dead)\b/"
# Every host has some of these.
ANYTHING = r"[\"']?(?:LISTEN(?:ING)?|ESTAB\w*|tcp|udp|State|-v|root)\b"

# Of several, the first one counts. "" is for a person: a number of lines means nothing by itself.
ANSWERS: tuple[tuple[str, str], ...] = (
    (r".*(?:\bgrep\b[^|]*\s-\w*c|\bwc -l\b)", ""),
    (r".*\bgrep\b[^|]*(?:error|fail|fatal|panic|crit|denied|refused)", "empty"),
    (rf"(?:ss|netstat|ps)\b[^|]*\| *e?grep (?:-\w+ +)*{ANYTHING}", ""),
    # What there is, and not whether it is well.
    (r"(?:\S+ +)*?(?:--?version|version|(?-i:-V)|help|--help)(?:\s|$)", ""),
    (r"curl\b.*(?:\s-\w*I\b|--head\b)", r"match /^HTTP\S+ [23]/"),
    (r"curl\b.*(?:-w|--write-out)\b.*%\{(?:http|response)_code\}", r"match /\b[23]\d\d\b/"),
    (r"(?:lsof\b.*\bgrep\b.*delet|mount\b.*\bgrep\b.*\bro\b)", "empty"),
    (r"(?:lsof|fuser)\b(?=.*(?::\d+|\d+/tcp))(?!.*\|)", "exit 0"),
    # When it ends is a date in words, which -checkend alone compares.
    (r".*\bopenssl x509\b(?!.*-checkend).*-(?:dates|enddate|text|issuer|subject)\b", ""),
    # Without -f, curl ends well with an error page.
    (r"curl\b(?!.*(?:\s-\w*[fow]|--fail|--output|--write-out))", f"no match {PAGES}"),
    (r"ip (?:-\S+ )*r(?:oute)?(?: show| list)?\s*(?:$|\|)", "match /^default/"),
    (r"cat /etc/resolv\.conf", "match /^nameserver/"),
    (r"(?:dig|nslookup|host)\b", "no match /NXDOMAIN|SERVFAIL|timed out|not found|no servers could be reached/"),
    (r"ufw status\b", "match /^Status: active/"),
    # Its answers in other forms do not have these words.
    (r"kubectl\b.*(?:\s-o[ =]?|\s--output[ =])(?!\s*wide)", ""),
    (r"kubectl (?:-\S+ (?:[\w.-]+ )?)*get (?:node|no)s?\b", r"no match /\bNotReady\b/"),
    (r"kubectl (?:-\S+ (?:[\w.-]+ )?)*get po(?:ds?)?\b", f"no match {PODS}"),
    (r"kubectl (?:-\S+ (?:[\w.-]+ )?)*logs\b", f"no match {TROUBLE}"),
    (r"docker ps\b.*--filter\b", r"match /\bUp\b/"),
    (r"(?:docker|podman)(?: compose|-compose)? ps\b(?!.*\|)", CONTAINERS),
    (r"(?:docker|podman) (?:container )?inspect\b(?!.*\|)", "exit 0"),
    (r"systemctl (?:-\S+ )*(?:list-units )?(?:-\S+ )*--(?:failed|state[= ]failed)", "match /^0 loaded/"),
    (r"systemctl (?:-\S+ )*is-failed\b", "exit 1"),
    (r"systemctl (?:-\S+ )*(?:status|is-active|is-enabled) (?:-\S+ )*[\w@.:-]+", "exit 0"),
    (r"systemctl\b", ""),
    (r"service \S+ status\b", "exit 0"),
    (r"gitlab-ctl status\b", "no match /^down:/"),
    (r"pm2 (?:list|ls|status)\b", r"no match /\b(?:errored|stopped)\b/"),
    (r"pm2 logs\b", f"no match {TROUBLE}"),
    (r"pg_controldata\b", r"match /cluster state:\s+in (?:production|archive recovery)/"),
    (r"consul members\b", r"no match /\b(?:failed|left)\b/"),
    (r"patronictl\b.*\blist\b", r"no match /\b(?:stopped|crashed|(?:start|restart) failed|unknown)\b/"),
    (r"redis-cli\b.*\bsentinel (?:masters?|slaves|replicas|sentinels)\b", r"no match /\b[so]_down\b|\bdisconnected\b/"),
    (r"redis-cli\b.*\bsentinel ckquorum\b", "match /^OK/"),
    (r"etcdctl\b.*\balarm list\b", "empty"),
    (r"nodetool status\b", r"no match /^D[NLJM]\b/"),
    (r"rabbitmqctl\b.*\blist_\w+", ""),
    (r"(?:test|ls|stat) .*[*?]", ""),
)
