import gevent
from prelude import log, net


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


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
settle()
e.emit("none")
e.emit("one", 1)
e.emit("one", 2)
e.emit("several", 1, "two", None)
settle()
e.emit("error", Exception("boom"))
