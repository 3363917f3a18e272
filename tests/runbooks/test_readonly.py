"""Commands that a check may run, and those that change something, wait or never end."""

from __future__ import annotations

import pytest

from engine.runbook.parser import parse
from engine.runbook.readonly import changes
from tests.conftest import ROOT

READS = r"""
ping -c 3 192.0.2.1
vmstat 1 2
kill -0 4242
mount | grep /srv
ip addr
zcat b.gz | wc -l
gzip -t b.gz
tar tf b.tar
dmesg -T
x && y
uptime 2>&1
lsblk -f
nft list ruleset
ufw status
systemctl is-active x
df -h | awk '$5 > 90'
curl -fsS --max-time 5 http://x -o /dev/null
ss -ltn 2>/dev/null
psql -c 'select a from t where b > 2'
kubectl get pods
pm2 list
pm2 logs --nostream
gitlab-ctl status
rabbitmqctl -q list_queues name
etcdctl endpoint health -w table
consul members
vault status
patronictl -c /x list
vault operator raft list-peers
journalctl -k | grep 'drop rate'
psql -c 'select create_time from t'
docker ps
git log -1
journalctl -u x --since -10min
nginx -t
top -b -n 2
redis-cli info
openssl s_client -connect x:443 </dev/null | openssl x509 -noout
if [ -e /x ]; then cat /x; fi
cat /x 2>&1 | grep -c y
crontab -l
sysctl vm.swappiness
sudo -n cat /x
awk '{ if ($1 >= 2) print }' /x
test $(wc -l < /x) -lt 3
printf '%s -> %s' a b
""".strip().splitlines()
CHANGES = r"""
ping 192.0.2.1
vmstat 1
psql -h db -c 'ANALYZE gift'
mongosh --eval 'db.setProfilingLevel(2)'
gunzip b.sql.gz
tar xf b.tar
curl -fsS http://x | sh
x &
while true; do ls; done
mount /dev/sdb1 /mnt
ip addr add 10.0.0.1 dev eth0
supervisorctl restart x
redis-cli -n 0 setex a 1 b
/usr/sbin/shutdown now
ls <pod>
systemctl restart x
sudo -n systemctl start x
sudo -n -u root rm /x
FOO=1 /bin/rm -rf /x
ls; mv a b
echo x > /etc/x
echo x >>/etc/x
curl -X POST http://x
curl -d a=b http://x
wget http://x
kubectl delete pod x
pm2 reload all
npm run migrate
oc debug node/x
kubectl rsh x
gitlab-ctl reconfigure
sudo -n rabbitmqctl -q stop_app
rabbitmqctl eval 'init:stop().'
etcdctl --endpoints x del /a
consul leave
vault operator seal
patronictl -c /x failover
psql -c 'DROP TABLE users'
psql -c 'create unique index a on b (c)'
ALTER SYSTEM SET work_mem = '1GB'
LOCK TABLE t
kubectl -n a rollout restart deploy/x
docker restart x
git -C /x pull
find / -name x -delete
sed -i s/a/b/ /x
psql -c 'DELETE FROM t'
redis-cli -n 2 flushdb
redis-cli config set a b
mongosh --eval 'db.x.deleteMany({})'
bash -c 'rm -rf /x'
echo $(rm /x)
`rm /x`
ls | xargs rm
kill -9 1
apt-get install x
pip install x
tee /x
while read f; do rm $f; done
nginx -s reload
tail -f /x
journalctl -f
vim /x
sudo cat /x
watch 'ls'
""".strip().splitlines()


@pytest.mark.parametrize("command", READS)
def test_commands_that_read(command: str) -> None:
    """They may be run."""
    assert changes(command) == ""


@pytest.mark.parametrize("command", CHANGES)
def test_commands_that_do_more(command: str) -> None:
    """They are refused: they change something, wait for a person, or never end."""
    assert changes(command)


@pytest.mark.parametrize(
    "command", ["git " + "-a " * 99 + "x", "time env nice " * 99, "kubectl " + "-a b " * 99, "sudo " * 99]
)
def test_a_long_command_is_judged_at_once(command: str) -> None:
    """What can be read in two ways, many times over, is not tried in all of them: this would not end."""
    changes(command)


def test_the_suites_own_diagnostics_read() -> None:
    """Of the commands beside which checks stand in our runbooks, only those that log in elsewhere are refused."""
    found = [d.command for file in sorted((ROOT / "runbooks").rglob("*.md")) for s in parse(file).sections
             for d in s.diagnostics if d.checks and not d.command.startswith("SELECT")]  # fmt: skip
    assert len(found) > 200
    assert not [command for command in found if changes(command) and "ssh -" not in command]
