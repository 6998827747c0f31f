import gevent
from prelude import log, net, observe, state, watch


class Source(net.Readable):
    def _read(self, size):
        pass


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        log("sink", "_write", chunk)
        callback(None)


source = observe("source", Source())
sink = watch("sink", Sink(), "error", "finish", "close")
sink.on("unpipe", lambda origin: log("sink", "unpipe"))
source.pipe(sink)
gevent.sleep(0.02)
source.push(b"x")
gevent.sleep(0.02)
source.destroy(Exception("boom"))
gevent.sleep(0.02)
state("sink", sink, "writable", "writable_ended", "destroyed")
