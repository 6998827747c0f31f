from prelude import log, net

e = net.EventEmitter()


def f():
    pass


log("e", *e.event_names())
e.on("b", f)
e.on("a", f)
e.once("c", f)
e.on("a", f)
log("e", *e.event_names())
e.emit("c")
e.off("b", f)
log("e", *e.event_names())
e.on("b", f)
log("e", *e.event_names())
e.remove_all_listeners("a")
log("e", *e.event_names())
e.remove_all_listeners()
log("e", len(e.event_names()))
