"""Where something is: IP addresses, block lists, names, paths of Unix sockets."""
