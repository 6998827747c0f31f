from prelude import log, net

e = net.EventEmitter()


def late():
    log("e", "late")


def first():
    log("e", "first")
    if e.listener_count("x") < 4:
        e.on("x", late)


def second():
    log("e", "second")
    if e.listener_count("x") < 4:
        e.prepend_listener("x", late)


e.on("x", first)
e.on("x", second)
e.emit("x")
log("e", "again")
e.emit("x")
