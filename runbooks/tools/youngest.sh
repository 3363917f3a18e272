# Lists the three newest files, with time and size in bytes (of a folder, all that is in it): youngest FOLDER CONDITIONS.
youngest() {
  sudo -n find "$@" -printf '%TY-%Tm-%Td %TH:%TM %p\n' | sort | tail -3 |
    while read -r day time path; do echo "$day $time $(sudo -n du -sb "$path" | cut -f1) $path"; done
}
