import gevent
from prelude import log, net

e = net.EventEmitter()


def waiting(name):
    def body():
        try:
            values = e.wait(name)
        except Exception as error:
            log(name, "failed", error)
        else:
            log(name, *(() if values is None else values if type(values) is tuple else (values,)))

    gevent.spawn(body)


waiting("none")
waiting("one")
waiting("several")
waiting("never")
gevent.sleep(0.02)
e.emit("none")
e.emit("one", 1)
e.emit("one", 2)
e.emit("several", 1, "two", None)
gevent.sleep(0.02)
log("e", e.listener_count("none"), e.listener_count("one"))
e.emit("error", Exception("boom"))
gevent.sleep(0.02)
log("e", e.listener_count("never"))
