from prelude import log, net

e = net.EventEmitter()


def f(n):
    log("f", n)


def g(n):
    log("f", "g", n)


e.on("x", f)
e.on("x", g)
e.on("x", f)
e.emit("x", 1)
e.off("x", f)
e.emit("x", 2)
e.off("x", f)
e.emit("x", 3)
e.off("x", f)
e.off("x", g)
log("call", e.emit("x", 4))
