from prelude import log, net

e = net.EventEmitter()
log("call", e.emit("ping"))
e.on("ping", lambda *values: log("first", *values))
e.on("ping", lambda *values: log("second", len(values)))
log("call", e.emit("ping"))
log("call", e.emit("ping", 1))
log("call", e.emit("ping", 1, "two", True, None))
log("call", e.emit("pong", 1))
