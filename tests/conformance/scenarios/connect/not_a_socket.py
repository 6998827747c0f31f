import os

from prelude import net, path, watch

open(path("file"), "w").close()
client = watch("client", net.connect(path("file")))
client.on("close", lambda had_error: os.unlink(path("file")))
