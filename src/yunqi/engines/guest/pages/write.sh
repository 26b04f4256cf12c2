#!/bin/sh
# Fills a part of a disk with a marker, forced to the medium and read back: ?disk=vdb&marker=TEXT&mib=1&offset=0
. /www/common
json
disk write "/dev/$(field disk vda)" "$(field offset 0)" "$(field mib 1)" "$(field marker yunqi-marker)"
