from prelude import log, net

e = net.EventEmitter()


def b():
    log("e", "b")


def a():
    log("e", "a", e.listener_count("x"))
    e.off("x", a)
    e.off("x", b)


e.on("x", a)
e.on("x", b)
e.on("x", lambda: log("e", "c", e.listener_count("x")))
e.emit("x")
log("e", "again")
e.emit("x")
