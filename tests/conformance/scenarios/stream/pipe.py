from prelude import log, net, observe, watch

chunks = [b"one", b"two", b"three", None]


class Source(net.Readable):
    def _read(self, size):
        self.push(chunks.pop(0))


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        log("sink", "_write", chunk)
        callback(None)


source = observe("source", Source())
sink = watch("sink", Sink(), "finish", "error", "close")
sink.on("pipe", lambda origin: log("sink", "pipe", origin is source, source.readable_flowing))
sink.on("unpipe", lambda origin: log("sink", "unpipe", origin is source, sink.writable_finished))
log("source", source.pipe(sink) is sink, source.readable_flowing)
log("sink", "piped")
