::respawn:/bin/httpd -f -p 80 -h /www
::shutdown:/bin/sync
