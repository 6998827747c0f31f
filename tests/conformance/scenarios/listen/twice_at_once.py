from prelude import attempt, net, path, watch

server = watch("server", net.create_server())
server.listen(path("s"), lambda: server.close())
attempt("server", "listen", lambda: server.listen(path("t")))
