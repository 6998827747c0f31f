import gevent
from prelude import log, net, observe


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
gevent.sleep(0.02)
log("s", s.readable_length, s.readable_flowing)
s.once("data", lambda chunk: log("s", "never", chunk))
gevent.sleep(0.02)
log("s", s.readable_length)
s.remove_all_listeners("data")
s.once("data", lambda chunk: log("s", "data", chunk))
s.resume()
gevent.sleep(0.02)
log("s", s.readable_length, s.readable_flowing)
s.push(b"lost")
gevent.sleep(0.02)
log("s", s.readable_length, s.readable_flowing)
