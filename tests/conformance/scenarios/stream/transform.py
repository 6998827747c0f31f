from prelude import collect, done, net, state, watch


class Upper(net.Transform):
    def _transform(self, chunk, encoding, callback):
        callback(None, chunk.decode().upper())

    def _flush(self, callback):
        self.push("<")
        callback(None, ">")


s = watch("s", Upper(), "end", "finish", "error", "close")
collect("data", s)
s.write("one", done("s", "one"))
s.write("two", done("s", "two"))
s.end("three", done("s", "callback"))
s.on("close", lambda: state("s", s, "readable_ended", "writable_finished", "destroyed", "closed"))
