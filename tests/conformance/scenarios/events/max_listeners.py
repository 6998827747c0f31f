from prelude import log, net

e = net.EventEmitter()
other = net.EventEmitter()
log("e", e.get_max_listeners())
e.set_max_listeners(3)
log("e", e.get_max_listeners(), other.get_max_listeners())
e.set_max_listeners(0)
log("e", e.get_max_listeners())
for wrong in (-1, float("nan"), "many", None):
    try:
        e.set_max_listeners(wrong)
        log("wrong", "accepted")
    except net.NetError as error:
        log("wrong", error.code, e.get_max_listeners())
