from prelude import done, log, net, observe


class Source(net.Readable):
    def _construct(self, callback):
        log("source", "_construct")
        callback(None)

    def _read(self, size):
        log("source", "_read")
        self.push(None)


source = observe("source", Source())
log("source", "new", source.read())
source.resume()


class Sink(net.Writable):
    def _construct(self, callback):
        log("sink", "_construct")
        callback(None)

    def _writev(self, chunks, callback):
        log("sink", "_writev", len(chunks))
        callback(None)


sink = observe("sink", Sink())
sink.write("a", done("sink", "a"))
sink.write("b", done("sink", "b"))
sink.end(done("sink", "end"))
log("sink", "new", sink.writable_length)
