#!/bin/sh
# Sends ?mb=N million bytes.
. /www/common
printf 'Content-Type: application/octet-stream\r\n\r\n'
exec dd if=/dev/zero bs=100000 count="$(($(field mb 1) * 10))" 2> /dev/null
