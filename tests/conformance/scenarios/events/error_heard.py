from prelude import log, net

e = net.EventEmitter()
boom = Exception("boom")
e.once("error", lambda error, *more: log("e", error is boom, *more))
log("call", e.emit("error", boom, 1))
e.on("error", lambda error: log("e", error))
log("call", e.emit("error", "text"))
e.remove_all_listeners("error")
try:
    e.emit("error", boom)
except Exception as error:
    log("call", error is boom)
