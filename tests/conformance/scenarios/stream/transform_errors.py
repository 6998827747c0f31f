from prelude import attempt, done, log, net, watch


class Fails(net.Transform):
    def _transform(self, chunk, encoding, callback):
        callback(Exception("refused") if chunk == b"bad" else None, chunk)

    def _flush(self, callback):
        callback(Exception("no flush"))


s = watch("s", Fails(), "data", "end", "finish", "error", "close")
s.write("good", done("s", "good"))
s.write("bad", done("s", "bad"))
s.write("late", done("s", "late"))
f = watch("f", Fails(), "data", "end", "finish", "error", "close")
f.end("good", done("f", "end"))
t = net.Transform()
t.on("error", lambda error: log("t", "error"))
attempt("t", "write", lambda: t.write("x"))
