from prelude import log, net

server = net.create_server()
server.on("newListener", lambda event, listener: log("server", "new", event))
server.on("removeListener", lambda event, listener: log("server", "removed", event))


def listener() -> None:
    pass


server.on("drop", listener)
server.once("listening", listener)
server.prepend_listener("drop", listener)
log("server", "count", server.listener_count("drop"), server.listener_count("listening"))
server.off("drop", listener)
log("server", "count", server.listener_count("drop"))
server.remove_all_listeners("drop")
log("server", "count", server.listener_count("drop"))
log("server", "emit", server.emit("drop"), server.emit("listening"), server.emit("listening"))
log("server", "max", server.get_max_listeners(), server.set_max_listeners(5) is server)
log("server", "max", server.get_max_listeners())
