from prelude import net, watch

client = net.connect(port=1, host="127.0.0.1", local_address="203.0.113.1")
watch("client", client)
