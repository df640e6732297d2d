# Asks whichsetd which datasets images are in, with valkey-glide-sync.
# usage: python3 ask-glide.py SOCKET IDENTIFIER...
import sys

from glide_sync import GlideClient, GlideClientConfiguration, NodeAddress, RequestError

client = GlideClient.create(
    GlideClientConfiguration([NodeAddress(unix_socket_path=sys.argv[1])], request_timeout=10_000))
try:
    answers = client.mget(sys.argv[2:])
except RequestError as error:
    sys.exit(str(error))
for identifier, slugs in zip(sys.argv[2:], answers):
    print(f"{identifier}: {', '.join(slugs.decode().split(',')) if slugs else 'in no dataset'}")
client.close()
