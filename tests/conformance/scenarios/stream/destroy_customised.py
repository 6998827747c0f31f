import gevent
from prelude import later, log, net, observe


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


def make(name, _destroy):
    class Source(net.Duplex):
        def _read(self, size):
            pass

        def _write(self, chunk, encoding, callback):
            callback(None)

        def _destroy(self, error, callback):
            _destroy(error, callback)

    return observe(name, Source())


def slowly(error, callback):
    log("slow", "_destroy", error)

    def finish():
        log("slow", slow.destroyed, slow.closed, slow.errored)
        callback(error)
        log("slow", slow.closed)

    later(0.001, finish)


slow = make("slow", slowly)
slow.destroy(Exception("boom"))
log("slow", "called", slow.errored)
failing = make("failing", lambda error, callback: callback(Exception("from _destroy")))
failing.destroy()
log("failing", failing.errored)
other = make("other", lambda error, callback: callback(Exception("another")))
other.destroy(Exception("first"))
log("other", other.errored)
settle()
log("other", other.errored)
hushed = make("hushed", lambda error, callback: callback(None))
hushed.destroy(Exception("hushed"))
settle()
log("hushed", hushed.errored, hushed.closed)


def call_twice(error, callback):
    callback(None)
    callback(Exception("second"))


twice = make("twice", call_twice)
twice.destroy()
settle()
log("twice", twice.errored)
