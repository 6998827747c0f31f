from prelude import log, net

e = net.EventEmitter()
methods = {
    "on": e.on,
    "once": e.once,
    "prependListener": e.prepend_listener,
    "prependOnceListener": e.prepend_once_listener,
    "off": e.off,
}
for method, add in methods.items():
    for wrong in ("text", 7, {}):
        try:
            add("x", wrong)
            log(method, "accepted")
        except net.NetError as error:
            log(method, error.code)
log("e", e.listener_count("x"), e.emit("x"))
