import gevent
from prelude import log, net, observe


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        pass


s = observe("s", Source())


@s.once("data")
def data(chunk):
    log("s", "data", chunk, s.listener_count("data"), s.readable_flowing)
    s.pause()


s.push(b"one")
s.push(b"two")
settle()
log("s", s.readable_length, s.readable_flowing)
s.once("data", lambda chunk: log("s", "never", chunk))
settle()
log("s", s.readable_length)
s.remove_all_listeners("data")
s.once("data", lambda chunk: log("s", "data", chunk))
s.resume()
settle()
log("s", s.readable_length, s.readable_flowing)
s.push(b"lost")
settle()
log("s", s.readable_length, s.readable_flowing)
