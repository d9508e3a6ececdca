#!/usr/bin/env bash
# The tests of the proxy need nginx. Where none is installed, Debian's or Ubuntu's own package is
# fetched and unpacked beside the virtual environment: installed, it would start a web server here.
# Without one it ends with the status that it is given, 0 without any.
set -u
for folder in ${PATH//:/ } /usr/sbin .venv/nginx/usr/sbin; do
  test -x "$folder/nginx" && exit 0
done
if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
  echo "Fetching nginx for the tests of the proxy"
  test "$(id -u)" = 0 && apt-get update -qq
  mkdir -p .venv/nginx && cd .venv/nginx || exit 0
  # The package that holds the program has another name on some releases.
  for name in nginx nginx-core nginx-light; do
    apt-get download -qq "$name" >/dev/null 2>&1 && dpkg-deb -x "$name"_*.deb .
    rm -f "$name"_*.deb
    test -x usr/sbin/nginx && usr/sbin/nginx -v >/dev/null 2>&1 && exit 0
    rm -rf usr
  done
fi
echo "No nginx here: the tests of the proxy are skipped. On Debian: sudo apt-get install nginx-light"
exit "${1:-0}"
