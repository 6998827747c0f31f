from prelude import Socket, log, net

log("socket", Socket().allow_half_open, Socket(allow_half_open=True).allow_half_open)
log("server", net.create_server().allow_half_open)
log("server", net.create_server(allow_half_open=True).allow_half_open)
