# Prints the newest file by its time, not by its name; nothing where there is none: newest FOLDER CONDITIONS OF FIND.
newest() { sudo -n find "$@" -printf '%T@ %p\n' | sort -n | tail -1 | cut -d' ' -f2-; }
