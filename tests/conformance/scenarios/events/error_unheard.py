from prelude import log, net

e = net.EventEmitter()
boom = Exception("boom")
try:
    e.emit("error", boom)
except Exception as error:
    log("e", error is boom, error)
for values in (["text"], [7], []):
    try:
        e.emit("error", *values)
    except net.NetError as error:
        log("e", error.code)
try:
    e.emit("error", "text")
except net.NetError as error:
    log("message", str(error))
log("e", e.emit("other", boom))
