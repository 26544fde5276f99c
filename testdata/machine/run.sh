#!/bin/bash
# Runs a story on a machine of its own: this system's files with what the story writes over
# them in memory, its own processes, network and cgroups, and a systemd that starts services as
# it does everywhere. Nothing that happens there is left here.
#   run.sh FOLDER      runs FOLDER/story.sh, which sees the folder as /story
# What lies on other disks or in temporary folders is not seen there unless FOLDER/seen names it, a
# folder a line; what the story writes into those is lost like the rest. The output of the story is
# in FOLDER/said.txt; the exit code is that of the story. Needs root, systemd, iproute2 and a kernel
# with overlayfs and the second version of cgroups.
set -euo pipefail

case ${2-outside} in
outside)
  # Processes start in a cgroup of their own, so that it is the root of what they see.
  tree=$(findmnt -nro TARGET -t cgroup2 | head -n 1)
  group=$tree/flagrante-story.$$
  mkdir "$group" "$1/disk"
  trap 'find "$group" -depth -type d -exec rmdir {} \; ; rmdir "$1/disk"' EXIT
  (
    echo $BASHPID > "$group/cgroup.procs"
    exec unshare --mount --pid --net --ipc --uts --cgroup --fork --kill-child "$0" "$1" inside
  )
  ;;
inside)
  disk=$1/disk
  mount -t tmpfs tmpfs "$disk"
  mkdir "$disk/written" "$disk/work" "$disk/root"
  mount -t overlay -o "lowerdir=/,upperdir=$disk/written,workdir=$disk/work" overlay "$disk/root"
  root=$disk/root
  for place in dev run tmp; do mount -t tmpfs -o mode=0755 tmpfs "$root/$place"; done
  chmod 1777 "$root/tmp"
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
  for device in null zero full random urandom tty; do touch "$root/dev/$device"; mount --bind /dev/$device "$root/dev/$device"; done
  mkdir "$root/dev/shm" "$root/dev/pts" "$root/run/lock"
  mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
  mkdir -p "$root/story"
  mount --bind "$1" "$root/story"
  overlays=0
  if [ -e "$1/seen" ]; then
    while read -r folder; do
      mkdir -p "$disk/written.$((++overlays))" "$disk/work.$overlays" "$root$folder"
      mount -t overlay -o "lowerdir=$folder,upperdir=$disk/written.$overlays,workdir=$disk/work.$overlays" overlay "$root$folder"
    done < "$1/seen"
  fi
  # Of the system's own services only the journal is wanted.
  units=$root/lib/systemd/system
  rm -rf "$root"/var/log/journal "$root"/etc/fstab "$root"/etc/systemd/system/*.wants "$units"/*.wants
  mkdir "$units/sysinit.target.wants"
  ln -s ../systemd-journald.service ../systemd-journald.socket "$units/sysinit.target.wants/"
  printf '[Journal]\nStorage=volatile\n' > "$root/etc/systemd/journald.conf"
  cat > "$units/story.service" <<UNIT
[Unit]
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
ExecStart=/bin/bash -eu /story/story.sh
StandardOutput=truncate:/story/said.txt
StandardError=inherit
TimeoutStartSec=540
UNIT
  ip link set lo up
  cd "$root"
  mkdir -p before
  pivot_root . before
  umount -l before
  exec env -i container=flagrante PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --system --unit=story.service --log-target=journal --show-status=no
  ;;
esac
