#!/bin/busybox sh
# First process of the micro guest: devices, modules, network from the kernel command line, then the web server.
/bin/busybox mkdir -p /proc /sys /dev /tmp /etc
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
export PATH=/bin
while read -r module; do insmod "/modules/$module" || echo "module $module not loaded"; done < /modules/order

host=guest
for word in $(cat /proc/cmdline); do
  case "$word" in
    yq.host=*) host="${word#yq.host=}" ;;
  esac
done
hostname "$host"
ip link set lo up
# yq.nic=MAC,IP/PREFIX,GATEWAY (an empty gateway: none), once for each interface
for word in $(cat /proc/cmdline); do
  case "$word" in
    yq.nic=*)
      nic="${word#yq.nic=}"; mac="${nic%%,*}"; nic="${nic#*,}"; cidr="${nic%%,*}"; gateway="${nic#*,}"
      for device in /sys/class/net/*; do
        if [ "$(cat "$device/address")" = "$mac" ]; then
          name="${device##*/}"
          ip link set "$name" up
          ip addr add "$cidr" dev "$name"
          [ -n "$gateway" ] && ip route add default via "$gateway"
        fi
      done ;;
  esac
done
printf '<!doctype html><meta charset="utf-8"><title>%s</title><h1>%s</h1>\n' "$host" "$host" > /www/index.html
echo "yunqi guest $host ready" > /dev/console
exec /bin/busybox init
