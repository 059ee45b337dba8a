#!/usr/bin/env bash
# Installs the programs of other people that the tests talk to, from Debian's own packages.
# Needs root. Nothing is started: each test starts what it needs, in a folder of its own.
set -euo pipefail

packages=(
  openssl          # CMS, S/MIME, certificates
  gpgsm            # CMS of GnuPG
  gpg-agent
  libnss3-tools    # CMS of Mozilla's NSS: cmsutil, certutil, pk12util
  postfix          # a real mail server; also smtp-source and smtp-sink
  swaks            # an SMTP client that people use by hand
  time             # peak memory of a command
  chromium         # the web interface is tested in a real browser
  fonts-noto-core
  fonts-noto-cjk   # Korean
)

missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
    missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "every peer is installed"
  exit 0
fi

export DEBIAN_FRONTEND=noninteractive
# Packages may start their service when installed; policy-rc.d says no, and is taken away again.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
apt-get update -qq
apt-get install -qq -y --no-install-recommends "${missing[@]}"
