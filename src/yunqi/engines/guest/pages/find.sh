#!/bin/sh
# Counts the sectors of a disk that hold a marker: ?disk=vdb&marker=TEXT
. /www/common
json
disk find "/dev/$(field disk vda)" "$(field marker yunqi-marker)"
