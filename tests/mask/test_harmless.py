"""What is no secret stays readable: a report that hides everything tells nothing."""

from __future__ import annotations

import pytest

from engine.mask.secrets import Secrets

TEXTS = """
commit 5a9c7e55a9c7e5ad4106ab333aa0b9dc4f2a8843 Merge branch 'main' of example.org:team/app
HEAD@{0} 5a9c7e5 by deploy: pull: fast-forward (engine: a room of its own)
request 014df517-39d1-4453-b7b3-9930c563627c took 0.213 s
/dev/disk/by-uuid/014df517-39d1-4453-b7b3-9930c563627c on / type ext4 (rw,relatime,errors=remount-ro)
root=UUID=014df517-39d1-4453-b7b3-9930c563627c ro quiet
ObjectId("65f1c0ffee65f1c0ffee65f1") in families.members
WAL segment 00000001000000A900000042 was archived
restart_lsn 0/3000148, slot standby_1, wal_status reserved
run_id:9b7e4f1c2d3a5b6c7d8e9f0a1b2c3d4e5f6a7b8c
image registry.example.org/santas/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
santas-api.service: Main process exited, code=exited, status=1/FAILURE
user@1000.service session-42.scope user.slice systemd-journald.socket
dev-disk-by\\x2duuid-8f3b2c1d\\x2d1234.swap is active
Nov 26 04:10:37 santas-1 gunicorn[2342]: [2026-11-26 04:10:37 +0000] [2342] [INFO] Booting worker with pid: 2342
2026-11-26T04:10:37.123456+00:00 santas-1 kernel: oom-kill:constraint=CONSTRAINT_MEMCG,task=gunicorn,pid=2342,uid=998
10.0.0.9 - - [26/Nov/2026:04:10:37 +0000] "GET /api/gifts?page=2 HTTP/1.1" 200 512 "-" "Mozilla/5.0 (X11; Linux x86_64)"
upstream timed out (110: Connection timed out) while connecting to upstream, client: 10.0.0.9, server: santas.test
linux-image-6.12.41+deb13-amd64 6.12.41-1 is installed, 6.1.0-37-amd64 runs
libpq5 15.14-0+deb12u1, python3.11-minimal 3.11.2-6+deb12u6, nginx 1.22.1-9+deb12u2
gunicorn==23.0.0 Flask-Limiter==3.8.0 psycopg2-binary==2.9.10 does not satisfy <2.9
manylinux_2_17_x86_64.manylinux2014_x86_64 cp311-cp311
/opt/santas/venv/lib/python3.11/site-packages/sqlalchemy/engine/base.py:1967: in _exec_single_context
/etc/systemd/system/santas-api.service.d/10-limits.conf
/var/lib/docker/overlay2/l on overlay type overlay (rw,lowerdir=/var/lib/docker)
/proc/sys/net/ipv4/ip_local_port_range: 32768 60999
checks/test_redis.py::test_memory_within_limit[santas-1-santas-gift-finder] FAILED
redis.memory_within_limit postgres.replication_slots_active family-management-2
node_memory_MemAvailable_bytes{instance="santas-1:9100",job="node"} 1.073741824e+09
http_request_duration_seconds_bucket{le="0.25",status="200"} 24054
process_cpu_seconds_total process_start_time_seconds go_memstats_heap_alloc_bytes
maxmemory:268435456, used_memory_peak:123456789, mem_fragmentation_ratio:1.07
evicted_keys:0, keyspace_hits:1234, keyspace_misses:56, expired_keys:789
db0:keys=1024,expires=1000,avg_ttl=3599000
ERROR:  duplicate key value violates unique constraint "gift_pkey"
FATAL:  password authentication failed for user "app"
pg_hba.conf rejects connection for host "10.0.0.9", user "app", database "santas", no encryption
SELECT id, name FROM gift WHERE price < $1 ORDER BY created_at DESC LIMIT $2
primary key (id), foreign key (gift_id) references gift (id)
CREATE INDEX CONCURRENTLY idx_gift_user_created ON gift (user_id, created_at)
WRONGPASS invalid username-password pair or user is disabled.
NOAUTH Authentication required.
port 6379 answers, but refuses the credentials: invalid username-password pair
redis://localhost:6379/1 and postgresql://app@db.internal:5432/santas
https://api.example.org:8443/v1/health?verbose=true answered 503 text/html
http://[2001:db8::1]:9090/api/v1/rules has 12 rules
ssh://deploy@santas-1 does not answer: Connection refused
(root) NOPASSWD: /usr/bin/ss -Htlnp, /usr/bin/cat /etc/santas/app.env
/protected, token none: 401; /protected, token expired: 401
SECRET_KEY is set
JWT_SECRET_KEY is missing
TOKEN_TTL=3600
SESSION_COOKIE_SECURE=true
password: required
token = None
password=${DB_PASSWORD}
password: {{ redis.password }}
ssl_certificate_key /etc/letsencrypt/live/santas.test/privkey.pem;
-rw-r----- 1 root santas 512 Nov 26 04:10 /etc/santas/app.env
tcp LISTEN 0 511 0.0.0.0:443 0.0.0.0:* users:(("nginx",pid=812,fd=6))
lo 127.0.0.1/8 ::1/128; eth0 198.18.0.2/24 fe80::5054:ff:fe12:3456/64 52:54:00:12:34:56
MemAvailable: 512340 kB, SwapFree: 1048572 kB, load 0.42 0.38 0.35
AttributeError: 'NoneType' object has no attribute 'getUserAccountByIdAndName'
<gunicorn.workers.gthread.ThreadWorker object at 0x7f8a2c3d4e50>
{"status": "healthy", "database": "connected", "redis": "connected", "version": "1.4.2", "uptime_s": 86400}
{"t":{"$date":"2026-11-26T04:10:37.123+00:00"},"s":"I","c":"NETWORK","id":22943,"ctx":"conn42","msg":"Slow query"}
nginx-7d9f8c6b5d-x2k4p is Running
TLSv1.3 TLS_AES_256_GCM_SHA384 X25519 sha256WithRSAEncryption
serial 03:8F:2A:1C:9B, notAfter=Feb 24 10:00:00 2027 GMT, CN=santas.test
expected vm.overcommit_memory = 1, found 0; net.core.somaxconn = 4096
python -m gunicorn --workers 3 --bind 127.0.0.1:8000 --timeout 30 app:create_app()
git stash; sudo systemctl restart santas-api; curl -fsS http://localhost:8000/health
backup santas-20261126T020000Z.sql.gz has 12.4 MiB, the one before 12.3 MiB
-- PostgreSQL database dump complete
gift_pkey: IndexState(table='gift', valid=True, building=False, definition='CREATE UNIQUE INDEX gift_pkey')
topologyVersion: {'processId': ObjectId('6b07b6b53f21eb5e6e11ff01'), 'counter': 8}
caller=main.go:556 level=info build_context="(go=go1.19.8, user=root@4da1c2f9, date=20260604)"
"attr":{"user":{"user":"__system","db":"local"},"state":"PRIMARY","oldState":"SECONDARY"}
tokens: Answer(url='http://tokens.test:8001/health', status=200)
cron: 0 2 * * * root /usr/local/bin/backup.sh
""".strip().splitlines()


@pytest.mark.parametrize("text", TEXTS)
def test_it_stays(text: str) -> None:
    """A line that holds no secret is shown as it is."""
    assert Secrets().redact(text) == text


def test_they_are_many() -> None:
    """At least 60 kinds of harmless text."""
    assert len(TEXTS) >= 60


def test_all_of_them_together() -> None:
    """One line does not change what is thought of another."""
    assert Secrets().redact("\n".join(TEXTS)) == "\n".join(TEXTS)


def test_a_table_of_hashes_is_a_table_of_hashes() -> None:
    """Commits are harmless however many of them there are."""
    log = "\n".join(f"{number:040x} change {number}" for number in range(10**38, 10**38 + 300))
    assert Secrets().redact(log) == log
