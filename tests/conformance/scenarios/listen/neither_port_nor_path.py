from prelude import attempt, net, state, watch

server = watch("server", net.create_server())
attempt("server", "backlog", lambda: server.listen(backlog=5))
attempt("server", "host", lambda: server.listen(host="127.0.0.1"))
attempt("server", "exclusive", lambda: server.listen(exclusive=True))
attempt("server", "ipv6_only", lambda: server.listen(ipv6_only=True))
attempt("server", "readable_all", lambda: server.listen(readable_all=True))
attempt("server", "signal", lambda: server.listen(signal=net.AbortController().signal))
state("server", server, "listening")
server.listen(port=None, backlog=5, callback=lambda: server.close())
