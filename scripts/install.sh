#!/bin/sh
# Installs whichset from the folder of this script: bin, sbin, lib (systemd units, a helper), share (manual pages,
# completions, documents), and /etc/whichset. Asks nothing, starts nothing, overwrites no settings.
# usage: install.sh [--prefix FOLDER] [--destdir FOLDER] [--uninstall]
#   --prefix FOLDER    where it will be used; default /usr/local
#   --destdir FOLDER   prepended to the prefix, for packages
#   --uninstall        removes the installed files; data and settings stay
set -eu
here=$(cd "$(dirname "$0")" && pwd)

prefix=/usr/local
destdir=
uninstall=
while [ $# -gt 0 ]; do
  case $1 in
    --prefix) prefix=${2%/}; shift ;;
    --destdir) destdir=${2%/}; shift ;;
    --uninstall) uninstall=yes ;;
    *) sed -n '4,7s/^# \{0,1\}//p' "$0" >&2; exit 64 ;;
  esac
  shift
done

cd "$here"
# Never overwrite settings.
for file in etc/whichset/*; do
  [ -z "$uninstall" ] && [ -f "$file" ] && [ ! -e "$destdir/$file" ] || continue
  mkdir -p "$destdir/etc/whichset"
  cp "$file" "$destdir/$file"
done
find bin sbin lib share -type f | sort | while read -r file; do
  target=$destdir$prefix/$file
  if [ -n "$uninstall" ]; then
    rm -f "$target"
    continue
  fi
  mkdir -p "$(dirname "$target")"
  case $file in
    lib/systemd/system/* | lib/whichset/*)
      # Units contain the paths of the programs.
      sed -e "s,/usr/sbin/whichset,$prefix/sbin/whichset,g" -e "s,/usr/bin/whichset,$prefix/bin/whichset,g" \
        -e "s,/usr/lib/whichset/,$prefix/lib/whichset/,g" "$file" >"$target.new" ;;
    *) cp "$file" "$target.new" ;;
  esac
  if [ -x "$file" ]; then chmod 755 "$target.new"; else chmod 644 "$target.new"; fi
  mv "$target.new" "$target"
done

[ -z "$destdir$uninstall" ] || exit 0
cat <<END
whichset is installed in $prefix. To start a system daemon, run as root:
  systemd-sysusers && systemd-tmpfiles --create && systemctl daemon-reload
  systemctl enable --now whichsetd.service
  usermod --append --groups whichset-read,whichset-load USER
END
