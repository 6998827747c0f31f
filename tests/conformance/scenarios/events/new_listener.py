from prelude import log, net

e = net.EventEmitter()


def f(*values):
    log("x", "f")


e.on(
    "newListener",
    lambda name, listener: log("e", name, listener is f, e.listener_count(name)),
)
e.on("x", f)
e.once("x", f)
e.prepend_listener("x", f)
e.prepend_once_listener("y", f)
e.on("newListener", f)
e.add_listener("x", f)
