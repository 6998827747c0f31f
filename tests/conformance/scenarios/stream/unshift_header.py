import gevent
from prelude import log, net, observe


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()
observe("s", s)
header = b""


def onreadable():
    global header
    while (chunk := s.read()) is not None:
        log("s", "got", chunk)
        header += chunk
        if b"|" in header:
            rest = header.partition(b"|")[2]
            s.off("readable", onreadable)
            if rest:
                s.unshift(rest)
            s.on("data", lambda data: log("s", "data", data))
            return


s.on("readable", onreadable)
gevent.sleep(0.02)
s.push(b"hea")
gevent.sleep(0.02)
s.push(b"der|body")
gevent.sleep(0.02)
s.push(b"more")
gevent.sleep(0.02)
s.push(None)
