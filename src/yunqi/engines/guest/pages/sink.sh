#!/bin/sh
# Takes what is posted, and says how many bytes came.
. /www/common
count=$(head -c "${CONTENT_LENGTH:-0}" | wc -c)
json
printf '{"received_bytes":%s}\n' "$count"
