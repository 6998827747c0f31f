from prelude import log, net

e = net.EventEmitter()


def insert(name, listener):
    log("e", "newListener", name, e.listener_count("x"))
    e.on("x", lambda: log("e", "inserted"))


e.once("newListener", insert)
e.on("x", lambda: log("e", "asked for"))
e.emit("x")
