from prelude import log, net

e = net.EventEmitter()


def first():
    log("e", "first")
    e.remove_all_listeners()


e.on("x", first)
e.once("x", lambda: log("e", "once"))
e.on("x", lambda: log("e", "last", e.listener_count("x")))
log("call", e.emit("x"))
log("call", e.emit("x"))
