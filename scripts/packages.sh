#!/bin/sh
# Installs those of the Debian packages named that are missing. Silent where
# all are there; where there is no apt-get it says what to install.
missing=
installed=" $(dpkg-query -W -f='${db:Status-Status} ${Package} ' "$@" \
  2>/dev/null) "
for package in "$@"; do
  case $installed in
    *" installed $package "*) ;;
    *) missing="$missing $package" ;;
  esac
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "Please install what Debian calls:$missing" >&2
  exit 1
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "Please install, as root: apt-get install$missing" >&2
    exit 1
  fi
  as_root=sudo
fi
echo "Installing$missing"
install() {
  # The packages are words: no quotes.
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing </dev/null
}
# Lists of packages that are old or absent make it fail: then fetch them.
install >/dev/null 2>&1 || { $as_root apt-get update -qq && install >/dev/null; }
