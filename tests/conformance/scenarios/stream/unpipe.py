import gevent
from prelude import log, net, observe, watch


class Source(net.Readable):
    def _read(self, size):
        pass


class Sink(net.Writable):
    def __init__(self, name):
        super().__init__()
        self.name = name
        watch(name, self, "finish", "close")
        self.on("pipe", lambda origin: log(name, "pipe"))
        self.on("unpipe", lambda origin: log(name, "unpipe"))

    def _write(self, chunk, encoding, callback):
        log(self.name, "_write", chunk)
        callback(None)


source = observe("source", Source())
a, b, stranger = Sink("a"), Sink("b"), Sink("stranger")
source.unpipe()
source.unpipe(a)
source.pipe(a)
source.pipe(b)
gevent.sleep(0.02)
source.push(b"both")
gevent.sleep(0.02)
source.unpipe(stranger)
source.unpipe(a)
log("source", "a left", source.readable_flowing)
source.push(b"b alone")
gevent.sleep(0.02)
source.unpipe(b)
log("source", "b left", source.readable_flowing, source.is_paused())
source.push(b"nobody")
gevent.sleep(0.02)
log("source", source.readable_length)
source.pipe(a)
source.pipe(b)
gevent.sleep(0.02)
source.unpipe()
log("source", "all left", source.readable_flowing, source.listener_count("data"))
source.push(b"nobody")
source.push(None)
gevent.sleep(0.02)
log("source", source.readable_length, a.writable_ended)
source.pipe(b)
gevent.sleep(0.02)
log("source", source.readable_ended, a.writable_ended, b.writable_ended)
