#!/bin/sh
# Takes an address that is not its own and tries to be answered: ?as=IP&ping=IP
. /www/common
json
as=$(field as 192.0.2.1)
ip addr add "$as/32" dev eth0
if ping -c 2 -W 1 -I "$as" "$(field ping 127.0.0.1)" > /dev/null 2>&1; then
  echo '{"answered":true}'
else
  echo '{"answered":false}'
fi
ip addr del "$as/32" dev eth0
