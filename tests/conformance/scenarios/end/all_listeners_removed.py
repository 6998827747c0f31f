"""The listeners of a flowing socket are removed; then the peer ends, or sends and ends."""

from functools import partial

from prelude import later, log, net, serve, target, watch


def play(name, more=None):
    @serve()
    def listening(server):
        client = net.connect(**target(server))

        def connected(peer):
            server.close()
            watch(name, peer)

            def state():
                log(name, peer.readable_flowing, peer.readable_length, peer.destroyed)
                peer.destroy()

            def first(chunk):
                peer.remove_all_listeners()
                for event in ("end", "finish"):
                    peer.on(event, partial(log, name, event))
                peer.on("close", lambda had_error: log(name, "close", had_error))
                peer.write("seen")
                later(0.3, state)

            peer.once("data", first)

        server.on("connection", connected)
        client.write("first")
        client.once("data", lambda _: client.end(more))


play("ends")
play("sends", "second")
