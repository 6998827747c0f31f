from prelude import collect, done, later, log, net, serve, state, target, watch

# What stands before and after connect(): e end(), E end(data), w write(data), d destroy().
ORDERS = (
    *("ec", "Ec", "wc", "ewc", "wec", "eEc", "ecE", "ecw", "ecwe", "ecwE", "ecEw", "ecEE"),
    *("eecE", "cEe", "cEE", "ceE", "cwE", "cEw", "ecdE", "edc", "cdE", "ecwwE"),
    *("eE", "ew", "dE", "wd", "wE", "ede", "Ed", "ewE", "eEd"),
)


def play(order, allow_half_open):
    name = f"{order} {'true' if allow_half_open else 'false'}"

    @serve(allow_half_open=allow_half_open)
    def listening(server):
        def connected(peer):
            server.close()
            collect(f"{name} peer", peer)
            later(2, lambda: peer.destroy())

        server.on("connection", connected)
        client = watch(name, net.Socket(allow_half_open=allow_half_open))
        steps = {
            "c": lambda label: client.connect(**target(server)),
            "d": lambda label: client.destroy(),
            "e": lambda label: client.end(callback=done(name, label)),
            "E": lambda label: client.end("E", callback=done(name, label)),
            "w": lambda label: log(
                name, label, "answer", client.write("w", callback=done(name, label))
            ),
        }
        for index, step in enumerate(order):
            steps[step](f"{step}{index}")
            state(
                name, client, "writable_ended", "writable_finished", "writable_length", "destroyed"
            )

        def look():
            state(
                name, client, "writable_ended", "writable_finished", "writable_length", "destroyed"
            )
            client.destroy()
            server.close()

        later(1.5, look)


for order in ORDERS:
    play(order, False)
    play(order, True)
