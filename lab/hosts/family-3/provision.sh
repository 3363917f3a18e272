# Makes family-3, a member of the replica set: sourced by /bin/sh -eu inside the image, after common.sh.
quiet
. /mnt/lab/layers/mongod/member.sh
