from prelude import log, net

e = net.EventEmitter()
names = {}


def teller(word):
    def f(name, listener):
        log("e", word, name, names.get(listener, "other"))

    names[f] = word
    return f


one = teller("one")
e.on("removeListener", one)
e.on("removeListener", teller("two"))
e.on("removeListener", teller("three"))
e.on("x", teller("x"))
e.once("y", teller("y"))
e.remove_listener("removeListener", one)
log("e", "all")
e.remove_all_listeners()
log("e", len(e.event_names()))
e.on("removeListener", teller("four"))
e.on("removeListener", teller("five"))
e.remove_all_listeners("removeListener")
log("e", len(e.event_names()))
