"""What goes over the wire: requests and answers as models, one for server and client. Names carry their unit."""
