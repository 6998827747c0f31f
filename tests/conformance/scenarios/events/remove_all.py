from prelude import log, net

e = net.EventEmitter()


def say(word):
    return lambda: log("e", word)


e.on("x", say("x1"))
e.on("x", say("x2"))
e.on("y", say("y"))
e.remove_all_listeners("x")
log("call", e.emit("x"), e.emit("y"))
e.remove_all_listeners("nothing")
e.on("x", say("x3"))
e.remove_all_listeners()
log("call", e.emit("x"), e.emit("y"), len(e.event_names()))
