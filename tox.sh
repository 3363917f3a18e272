#!/bin/sh
# Runs tox, installing it first where it is missing: with python3 alone, and root on Debian for python3's own venv.
# The arguments are tox's: `./tox.sh run -e lab`, `./tox.sh`.
set -eu
cd "$(dirname "$0")"
say() { echo "tox.sh: $*" >&2; exit 2; }

python=${PYTHON:-python3}
command -v "$python" >/dev/null || say "no $python found; expected Python 3.11 or newer (apt-get install python3 python3-venv)"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || say "$($python --version) is too old; expected 3.11 or newer"
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || say "python3 has no venv; expected the package python3-venv"
  apt-get install -y -qq --no-install-recommends python3-venv >/dev/null \
    || { apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null; }
fi
if [ ! -x .tox/bootstrap/bin/tox ]; then
  "$python" -m venv .tox/bootstrap
  .tox/bootstrap/bin/python -m pip install -q 'tox>=4.26,<5' || { rm -rf .tox/bootstrap; say "tox could not be installed; expected a reachable package index"; }
fi
exec .tox/bootstrap/bin/tox "$@"
