# Asks whichsetd which datasets images are in, with redis-py; all in one snapshot.
# usage: python3 ask.py SOCKET IDENTIFIER...
import sys

import redis

client = redis.Redis(unix_socket_path=sys.argv[1], decode_responses=True)
questions = client.pipeline(transaction=True)
for identifier in sys.argv[2:]:
    questions.smembers(identifier)
try:
    answers = questions.execute()
except redis.ResponseError as error:
    sys.exit(str(error))
for identifier, slugs in zip(sys.argv[2:], answers):
    print(f"{identifier}: {', '.join(sorted(slugs)) or 'in no dataset'}")
