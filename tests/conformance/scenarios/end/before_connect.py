from prelude import collect, done, later, log, net, serve, state, target, watch


def play(name, data=None, more=None):
    @serve()
    def listening(server):
        def connected(peer):
            server.close()
            collect(f"{name} peer", peer)

        server.on("connection", connected)
        client = watch(name, net.Socket())
        client.end(data, done(name, "ended"))
        state(name, client, "writable_ended", "writable_finished", "destroyed")
        client.connect(**target(server))
        if more:
            log(name, client.write(more, done(name, "written")))
        state(name, client, "writable_ended", "writable_finished", "destroyed")

        def look():
            state(name, client, "writable_ended", "writable_finished", "destroyed")
            client.destroy()
            server.close()

        later(0.3, look)


play("nothing")
play("data", "hello")
play("then", None, "more")
