# MongoDB's users and the application's documents: put in by a member that is of no set yet; the set takes them over.
mongod_as() { setpriv --reuid mongodb --regid mongodb --init-groups mongod "$@"; }
mongod_as --dbpath /var/lib/mongodb --logpath /tmp/mongod.log --fork --bind_ip 127.0.0.1 >/dev/null
/usr/local/lib/mongo/bin/python $files/seed.py
mongod_as --dbpath /var/lib/mongodb --shutdown >/dev/null
rm -f /tmp/mongod.log /var/lib/mongodb/journal/WiredTigerPreplog.*
rm -rf /var/lib/mongodb/diagnostic.data
