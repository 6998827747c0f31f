from prelude import Server, Socket, log, pair, state, watch

FIELDS = ("writable_length", "writable_need_drain", "buffer_size", "bytes_written")


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    watch("client", client)
    peer.resume()
    log("client", "write", client.write(bytes(16384)))
    state("client", client, *FIELDS)
    client.end()
