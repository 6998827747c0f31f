import gevent
from prelude import log, net, observe, watch


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


releases = {}


class Source(net.Readable):
    def _read(self, size):
        pass


class Sink(net.Writable):
    def __init__(self, name):
        super().__init__(high_water_mark=4)
        self.name = name
        watch(name, self, "drain", "finish", "close")

    def _write(self, chunk, encoding, callback):
        log(self.name, "_write", chunk)
        if self.name == "quick":
            callback(None)
        else:
            releases[self.name] = lambda: callback(None)


source = observe("source", Source())
for name in ("quick", "slow", "slower"):
    source.pipe(Sink(name))
settle()
source.push(b"first")
settle()
log("source", source.is_paused(), source.readable_flowing)
source.push(b"second")
settle()
releases["slow"]()
settle()
log("source", source.is_paused(), source.readable_length)
settle()
releases["slower"]()
settle()
log("source", source.is_paused(), source.readable_length)
source.push(None)
settle()
releases["slow"]()
settle()
releases["slower"]()
settle()
log("source", source.readable_ended)
