import gevent
from prelude import log, net, observe, watch


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        pass


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        callback(None)


source = observe("source", Source(auto_destroy=False))
source.resume()
source.push(None)
ended = watch("ended", Sink(), "finish", "close", "error")
ended.on("pipe", lambda origin: log("ended", "pipe"))
ended.on("unpipe", lambda origin: log("ended", "unpipe"))
settle()
source.pipe(ended)
log("ended", ended.writable_ended)
kept = watch("kept", Sink(), "finish", "close", "error")
kept.on("pipe", lambda origin: log("kept", "pipe"))
kept.on("unpipe", lambda origin: log("kept", "unpipe"))
settle()
source.pipe(kept, end=False)
settle()
log("kept", kept.writable_ended)
