# The application: its user, its checkout with a remote, its environment and its units.
useradd --system --home-dir $root --shell /usr/sbin/nologin santas-api
install -d -o santas-api -g santas-api -m 0755 $root $backend $backend/logs
install -o santas-api -g santas-api -m 0644 $files/app.py $files/gunicorn.conf.py $files/../requirements.txt $backend
printf 'venv/\n.env\nlogs/\n__pycache__/\n' > $backend/.gitignore
chown santas-api:santas-api $backend/.gitignore

# The release's wheels are on the host, as it has no way to a package index. Of the language packages, which are big,
# what only their own tests need is left out, and they are not compiled ahead: the service itself does not load them.
releases=/srv/releases
python3 -m venv $backend/venv
packages=$backend/venv/lib/python3.11/site-packages
$backend/venv/bin/python -m pip install -q --no-index --find-links $releases/wheels --no-compile -r $backend/requirements.txt \
  en_core_web_sm
find $packages -type d -name tests -prune -exec rm -r {} +
find $packages -type f \( -name '*.cpp' -o -name '*.pyx' -o -name '*.pxd' \) -delete
$backend/venv/bin/python -m compileall -q -x 'site-packages/(spacy|thinc|numpy|nltk|pip|setuptools|pygments)/' $packages
printf '[install]\nno-index = true\nfind-links = %s\n' $releases/wheels > $backend/venv/pip.conf
chown -R santas-api:santas-api $backend/venv

# NLTK's sentiment lexicon, abridged, as its downloader leaves it in the service's home; the release has it too.
python3 - $files/vader_lexicon.txt $releases/nltk_data/sentiment $root/nltk_data/sentiment <<'PY'
import pathlib, sys, zipfile
lexicon, *folders = map(pathlib.Path, sys.argv[1:])
for folder in folders:
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "vader_lexicon.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        # NLTK stumbles over an empty last line.
        archive.writestr("vader_lexicon/vader_lexicon.txt", lexicon.read_text().rstrip())
PY
chown -R santas-api:santas-api $root/nltk_data

umask 077
cat > $backend/.env <<EOF
DATABASE_URL=postgresql://santas_api:$db_password@localhost:5432/santas_gifts
REDIS_URL=redis://:$redis_password@localhost:6379/1
CACHE_REDIS_URL=redis://:$redis_password@localhost:6379/2
METRICS_REDIS_URL=redis://:$redis_password@localhost:6379/0
JWT_SECRET_KEY=$(random 48)
APP_ENV=production
EOF
mkdir -p /etc/runbook-checks
cat > /etc/runbook-checks/monitoring.env <<EOF
MONITORING_DATABASE_URL=postgresql://monitor:$monitor_password@localhost:5432/santas_gifts
MONITORING_REDIS_URL=redis://monitor:$monitor_password@localhost:6379/0
PROBE_LOGIN='{"username": "visitor2", "password": "correct horse battery"}'
EOF
umask 022
chown santas-api:santas-api $backend/.env
chmod 0640 $backend/.env

# A bare repository beside it stands for the forge; the history has more than one commit, the newest is a release.
git_as() { setpriv --reuid santas-api --regid santas-api --clear-groups env HOME=$root git -C $backend "$@"; }
install -d -o santas-api -g santas-api /srv/git
setpriv --reuid santas-api --regid santas-api --clear-groups git init -q --bare -b main /srv/git/santas-gift-finder.git
git_as init -q -b main
git_as config user.name santas-api
git_as config user.email santas-api@localhost
git_as add .
git_as commit -q -m "The gift finder's API"
printf "The API of Santa's gift finder.\n" > $backend/README
chown santas-api:santas-api $backend/README
git_as add README
git_as commit -q -m "A page about it"
git_as tag v1.0.0
git_as remote add origin /srv/git/santas-gift-finder.git
git_as push -q -u origin main --tags

install -m 0644 $files/santas-api.service $files/santas-traffic.service /etc/systemd/system
install -m 0755 $files/traffic.py /usr/local/lib/santas-traffic.py
systemctl -q enable santas-api santas-traffic
