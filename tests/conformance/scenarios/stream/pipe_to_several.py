import gevent
from prelude import log, net, observe, watch

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
gevent.sleep(0.02)
source.push(b"first")
gevent.sleep(0.02)
log("source", source.is_paused(), source.readable_flowing)
source.push(b"second")
gevent.sleep(0.02)
releases["slow"]()
gevent.sleep(0.02)
log("source", source.is_paused(), source.readable_length)
gevent.sleep(0.02)
releases["slower"]()
gevent.sleep(0.02)
log("source", source.is_paused(), source.readable_length)
source.push(None)
gevent.sleep(0.02)
releases["slow"]()
gevent.sleep(0.02)
releases["slower"]()
gevent.sleep(0.02)
log("source", source.readable_ended)
