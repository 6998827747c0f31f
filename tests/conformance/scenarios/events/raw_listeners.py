from prelude import log, net

e = net.EventEmitter()


def f(*values):
    log("e", "f", *values)


e.on("x", f)
e.once("x", f)
plain, wrapper = e.raw_listeners("x")
log("e", plain is f, wrapper is f, wrapper.listener is f)
wrapper.listener("unwrapped")
log("e", e.listener_count("x"))
wrapper("wrapped")
log("e", e.listener_count("x"))
wrapper("again")
e.emit("x", "emitted")
log("e", len(e.raw_listeners("nothing")))
