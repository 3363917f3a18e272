#!/bin/sh
# add VERSION of the package santas-wrapping to the lab's archive, remove VERSION, or refresh: each writes the archive's index anew, as
# real archives do several times a day.
set -eu
archive=/srv/archive
deb=$archive/santas-wrapping_${2:-}_all.deb
mkdir -p $archive
case $1 in
  add)
    build=$(mktemp -d)
    install -d -m 0755 "$build/DEBIAN"
    printf 'Package: santas-wrapping\nVersion: %s\nArchitecture: all\nMaintainer: Lab <lab@localhost>\nDescription: wrapping paper\n' "$2" \
      > "$build/DEBIAN/control"
    dpkg-deb --build "$build" "$deb" >/dev/null
    rm -r "$build"
    ;;
  remove) rm -f "$deb" ;;
esac
cd $archive
for each in *.deb; do
  dpkg-deb -f "$each"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$each" "$(stat -c %s "$each")" "$(sha256sum < "$each" | cut -d ' ' -f 1)"
done > Packages
printf 'Origin: Debian\nLabel: Debian-Security\nSuite: stable-security\nCodename: bookworm-security\nVersion: 12\nDate: %s\nSHA256:\n %s %s Packages\n' \
  "$(date -Ru)" "$(sha256sum < Packages | cut -d ' ' -f 1)" "$(stat -c %s Packages)" > Release
