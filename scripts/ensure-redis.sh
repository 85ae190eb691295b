#!/bin/sh
# Makes sure that the tests find a Redis or Valkey server, 7.0 or newer: silent if there is one, otherwise installs it.
#
# Installing works on Debian and Ubuntu, as root or with a sudo that asks nothing; elsewhere it says what is missing.
# The service that Debian's package brings is not started: the tests start servers of their own.
set -eu

SERVER_POLICY=/usr/sbin/policy-rc.d
SAVED_POLICY=/usr/sbin/policy-rc.d.before-mq-rpc

# Prints the major version of a program, or nothing: "Redis server v=7.0.15 …", "redis-cli 7.0.15".
major_of() {
  { "$1" --version 2>/dev/null || true; } | sed -n 's/^[A-Za-z -]*\(v=\)\{0,1\}\([0-9][0-9]*\)\..*/\2/p' | head -n 1
}

is_recent() { [ "$(major_of "$1")" -ge 7 ] 2>/dev/null; }

is_there() {
  { is_recent redis-server && is_recent redis-cli; } || { is_recent valkey-server && is_recent valkey-cli; }
}

fail() {
  printf '%s\n' "ensure-redis: $1" \
    'The tests run on real servers. Install redis-server and redis-cli (or valkey-server and valkey-cli),' \
    'version 7.0 or newer, so that they are on the PATH:' \
    '  Debian, Ubuntu  apt-get install redis-server redis-tools' \
    '  macOS           brew install redis' \
    '  otherwise       https://redis.io/docs/latest/operate/oss_and_stack/install/' >&2
  exit 1
}

# The machine keeps its own rule about which services may be started.
restore_policy() {
  if $as_root test -e "$SAVED_POLICY"; then
    $as_root mv -f "$SAVED_POLICY" "$SERVER_POLICY"
  elif [ "$wrote_policy" = yes ]; then
    $as_root rm -f "$SERVER_POLICY"
  fi
}

if is_there; then exit 0; fi

command -v apt-get >/dev/null || fail 'there is no Redis 7 here, and no apt-get to install it with.'
if [ "$(id -u)" -eq 0 ]; then
  as_root=''
elif sudo -n true 2>/dev/null; then
  as_root='sudo -n'
else
  fail 'there is no Redis 7 here, and no right to install it.'
fi

echo 'ensure-redis: installing redis-server and redis-tools with apt-get' >&2
wrote_policy=no
trap restore_policy EXIT
trap 'exit 130' INT TERM HUP

# Left by a run that was killed: put it back before it is set aside again.
restore_policy
if $as_root test -e "$SERVER_POLICY"; then $as_root mv "$SERVER_POLICY" "$SAVED_POLICY"; fi
wrote_policy=yes
printf '#!/bin/sh\nexit 101\n' | $as_root tee "$SERVER_POLICY" >/dev/null
$as_root chmod 755 "$SERVER_POLICY"

apt='env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300'
$as_root $apt update >&2 || fail 'apt-get update failed.'
$as_root $apt install --no-install-recommends redis-server redis-tools >&2 || fail 'apt-get install failed.'
is_there || fail "what apt-get installed is too old: $(redis-server --version 2>/dev/null || echo nothing)."
