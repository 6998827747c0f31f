import os

from prelude import Socket, attempt, path

open(path("file"), "w").close()
fd = os.open(path("file"), os.O_RDONLY)
attempt("socket", "file", lambda: Socket(fd=fd))
os.close(fd)
attempt("socket", "closed", lambda: Socket(fd=fd))
os.unlink(path("file"))
