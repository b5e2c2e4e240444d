#!/bin/sh
# The first process of a box (see box.ts): builds a machine out of this one's /usr, and nothing
# else of it, and boots systemd there. Whatever is written there is gone with the last process.
# $1: an empty folder. $2: bun.
set -eu
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$1"
cd "$1"
mkdir -p .old .upper .work usr proc sys run tmp dev etc/systemd/system home opt root var/backups var/lib
mount -t overlay -o lowerdir=/usr,upperdir=.upper,workdir=.work overlay usr
for name in bin sbin lib lib64; do ln -s "usr/$name" "$name"; done
cp "$2" opt/bun

cp /etc/login.defs /etc/nsswitch.conf etc/
echo root:x:0:0:root:/root:/bin/sh >etc/passwd
echo root:x:0: >etc/group
touch etc/shadow etc/gshadow
chmod 640 etc/shadow etc/gshadow
echo 00000000000000000000000000000001 >etc/machine-id

# Of the units that this machine has only the journal is wanted.
rm -rf usr/lib/systemd/system/*.target.wants usr/lib/systemd/system-generators
mkdir usr/lib/systemd/system/sockets.target.wants
ln -s ../systemd-journald.socket ../systemd-journald-dev-log.socket usr/lib/systemd/system/sockets.target.wants/

mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for name in null zero full random urandom tty; do
  touch "dev/$name"
  mount --bind "/dev/$name" "dev/$name"
done
mkdir dev/shm
ln -s pts/ptmx dev/ptmx
mount -t tmpfs -o mode=1777 tmpfs dev/shm

pivot_root . .old
cd /
umount -l .old
rmdir .old
# Version 2 of the cgroups alone: only there the box has a root of its own.
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin container=box \
  SYSTEMD_PROC_CMDLINE=systemd.unified_cgroup_hierarchy=1 \
  /lib/systemd/systemd --unit=multi-user.target
