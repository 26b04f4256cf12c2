#!/bin/sh
# What the guest was given: processors, memory (as the firmware reports it), the size of each disk.
. /www/common
json
memory=0
for entry in /sys/firmware/memmap/*; do
  if [ "$(cat "$entry/type")" = "System RAM" ]; then
    memory=$((memory + $(cat "$entry/end") - $(cat "$entry/start") + 1))
  fi
done
disks=""
for disk in /sys/block/vd*; do
  [ -e "$disk/size" ] && disks="$disks${disks:+,}\"${disk##*/}\":$(($(cat "$disk/size") * 512))"
done
printf '{"host":"%s","vcpus":%s,"memory_bytes":%s,"disks":{%s}}\n' \
  "$(hostname)" "$(grep -c ^processor /proc/cpuinfo)" "$memory" "$disks"
