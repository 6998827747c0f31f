from prelude import done, later, log, net, watch


def give(stream, **methods):
    for name, method in methods.items():
        setattr(stream, name, method)


source = watch("source", net.Readable(), "end", "error", "close")
parts = ["a", "b", None]


def read(size):
    log("source", "_read")
    source.push(parts.pop(0))


def destroy_source(error, callback):
    log("source", "_destroy", error)
    callback(error)


def readable():
    while (chunk := source.read()) is not None:
        log("source", "read", chunk)


give(source, _read=read, _destroy=destroy_source)
source.on("readable", readable)


def methods(name, sink):
    def final(callback):
        log(name, "_final")
        callback()

    def destroy(error, callback):
        log(name, "_destroy", error)
        callback(error)

    give(sink, _final=final, _destroy=destroy)
    return watch(name, sink, "prefinish", "finish", "error", "close")


def writing(name, sink):
    def write(chunk, encoding, callback):
        log(name, "_write", chunk)
        callback()

    give(sink, _write=write)
    return methods(name, sink)


def another_write(chunk, encoding, callback):
    log("sink", "another _write", chunk)
    later(0.001, callback)


sink = writing("sink", net.Writable())
sink.write("one")
give(sink, _write=another_write)
sink.write("two")
sink.end("three", done("sink", "end"))


def writev(chunks, callback):
    log("several", "_writev", [chunk for chunk, encoding in chunks])
    callback()


several = writing("several", net.Writable())
several.cork()
several.write("one")
several.write("two")
give(several, _writev=writev)
several.uncork()
several.end()

failing = writing("failing", net.Writable())
failing.destroy(Exception("why"))

both = writing("both", net.Duplex())
give(both, _read=lambda size: both.push(None))
both.on("data", lambda chunk: None)
both.end("x")

upper = watch("upper", net.Transform(), "data", "end", "finish", "error", "close")
give(
    upper,
    _transform=lambda chunk, encoding, callback: callback(None, chunk.decode().upper()),
    _flush=lambda callback: callback(None, "!"),
)
upper.end("x")
