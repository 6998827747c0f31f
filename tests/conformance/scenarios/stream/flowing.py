from prelude import log, net, observe, state

chunks = [b"one", b"two", b"three", None]


class Source(net.Readable):
    def _read(self, size):
        chunk = chunks.pop(0)
        log("s", "_read", None if chunk is None else chunk.decode())
        self.push(chunk)


s = Source()
observe("s", s)
log("s", s.readable_flowing)
s.on("data", lambda chunk: log("s", "data", chunk))
log("s", s.readable_flowing, s.readable_did_read)
s.on(
    "end",
    lambda: state("s", s, "readable", "readable_ended", "readable_did_read", "destroyed"),
)
s.on("close", lambda: state("s", s, "readable", "readable_ended", "readable_aborted", "closed"))
