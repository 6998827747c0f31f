from prelude import done, log, net, watch


def told(name, act, **options):
    s = watch(name, net.PassThrough(), "end", "finish", "error", "close")
    net.finished(s, done(name, "finished"), **options)
    act(s)


told("both", lambda s: s.resume().end("x"))
told("unread", lambda s: s.end("x"), readable=False)
told("writable only", lambda s: s.resume().end("x"), readable=False)
told("readable only", lambda s: s.resume().end("x"), writable=False)
told("destroyed", lambda s: s.destroy())
told("ended and destroyed", lambda s: s.end("x").destroy())
told("failed", lambda s: s.destroy(Exception("mine")))
aborted = net.AbortController()
told("aborted", lambda s: aborted.abort(), signal=aborted.signal)
before = net.AbortController()
before.abort()
told("aborted before", lambda s: None, signal=before.signal)
over = net.PassThrough()
over.resume().end("x")
over.on("close", lambda: net.finished(over, done("over", "finished")))
gone = net.PassThrough()
gone.destroy()
gone.on("close", lambda: net.finished(gone, done("gone", "finished")))


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        callback(None)


w = Sink()
w.end("x")
net.finished(w, done("w", "finished"))
forgotten = net.PassThrough()
net.finished(forgotten, done("forgotten", "finished"))()
forgotten.resume().end()
log("forgotten", forgotten.listener_count("end"), forgotten.listener_count("close"))
