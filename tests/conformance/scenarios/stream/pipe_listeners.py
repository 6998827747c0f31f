from prelude import log, net


class Source(net.Readable):
    def _read(self, size):
        pass


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        callback(None)


source = Source()
sink = Sink()


def count(word):
    log("source", word, source.listener_count("data"), source.listener_count("end"))
    names = ("close", "finish", "drain", "error", "unpipe", "pipe")
    log("sink", word, *map(sink.listener_count, names))


count("before")
source.pipe(sink)
count("piped")
source.unpipe(sink)
count("unpiped")
source.pipe(sink)
source.pipe(sink)
count("twice")
source.unpipe()
count("all")
