# Puts edits of a release's files onto git's shelf, from where `git stash pop` has them back: shelve USER FOLDER [OPTIONS].
shelve() {
  user=$1 folder=$2; shift 2
  sudo -n -u "$user" git -C "$folder" -c user.name=runbook -c user.email=runbook@localhost \
    stash push -m 'set aside by the runbook' "$@"
}
