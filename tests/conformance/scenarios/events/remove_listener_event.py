from prelude import log, net

e = net.EventEmitter()


def f():
    pass


def g():
    log("e", "g")


@e.on("removeListener")
def removed(name, listener):
    log("e", "removed", name, listener is f, listener is g, e.listener_count(name))


e.on("x", f)
e.on("x", g)
e.on("x", f)
e.off("x", f)
e.off("x", lambda: None)
e.off("y", f)
e.off("x", f)
e.off("x", f)
e.off("x", g)
e.once("x", g)
e.emit("x")
