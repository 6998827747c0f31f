import gevent
from prelude import log, net, watch


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def __init__(self, name):
        super().__init__()
        self.name = name
        watch(name, self, "data", "end", "error", "close", "readable")

    def _read(self, size):
        pass

    def _destroy(self, error, callback):
        log(self.name, "_destroy", error, self.destroyed, self.closed)
        callback(error)


fresh = Source("fresh")
fresh.destroy()
log("fresh", fresh.destroyed, fresh.closed, fresh.readable)
failed = Source("failed")
failed.push(b"x")
failed.destroy(Exception("boom"))
log("failed", failed.destroyed, failed.errored, failed.read(), failed.readable_length)
buffered = Source("buffered")
buffered.push(b"x")
buffered.push(None)
settle()
buffered.destroy()
buffered.destroy(Exception("too late"))
log("buffered", buffered.errored, buffered.readable_ended)
settle()
log("buffered", buffered.read(), buffered.closed)
