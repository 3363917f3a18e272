# What makes a host a member of the set: sourced by the host's provision.sh.
(umask 077; printf '%s' "$MONGODB_KEYFILE" > /etc/mongod.keyfile; printf '%s' "$MONGODB_ADMIN" > /etc/mongod.admin)
chown mongodb:mongodb /etc/mongod.keyfile
chmod 0400 /etc/mongod.keyfile
(umask 077; mkdir -p /etc/runbook-checks; cat > /etc/runbook-checks/monitoring.env <<EOF
MONITORING_MONGODB_URL=mongodb://monitor:$MONGODB_MONITOR@localhost:27017/?authSource=admin&directConnection=true
EOF
)
# The administrator's URI for whoever repairs: root's alone, and no check reads it.
(umask 077; cat > /root/mongodb-admin.env <<EOF
MONGODB_ADMIN_URL=mongodb://admin:$MONGODB_ADMIN@family-1:27017,family-2:27017,family-3:27017/?replicaSet=rs0&authSource=admin
EOF
)
systemctl -q enable mongod
