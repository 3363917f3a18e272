"""Commands whose answer misleads: it is about something else, or says nothing and looks well."""

from __future__ import annotations

from engine.runbook.rule import rule

# The rest of one command: what is quoted may hold anything.
REST = r"""(?:"[^"]*"|'[^']*'|[^|;\n"'])*"""

DATA = (
    rule(
        "redis-database",
        r"redis-cli\b(?![^|;\n]*\s-[nu])(?=[^|;\n]*"
        r"(?:(?<!config)(?<!slowlog)\sget|\s(?:--scan|--bigkeys|keys|scan|hgetall|ttl|type|exists|del|unlink|dbsize))\b)",
        "it looks into database 0 only",
        "-n DATABASE",
        wrong="redis-cli -e ttl search:1",
        right="redis-cli -e -n 2 ttl search:1",
    ),
    rule(
        "redis-local",
        r"\bredis\.Redis\([^)]*host=[\"'](?:localhost|127)",
        "it is not the server that the application asks",
        "redis.Redis.from_url with its own URL",
        wrong="python3 -c 'import redis; redis.Redis(host=\"localhost\")'",
        right="python3 -c 'import os, redis; redis.Redis.from_url(os.environ[\"REDIS_URL\"])'",
    ),
    rule(
        "pg-activity",
        r"count\(\*\)[^;]*\bfrom\s+pg_stat_activity\b(?![^;]*backend_type)"
        r"|\bfrom\s+pg_stat_activity\b(?![^;]*backend_type)[^;]*\bstate\s*(?:!=|<>|=)",
        "it counts the server's own processes, or hides what other roles do",
        "a role in pg_monitor, backend_type = 'client backend'",
        wrong="psql -h db -c 'SELECT count(*) FROM pg_stat_activity'",
        right="psql -h db -c \"SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'\"",
    ),
    rule(
        "pg-errors",
        r"psql\b(?![^|;\n]*ON_ERROR_STOP)[^|;\n\"']*<\s*\S"
        r"|\|\s*(?:sudo\b[^|;&\n]*?\s)?psql\b(?![^|;\n]*ON_ERROR_STOP)",
        "it goes on after an error and exits with 0",
        "psql -v ON_ERROR_STOP=1",
        wrong="psql -h db < dump.sql",
        right="psql -h db -v ON_ERROR_STOP=1 < dump.sql",
    ),
    rule(
        "pg-index-again",
        r"\bcreate\s+(?:unique\s+)?index\s+concurrently\s+(?!if\s+not\s+exists)",
        "it fails the second time",
        "IF NOT EXISTS, once an invalid one is dropped",
        wrong="psql -h db -c 'CREATE INDEX CONCURRENTLY i ON t (c)'",
        right="psql -h db -c 'CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (c)'",
    ),
    rule(
        "hidden-error",
        rf"\b(?:psql|redis-cli|curl|mongosh)\b{REST}(?:&>|2>)\s*/dev/null",
        "the reason is thrown away",
        "its error output",
        "diagnostics",
        wrong="psql -w -h db -c 'SELECT 1;' &>/dev/null",
        right="psql -w -h db -c 'SELECT 1;'",
    ),
)

NUMBERS = (
    rule(
        "jq-length",
        r"\bjq\b[^\n]*\|\s*length\s*[<>=]",
        "of an object it counts the keys",
        "the sum of its values",
        wrong="jq '.errors | length > 10' metrics.json",
        right="jq '[.errors[]] | add' metrics.json",
    ),
    rule(
        "jq-alert",
        r"\bjq\s+(?:-\w+\s+)*-\w*e\w*\s+'[^'\n]*[<>]",
        "nothing, null and text compare as numbers do",
        "a program that reads numbers",
        wrong="jq -e '.hit_rate < 0.8' metrics.json",
        right="jq '.hit_rate' metrics.json",
    ),
    rule(
        "self-probe",
        r"psutil\.Process\((?:os\.getpid\(\))?\)",
        "it measures the probe itself",
        "the unit's processes",
        wrong="venv/bin/python -c 'import psutil; print(psutil.Process().memory_info())'",
        right="systemctl show -p MemoryCurrent app",
    ),
    rule(
        "ps-cpu",
        r"\bps\b[^|;\n]*(?:%cpu|\bpcpu)",
        "the share of its whole life",
        "top -b -d 5 -n 2",
        wrong="ps aux --sort=-%cpu | head",
        right="top -b -d 5 -n 2",
    ),
    rule(
        "df-human",
        r"\bdf\s+-\w*h",
        "it rounds, and shows no inodes",
        "df -P, and df -P -i",
        wrong="df -h",
        right="df -P -B1 /var",
    ),
    rule(
        "df-root",
        r"\bdf\b(?:\s+-\w+)*\s+/(?=\s|$|\|)",
        "the data lie on other filesystems",
        "df -P over all",
        wrong="df / | tail -1",
        right="df -P -B1",
    ),
)

LOGS = (
    rule(
        "log-words",
        r"\bjournalctl\b[^\n]*\|\s*grep\s+"
        r"(?:(?:-\w+\s+)*-\w*i\w*\s+([\"']?)\w+\1|(?:-\w+\s+)*([\"']?)error\2)(?=\s|$|\|)",
        "it matches paths and '0 errors', or misses CRITICAL",
        "the level as a word: grep -wE 'ERROR|CRITICAL'",
        wrong="journalctl -u app --since -1h | grep -i error",
        right="journalctl -u app --since -1h | grep -wE 'ERROR|CRITICAL'",
    ),
    rule(
        "log-sort",
        r"\bjournalctl\b(?![^|;\n]*-o\s*cat)[^\n]*\|\s*(?:sort|uniq)\b",
        "each line begins with its own time",
        "journalctl -o cat",
        wrong="journalctl -u app --since -1h | sort | uniq -c",
        right="journalctl -u app --since -1h -o cat | sort | uniq -c",
    ),
)

PYTHON = (
    rule(
        "py-compile",
        r"-m\s+py_compile",
        "it writes a cache file, and imports nothing",
        "compile() in memory",
        wrong="venv/bin/python -m py_compile app.py",
        right='venv/bin/python -c \'compile(open("app.py").read(), "app.py", "exec")\'',
    ),
    rule(
        "second-copy",
        r"-m\s+(?:memory_profiler|cProfile|profile)\b",
        "it starts the application a second time",
        "py-spy dump --nonblocking",
        manual=True,
        wrong="venv/bin/python -m memory_profiler app.py",
        right="py-spy dump --nonblocking --pid 4242",
    ),
    rule(
        "spacy-load",
        r"\bspacy\.load\(",
        "it takes the memory of a whole model",
        "importlib.metadata",
        wrong="venv/bin/python -c \"import spacy; spacy.load('en_core_web_sm')\"",
        right="venv/bin/python -c \"from importlib.metadata import version; print(version('en_core_web_sm'))\"",
    ),
    rule(
        "nltk-find",
        r"nltk\.data\.find\(\s*[\"'][^/\"']+[\"']",
        "resources are found by their folder",
        "sentiment/vader_lexicon.zip",
        wrong="venv/bin/python -c \"import nltk; nltk.data.find('vader_lexicon')\"",
        right="venv/bin/python -c \"import nltk; nltk.data.find('sentiment/vader_lexicon.zip')\"",
    ),
    rule(
        "relative-activate",
        r"(?:^|[\n;&|])\s*(?:source|\.)\s+(?![/{$~])\S*\bactivate\b",
        "it depends on the folder that one is in",
        "an absolute path",
        wrong="source venv/bin/activate",
        right="/opt/app/venv/bin/python --version",
    ),
    rule(
        "setting",
        r"\A\s*[a-z_]\w*[ ]+=[ ]+[^(\n]+\Z",
        "it is a setting, not a command",
        "prose, or a command that writes it",
        wrong="workers = 2  # instead of 4",
        right="sudo -n sed -i 's/^workers = .*/workers = 2/' /etc/app.conf",
    ),
)

ANSWERS = (*DATA, *NUMBERS, *LOGS, *PYTHON)
