import gevent
from prelude import log, net, observe, watch


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


release = None


class Source(net.Readable):
    def _read(self, size):
        pass


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        global release
        log("sink", "_write", chunk)
        release = lambda: callback(None)  # noqa: E731


source = observe("source", Source())
sink = watch("sink", Sink(high_water_mark=2), "drain", "finish")
source.pipe(sink)
settle()
source.push(b"full")
settle()
log("source", source.is_paused(), sink.writable_need_drain)
source.unpipe(sink)
source.push(b"kept")
settle()
log("source", source.is_paused(), source.readable_flowing, source.readable_length)
release()
settle()
log("source", source.is_paused(), source.readable_length)
second = Sink(high_water_mark=2)
settle()
second.write("full")
log("source", second.writable_need_drain)
source.pipe(second)
log("source", source.readable_flowing)
settle()
log("source", source.readable_length)
release()
settle()
log("source", source.readable_length)
