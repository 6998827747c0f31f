import os

from prelude import net, watch

fd = os.open(__file__, os.O_RDONLY)
server = watch("server", net.create_server())
server.listen(fd=fd)
server.on("error", lambda error: os.close(fd))
