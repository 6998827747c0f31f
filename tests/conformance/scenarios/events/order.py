from prelude import log, net

e = net.EventEmitter()


def say(word):
    return lambda: log("e", word)


e.on("x", say("on"))
e.add_listener("x", say("addListener"))
e.prepend_listener("x", say("prependListener"))
e.once("x", say("once"))
e.prepend_once_listener("x", say("prependOnceListener"))
e.emit("x")
log("e", "again")
e.emit("x")
log("e", e.listener_count("x"))
