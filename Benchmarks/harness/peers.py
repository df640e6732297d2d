"""The servers that are asked: whichsetd, Redis and memcached, each with a folder and a socket of its own."""

import os
import shutil
import socket

from harness.scratch import Failed, ask, memory_bytes, own, say, wait_for_socket


class Daemon:
    """A whichsetd on an index of its own."""

    def __init__(self, scratch, name, threads=1):
        self.scratch = scratch
        self.index = scratch.path(name)
        self.socket = scratch.path(f"{name}.sock")
        self.threads = threads
        self.start()

    def command(self):
        words = [own("whichsetd"), "--data", self.index, "--socket", self.socket]
        return [str(word) for word in words] + ["--threads", str(self.threads), "--log-level", "warning"]

    def start(self):
        self.process = self.scratch.start(self.index.name, self.command())
        wait_for_socket(self.socket, self.process)

    def stop(self):
        self.scratch.end(self.process)

    def restart(self, threads):
        self.stop()
        self.threads = threads
        self.start()

    def remove(self):
        self.stop()
        shutil.rmtree(self.index)

    def ask(self, request):
        return ask(self.socket, request.encode() + b"\n").decode()

    def client(self, *words):
        return [own("whichset"), words[0], "--socket", self.socket, *words[1:]]

    def ingest(self, dataset, path, *options):
        """Loads a list; returns the seconds until it was durable and visible."""
        return self.scratch.timed(self.client("ingest", "--dataset", dataset, *options, path))

    def expect_images(self, dataset, count):
        reply = self.ask(f"DATASET {dataset}")
        found = dict(line.split("\t", 1) for line in reply.splitlines()[1:]).get("images")
        if found != str(count):
            raise Failed(f"whichsetd holds {found} images of {dataset} instead of {count}")

    def memory(self):
        pid = self.process.pid
        return memory_bytes(pid, "RssAnon"), memory_bytes(pid, "RssFile")


class Redis:
    """A Redis without persistence."""

    def __init__(self, scratch):
        self.scratch = scratch
        self.socket = scratch.path("redis.sock")
        command = ["redis-server", "--port", "0", "--unixsocket", self.socket, "--dir", scratch.folder]
        command += ["--save", "", "--appendonly", "no"]
        self.process = scratch.start("redis", [str(word) for word in command])
        wait_for_socket(self.socket, self.process)

    def load(self, path):
        """Loads requests by `redis-cli --pipe`; returns the seconds until all were answered."""
        with open(path, "rb") as requests:
            return self.scratch.timed(["redis-cli", "-s", self.socket, "--pipe"], stdin=requests)

    def expect(self, count):
        size = self.scratch.run(["redis-cli", "-s", self.socket, "dbsize"]).split()[-1]
        if size != str(count):
            raise Failed(f"Redis holds {size} keys instead of {count}")

    def clear(self):
        self.scratch.run(["redis-cli", "-s", self.socket, "flushall"])

    def stop(self):
        self.scratch.end(self.process)


class Memcached:
    """A memcached with room for all keys."""

    def __init__(self, scratch, keys):
        self.scratch = scratch
        self.socket = scratch.path("memcached.sock")
        megabytes = 64 + keys * 160 // 1_000_000
        power = max(16, keys.bit_length())
        command = ["memcached", "-s", self.socket, "-m", megabytes, "-t", "1", "-o", f"hashpower={power}"]
        command += ["-u", "root"] if os.geteuid() == 0 else []
        self.process = scratch.start("memcached", [str(word) for word in command])
        wait_for_socket(self.socket, self.process)

    def load(self, path):
        """Sends `set` requests that are not answered, then one that is."""
        say("loading memcached")
        with socket.socket(socket.AF_UNIX) as client, open(path, "rb") as requests:
            client.connect(str(self.socket))
            client.sendfile(requests)
            client.sendall(b"version\r\n")
            if not client.recv(100).startswith(b"VERSION"):
                raise Failed("memcached did not take its keys")

    def expect(self, count):
        reply = ask(self.socket, b"stats\r\n").decode()
        figures = dict(line.split()[1:3] for line in reply.splitlines() if line.startswith("STAT"))
        if figures["curr_items"] != str(count):
            raise Failed(f"memcached holds {figures['curr_items']} keys instead of {count}")

    def stop(self):
        self.scratch.end(self.process)
