#!/usr/bin/env bash
# suited by hand: SUITED_URL=http://127.0.0.1:8011 SUITED_KEY=sk_suited_… tour.sh CORPID
set -euo pipefail

corpid=$1

# Asks suited; the key comes by a file descriptor, since everybody may read the words of a command.
ask() {
  local path=$1
  shift
  curl --silent --show-error --fail-with-body --get \
    --header @<(printf 'authorization: Bearer %s' "$SUITED_KEY") "$@" "$SUITED_URL$path"
  echo
}

echo '# A signature for a page'
ask /sign --data-urlencode "corpid=$corpid" --data-urlencode 'url=https://app.example.com/orders?id=7'

echo '# What WeCom pushed, newest first'
ask /api/events --data-urlencode "corpid=$corpid" --data limit=5

echo '# The members of the company, from WeCom, with a token that suited puts in'
ask "/proxy/corps/$corpid/cgi-bin/user/simplelist" --data department_id=1

echo '# What suited says of a company that it does not know'
ask /sign --data corpid=wpNobody --data-urlencode 'url=https://app.example.com/' || true
