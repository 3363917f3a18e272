# Saves what there is of some files and folders into one archive of the day, unless one was saved within a day. It holds
# secrets: for the group that reads the backups, and for nobody else. save_settings FOLDER FOLDER_OF_THE_DUMPS PATH...
save_settings() {
  folder=$1 dumps=$2; shift 2
  [ -z "$(sudo -n find "$folder" -type f -mtime -1 2>/dev/null)" ] || return 0
  sudo -n sh -c 'umask 027; folder=$1 dumps=$2; shift 2; mkdir -p "$folder"
    for path in "$@"; do shift; [ ! -e "$path" ] || set -- "$@" "$path"; done
    tar -czPf "$folder/config_$(date +%Y%m%d).tar.gz" --transform "s,^/,,S" "$@"
    chgrp -R --reference="$dumps" "$folder"' save "$folder" "$dumps" "$@"
}
