#!/bin/sh
# Keeps a box (see box.ts) until its own standard input ends, however that comes about; then
# nothing of the box is left.
# $1: the cgroup to make for it. $2: an empty folder. $3: bun.
set -u
namespaces='--mount --pid --net --uts --ipc --cgroup'
mkdir "$1"
# The box begins inside of its cgroup, so that this is the root of those that it sees. It ends
# with this shell, even where that is killed.
sh -c 'echo $$ >"$0/cgroup.procs"; exec setpriv --pdeathsig KILL unshare --fork --kill-child "$@"' \
  "$1" $namespaces sh "${0%/*}/box-init.sh" "$2" "$3" </dev/null &
read -r _
kill -9 $!
wait
until find "$1" -depth -type d -exec rmdir {} + 2>/dev/null; do sleep 0.05; done
rmdir "$2"
