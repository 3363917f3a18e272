# Gives the users of these Redis URLs of environment files the right to write, where none of these commands is theirs:
# redis_may_write 'KEY|KEY' FILE... Redis before 7 does not tell, and nothing is changed.
redis_may_write() {
  [ $# -gt 1 ] || return 0
  keys=$1; shift
  sudo -n sed -nE "s,^($keys)=[\"']?rediss?://([^:@/]*)(:[^@]*)?@.*,\2,p" "$@" | sort -u | while read -r name; do
    name=${name:-default}
    for command in 'set k v' 'del k' 'expire k 1' 'incr k' 'hset k f v' 'lpush k v' 'sadd k v'; do
      redis_ask acl dryrun "$name" $command </dev/null
    done | grep -qv 'permissions to run' || {
      redis_ask acl setuser "$name" +@write </dev/null
      redis_ask acl save </dev/null 2>&1 | grep -qx OK || redis_ask config rewrite </dev/null
    }
  done
}
