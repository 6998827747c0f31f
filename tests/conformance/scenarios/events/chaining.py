from prelude import log, net

e = net.EventEmitter()


def f():
    pass


log("on", e.on("x", f) is e)
log("addListener", e.add_listener("x", f) is e)
log("once", e.once("x", f) is e)
log("prependListener", e.prepend_listener("x", f) is e)
log("prependOnceListener", e.prepend_once_listener("x", f) is e)
log("off", e.off("x", f) is e)
log("removeListener", e.remove_listener("x", f) is e)
log("unknown", e.off("y", f) is e)
log("removeAllListeners", e.remove_all_listeners("x") is e)
log("all", e.remove_all_listeners() is e)
log("setMaxListeners", e.set_max_listeners(3) is e)
