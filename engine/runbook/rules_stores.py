"""Commands for Redis, PostgreSQL and MongoDB that are unsafe or misleading."""

from __future__ import annotations

from engine.runbook.rule import rule

REDIS = (
    rule(
        "redis-keys",
        r"redis-cli\b[^|;\n]*\skeys\s",
        "KEYS blocks every client",
        "--scan --pattern",
        wrong="redis-cli -e -n 2 keys 'search:*'",
        right="redis-cli -e -n 2 --scan --pattern 'search:*'",
    ),
    rule(
        "redis-flush",
        r"\bflush(?:all|db)\b",
        "it also empties what is no cache",
        "--scan, then unlink by name",
        wrong="redis-cli -e FLUSHALL",
        right="redis-cli -e -n 2 --scan --pattern 'search:*' | xargs -r -d '\\n' redis-cli -e -n 2 unlink",
    ),
    rule(
        "redis-xargs",
        r"xargs(?![^|;\n]*-d)[^|;\n]*redis-cli",
        "a blank or quote in a key hits another key",
        "xargs -r -d '\\n'",
        wrong="redis-cli -e -n 2 --scan | xargs redis-cli -e -n 2 del",
        right="redis-cli -e -n 2 --scan | xargs -r -d '\\n' redis-cli -e -n 2 unlink",
    ),
    rule(
        "redis-del-pattern",
        r"\bdel\s+[\"'][^\"']*\*",
        "DEL takes names, not patterns",
        "--scan --pattern, then unlink",
        wrong="redis-cli -e -n 2 del 'search:*'",
        right="redis-cli -e -n 2 unlink search:1",
    ),
    rule(
        "redis-errors",
        r"redis-cli\b(?![^|;\n]*\s-e\b)",
        "an error reply exits with 0",
        "redis-cli -e",
        wrong="redis-cli ping",
        right="redis-cli -e ping",
    ),
    rule(
        "redis-config-all",
        r"config\s+get\s+[\"']?\*",
        "it prints the passwords",
        "config get of one name",
        wrong="redis-cli -e config get '*'",
        right="redis-cli -e config get maxmemory",
    ),
)

POSTGRES = (
    rule(
        "pg-isready",
        r"select\s+pg_isready",
        "pg_isready is a program, not a function",
        "pg_isready -t 5",
        wrong="psql -h db -c 'SELECT pg_isready();'",
        right="pg_isready -t 5 -h db",
    ),
    rule(
        "pg-peer",
        r"psql\b(?=[^|;&\n]*\s(?-i:-U)\s)(?![^|;&\n]*\s-h\s)",
        "peer authentication refuses it or hides the password",
        "sudo -n -u postgres psql, or psql -w -h localhost",
        wrong="psql -U santas_api -c 'SELECT 1'",
        right="sudo -n -u postgres psql -c 'SELECT 1'",
    ),
    rule(
        "pg-analyze",
        r"(?:^|[;\"'\n])\s*(?:analyze|vacuum)\b",
        "it rewrites the statistics that it should show",
        "pg_stat_user_tables",
        "diagnostics",
        wrong="psql -h db -c 'ANALYZE gift;'",
        right="psql -h db -c 'SELECT relname, last_analyze FROM pg_stat_user_tables'",
    ),
    rule(
        "pg-columns",
        r"\b(?:tablename|indexname)\b[^;]*\bpg_stat_user_",
        "the views have no such column",
        "relname, indexrelname",
        wrong="psql -h db -c 'SELECT tablename FROM pg_stat_user_tables'",
        right="psql -h db -c 'SELECT relname FROM pg_stat_user_tables'",
    ),
    rule(
        "pg-reindex",
        r"\breindex\s+(?:table|index|schema|database)\b(?!\s+concurrently)",
        "it blocks writers",
        "REINDEX … CONCURRENTLY",
        wrong="psql -h db -c 'REINDEX INDEX gift_name'",
        right="psql -h db -c 'REINDEX INDEX CONCURRENTLY gift_name'",
    ),
    rule(
        "pg-index",
        r"\bcreate\s+(?:unique\s+)?index\b(?!\s+concurrently)",
        "it blocks writers",
        "CREATE INDEX CONCURRENTLY",
        wrong="psql -h db -c 'CREATE INDEX gift_name ON gift (name)'",
        right="psql -h db -c 'CREATE INDEX CONCURRENTLY IF NOT EXISTS gift_name ON gift (name)'",
    ),
    rule(
        "pg-unit",
        r"(?:systemctl\s+(?:status|start|stop|restart|is-active)|journalctl\s+-u)\s+postgresql(?=\s|$|;)",
        "Debian's wrapper is active while the cluster is down",
        "postgresql@VERSION-main",
        wrong="systemctl status postgresql",
        right="systemctl status postgresql@15-main",
    ),
    rule(
        "pg-path",
        r"/etc/postgresql/\d+",
        "the version will change",
        "SHOW config_file",
        wrong="cat /etc/postgresql/12/main/postgresql.conf",
        right="sudo -n -u postgres psql -c 'SHOW config_file'",
    ),
    rule(
        "user-data",
        r"\bselect\b[^;]*\b(?:password_hash|email|username)\b[^;]*\bfrom\b",
        "it prints personal data or hashes",
        "SELECT count(*)",
        wrong="psql -h db -c 'SELECT username, password_hash FROM users'",
        right="psql -h db -c 'SELECT count(*) FROM users'",
    ),
)

MONGO = (
    rule(
        "mongo-profiling",
        r"setProfilingLevel",
        "it switches full profiling on",
        "$currentOp, or the server's log",
        wrong="mongosh mongodb://h/db --eval 'db.setProfilingLevel(2)'",
        right="mongosh mongodb://h/db --eval 'db.currentOp()'",
    ),
    rule(
        "mongo-repair",
        r"mongod\b[^\n]*--repair",
        "it drops what it cannot read",
        "resync from a member, or restore",
        wrong="mongod --repair --dbpath /var/lib/mongodb",
        right="mongosh mongodb://h/admin --eval 'rs.status()'",
    ),
    rule(
        "mongo-drop",
        r"mongorestore\b(?:.|\n)*--drop",
        "it deletes before it has loaded",
        "restore into a scratch database",
        wrong="mongorestore --drop /opt/backups/mongodb",
        right="mongorestore --nsFrom 'app.*' --nsTo 'scratch.*' /opt/backups/mongodb",
    ),
    rule(
        "mongo-database",
        r"mongosh\s+--eval",
        "without a URI it asks the database test",
        "mongosh URI --eval",
        wrong="mongosh --eval 'db.users.countDocuments()'",
        right="mongosh mongodb://h/app --eval 'db.users.countDocuments()'",
    ),
)

STORES = (*REDIS, *POSTGRES, *MONGO)
