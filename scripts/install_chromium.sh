#!/usr/bin/env bash
# The browser tests need Chromium. Debian and Ubuntu have it as a package: install it where
# that is possible, and otherwise say plainly what will be skipped. Then it ends with the status
# that it is given, 0 without one.
set -u
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium for the browser tests"
  if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null 2>&1; then
    exit 0
  fi
fi
echo "No Chromium here: the browser tests are skipped. On Debian: sudo apt-get install chromium"
exit "${1:-0}"
