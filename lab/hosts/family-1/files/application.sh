# The application: its user, its checkout with a remote, its environment and its units.
useradd --system --home-dir $root --shell /usr/sbin/nologin sbd-api
install -d -o sbd-api -g sbd-api -m 0755 $root $root/logs
cp -R $files/second_brain_database $files/../requirements.txt $root
printf '.venv/\n.env\nlogs/\n__pycache__/\n' > $root/.gitignore
chown -R sbd-api:sbd-api $root

python3 -m venv $root/.venv
$root/.venv/bin/python -m pip install -q --no-index --find-links /srv/releases/wheels -r $root/requirements.txt
chown -R sbd-api:sbd-api $root/.venv

secret_key=$(random 48)
umask 077
cat > $root/.env <<EOF
ENV_PREFIX=prod
SECRET_KEY=$secret_key
MONGODB_URL=mongodb://sbd_app:$MONGODB_APP@family-1:27017,family-2:27017,family-3:27017/second_brain_database?replicaSet=rs0&authSource=admin
MONGODB_DATABASE=second_brain_database
MONGODB_MAX_POOL_SIZE=50
MONGODB_MIN_POOL_SIZE=10
REDIS_URL=redis://:$redis_password@localhost:6379/0
RATE_LIMIT_REDIS_URL=redis://:$redis_password@localhost:6379/1
CACHE_REDIS_URL=redis://:$redis_password@localhost:6379/2
CACHE_TTL=300
ENABLE_QUERY_CACHE=True
SESSION_TTL=3600
RATE_LIMIT_ENABLED=True
RATE_LIMIT_REQUESTS=600
RATE_LIMIT_PERIOD_SECONDS=60
SMTP_HOST=smtp.family.test
SMTP_PORT=587
SMTP_STARTTLS=True
SMTP_USER=family
SMTP_PASSWORD=the-labs-own-mail-password
MAIL_FROM=family@family.test
EMAIL_SERVICE_URL=https://email.family.test:8443
TWO_FACTOR_URL=https://2fa.family.test:8441
AUTH_PROVIDER_URL=https://auth.family.test:8442
SBD_TOKENS_URL=https://tokens.family.test:8444
EXTERNAL_API_URL=https://external.family.test:8445
EOF
# A service token has no session, so that whoever watches the service need not log in: good for a year.
token=$(SECRET_KEY=$secret_key $root/.venv/bin/python -c "
import jwt, os, time
claims = {'sub': 'user0001', 'role': 'service', 'exp': int(time.time()) + 365 * 86400}
print(jwt.encode(claims, os.environ['SECRET_KEY'], algorithm='HS256'))")
cat >> /etc/runbook-checks/monitoring.env <<EOF
MONITORING_REDIS_URL=redis://monitor:$redis_monitor_password@localhost:6379/0
TEST_TOKEN=$token
PROBE_LOGIN='{"username": "user0002", "password": "correct horse battery"}'
EOF
umask 022
chown sbd-api:sbd-api $root/.env
chmod 0640 $root/.env

# A bare repository beside it stands for the forge; the history has more than one commit, the newest is a release.
git_as() { setpriv --reuid sbd-api --regid sbd-api --clear-groups env HOME=$root git -C $root "$@"; }
install -d -o sbd-api -g sbd-api /srv/git
setpriv --reuid sbd-api --regid sbd-api --clear-groups git init -q --bare -b main /srv/git/second-brain-database.git
git_as init -q -b main
git_as config user.name sbd-api
git_as config user.email sbd-api@localhost
git_as add .gitignore requirements.txt
git_as commit -q -m "Requirements"
git_as tag v1.1.0
git_as add .
git_as commit -q -m "The Family Management System's API"
git_as tag v1.2.0
git_as remote add origin /srv/git/second-brain-database.git
git_as push -q -u origin main --tags

install -m 0644 $files/*.service $files/*.timer /etc/systemd/system
install -D -m 0644 $files/workers.conf /etc/systemd/system/sbd-api.service.d/workers.conf
install -m 0755 $files/traffic.py /usr/local/lib/sbd-traffic.py
install -m 0755 $files/cleanup.py /usr/local/lib/sbd-cleanup.py
systemctl -q enable mongod-initiate sbd-api sbd-traffic sbd-cleanup.timer
