"""A write of nothing asks the system as well, which knows that a Unix peer has gone."""

from prelude import done, later, log, net, serve, state, target, watch


def play(name, write):
    @serve()
    def listening(server):
        def connected(peer):
            peer.destroy()
            server.close()

        server.on("connection", connected)
        client = net.connect(**target(server), allow_half_open=True)
        watch(name, client)

        def write_now():
            write(client)
            state(name, client, "destroyed", "bytes_written")
            later(0.05, client.destroy)

        client.on("end", lambda: later(0.02, write_now))


def twice(client):
    log("twice", client.write("", done("twice", "one")))
    log("twice", client.write("", done("twice", "two")))


play("bytes", lambda client: log("bytes", client.write(b"")))
play("text", lambda client: log("text", client.write("")))
play("told", lambda client: log("told", client.write("", done("told", "written"))))
play("twice", twice)
play("end", lambda client: client.end("", done("end", "ended")))
