from prelude import log, net

e = net.EventEmitter()


def f():
    pass


def g():
    pass


log("e", e.listener_count("x"), e.listener_count("x", f))
e.on("x", f)
e.once("x", f)
e.on("x", g)
log("e", e.listener_count("x"), e.listener_count("x", f), e.listener_count("x", g))
e.off("x", g)
log("e", e.listener_count("x"), e.listener_count("x", f), e.listener_count("x", g))
e.emit("x")
log("e", e.listener_count("x"), e.listener_count("x", f), e.listener_count("x", g))
