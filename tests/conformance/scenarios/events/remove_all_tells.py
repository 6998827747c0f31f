from prelude import log, net

e = net.EventEmitter()
names = {}


def make(word):
    def f():
        pass

    names[f] = word
    return f


def tell(name, listener):
    log("e", name, names.get(listener, "tell"))


e.on("x", make("x1"))
e.on("x", make("x2"))
e.on("x", make("x3"))
e.on("y", make("y1"))
e.on("removeListener", tell)
e.on("z", make("z1"))
e.on("z", make("z2"))
e.remove_all_listeners("x")
log("e", "all")
e.remove_all_listeners()
log("e", e.listener_count("removeListener"), len(e.event_names()))
e.on("x", make("x4"))
e.remove_all_listeners()
