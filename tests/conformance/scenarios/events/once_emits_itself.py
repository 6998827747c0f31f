from prelude import log, net

e = net.EventEmitter()


def once(n):
    log("e", "once", n, e.listener_count("x"))
    log("inner", e.emit("x", n + 1))


def on(n):
    log("e", "on", n)
    if n < 3:
        e.emit("y", n + 1)
    log("e", "left", n)


e.once("x", once)
e.on("y", on)
e.emit("x", 1)
e.emit("y", 1)
