#!/bin/sh
# Asks another address from inside the guest: ?ping=IP or ?http=IP[:PORT][/PATH]; says what came back.
. /www/common
json
target=$(field ping "")
if [ -n "$target" ]; then
  if ping -c 2 -W 1 "$target" > /dev/null 2>&1; then echo '{"answered":true}'; else echo '{"answered":false}'; fi
  exit 0
fi
target=$(field http 127.0.0.1)
server=${target%%/*}
case "$target" in */*) path="/${target#*/}" ;; *) path=/ ;; esac
case "$server" in *:*) port=${server##*:} ;; *) port=80 ;; esac
body=$(net ask "${server%%:*}" "$port" "$path" | head -c 4000 | base64 | tr -d '\n')
if [ -n "$body" ]; then printf '{"answered":true,"answer_base64":"%s"}\n' "$body"; else echo '{"answered":false}'; fi
