::respawn:/bin/httpd -f -p 80 -h /www
::respawn:/bin/net bulk
::shutdown:/bin/sync
