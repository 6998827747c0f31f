from prelude import Server, Socket, pair, state, watch


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    state("client", client, "auto_select_family_attempted_addresses")
    watch("client", client)
    peer.end()
