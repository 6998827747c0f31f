from prelude import Socket, attempt, state

socket = Socket()
attempt("socket", "set_encoding", lambda: socket.set_encoding("klingon"))
state("socket", socket, "readable_encoding")
