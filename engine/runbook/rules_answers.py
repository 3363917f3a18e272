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
    ),
    rule(
        "redis-local",
        r"\bredis\.Redis\([^)]*host=[\"'](?:localhost|127)",
        "it is not the server that the application asks",
        "redis.Redis.from_url with its own URL",
    ),
    rule(
        "pg-activity",
        r"count\(\*\)[^;]*\bfrom\s+pg_stat_activity\b(?![^;]*backend_type)"
        r"|\bfrom\s+pg_stat_activity\b(?![^;]*backend_type)[^;]*\bstate\s*(?:!=|<>|=)",
        "it counts the server's own processes, or hides what other roles do",
        "a role in pg_monitor, backend_type = 'client backend'",
    ),
    rule(
        "pg-errors",
        r"psql\b(?![^|;\n]*ON_ERROR_STOP)[^|;\n\"']*<\s*\S"
        r"|\|\s*(?:sudo\b[^|;&\n]*?\s)?psql\b(?![^|;\n]*ON_ERROR_STOP)",
        "it goes on after an error and exits with 0",
        "psql -v ON_ERROR_STOP=1",
    ),
    rule(
        "pg-index-again",
        r"\bcreate\s+(?:unique\s+)?index\s+concurrently\s+(?!if\s+not\s+exists)",
        "it fails the second time",
        "IF NOT EXISTS, once an invalid one is dropped",
    ),
    rule(
        "hidden-error",
        rf"\b(?:psql|redis-cli|curl|mongosh)\b{REST}(?:&>|2>)\s*/dev/null",
        "the reason is thrown away",
        "its error output",
        "diagnostics",
    ),
)

NUMBERS = (
    rule("jq-length", r"\bjq\b[^\n]*\|\s*length\s*[<>=]", "of an object it counts the keys", "the sum of its values"),
    rule(
        "jq-alert",
        r"\bjq\s+(?:-\w+\s+)*-\w*e\w*\s+'[^'\n]*[<>]",
        "nothing, null and text compare as numbers do",
        "a program that reads numbers",
    ),
    rule(
        "self-probe", r"psutil\.Process\((?:os\.getpid\(\))?\)", "it measures the probe itself", "the unit's processes"
    ),
    rule("ps-cpu", r"\bps\b[^|;\n]*(?:%cpu|\bpcpu)", "the share of its whole life", "top -b -d 5 -n 2"),
    rule("df-human", r"\bdf\s+-\w*h", "it rounds, and shows no inodes", "df -P, and df -P -i"),
    rule("df-root", r"\bdf\b(?:\s+-\w+)*\s+/(?=\s|$|\|)", "the data lie on other filesystems", "df -P over all"),
)

LOGS = (
    rule(
        "log-words",
        r"\bjournalctl\b[^\n]*\|\s*grep\s+"
        r"(?:(?:-\w+\s+)*-\w*i\w*\s+([\"']?)\w+\1|(?:-\w+\s+)*([\"']?)error\2)(?=\s|$|\|)",
        "it matches paths and '0 errors', or misses CRITICAL",
        "the level as a word: grep -wE 'ERROR|CRITICAL'",
    ),
    rule(
        "log-sort",
        r"\bjournalctl\b(?![^|;\n]*-o\s*cat)[^\n]*\|\s*(?:sort|uniq)\b",
        "each line begins with its own time",
        "journalctl -o cat",
    ),
)

PYTHON = (
    rule("py-compile", r"-m\s+py_compile", "it writes a cache file, and imports nothing", "ast.parse"),
    rule(
        "second-copy",
        r"-m\s+(?:memory_profiler|cProfile|profile)\b",
        "it starts the application a second time",
        "py-spy dump --nonblocking",
        manual=True,
    ),
    rule("spacy-load", r"\bspacy\.load\(", "it takes the memory of a whole model", "importlib.metadata"),
    rule(
        "nltk-find",
        r"nltk\.data\.find\(\s*[\"'][^/\"']+[\"']",
        "resources are found by their folder",
        "sentiment/vader_lexicon.zip",
    ),
    rule(
        "relative-activate",
        r"(?:^|[\n;&|])\s*(?:source|\.)\s+(?![/{$~])\S*\bactivate\b",
        "it depends on the folder that one is in",
        "an absolute path",
    ),
    rule(
        "setting",
        r"\A\s*[a-z_]\w*[ ]+=[ ]+[^(\n]+\Z",
        "it is a setting, not a command",
        "prose, or a command that writes it",
    ),
)

ANSWERS = (*DATA, *NUMBERS, *LOGS, *PYTHON)
