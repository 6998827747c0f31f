from prelude import log, net

e = net.EventEmitter()


def f(*values):
    log("f", *values)


e.once("x", f)
log("call", e.emit("x", 1))
log("call", e.emit("x", 2))
e.once("x", f)
e.once("x", f)
e.off("x", f)
log("count", e.listener_count("x"))
log("call", e.emit("x", 3))
log("call", e.emit("x", 4))
e.on("x", f)
e.once("x", f)
e.off("x", f)
e.emit("x", 5)
e.emit("x", 6)
