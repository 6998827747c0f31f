from prelude import Server, Socket, pair, state

FIELDS = ("readable_high_water_mark", "writable_high_water_mark")
state("default", Socket(), *FIELDS)
state("both", Socket(high_water_mark=1000), *FIELDS)


@pair(server={"high_water_mark": 2000}, client={"high_water_mark": 3000})
def _(client: Socket, peer: Socket, server: Server) -> None:
    state("client", client, *FIELDS)
    state("peer", peer, *FIELDS)
    client.destroy()
    peer.resume()
