#!/bin/sh
# Random 4 KiB reads per second past the guest's cache: ?disk=vdb&seconds=2&workers=8
. /www/common
json
disk iops "/dev/$(field disk vda)" "$(field seconds 2)" "$(field workers 8)"
