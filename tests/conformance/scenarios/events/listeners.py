from prelude import log, net

e = net.EventEmitter()


def f():
    log("e", "f")


def g():
    log("e", "g")


log("e", len(e.listeners("x")))
e.on("x", f)
e.once("x", g)
copy = e.listeners("x")
log("e", len(copy), copy[0] is f, copy[1] is g)
if isinstance(copy, list):
    copy.clear()
log("e", len(e.listeners("x")))
e.emit("x")
log("e", len(e.listeners("x")))
