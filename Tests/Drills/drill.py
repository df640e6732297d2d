# What the drills share: a daemon, the protocol as a client speaks it, lists that a seed makes, operations on an index,
# and a ledger of what the index must hold after each of them. The ledger asks nobody: it computes counts, answers and
# digests from the lists alone.

import argparse
import atexit
import collections
import copy
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SECONDS_OF_START = 60
SECONDS_OF_REPLY = 120


class Gone(Exception):
    """The connection has ended."""


class Refused(Exception):
    """The reply is an error."""


class Silent(Exception):
    """No reply in time."""


class Connection:
    """Sends requests and reads replies."""

    def __init__(self, path, seconds=SECONDS_OF_REPLY):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(seconds)
        try:
            self.socket.connect(path)
        except OSError as error:
            self.socket.close()
            raise Gone(str(error))
        self.bytes = bytearray()
        self.place = 0

    def send(self, data):
        try:
            self.socket.sendall(data if isinstance(data, bytes) else data.encode())
        except TimeoutError:
            raise Silent("nothing is read")
        except OSError as error:
            raise Gone(str(error))

    def line(self):
        while True:
            end = self.bytes.find(b"\n", self.place)
            if end >= 0:
                text = self.bytes[self.place:end].decode(errors="replace")
                self.place = end + 1
                return text
            del self.bytes[:self.place]
            self.place = 0
            try:
                received = self.socket.recv(1 << 18)
            except TimeoutError:
                raise Silent("no reply")
            except OSError as error:
                raise Gone(str(error))
            if not received:
                raise Gone("end of the connection")
            self.bytes += received

    def reply(self):
        """The last status line, and all other lines. An error is raised."""
        lines = []
        while True:
            status = self.line()
            words = status.split(" ")
            if words[0] == "ERR":
                raise Refused(status)
            if words[0] in ("OK", "MORE") and len(words) > 1 and words[1].isdigit():
                lines += [self.line() for _ in range(int(words[1]))]
            if words[0] != "MORE":
                return status, lines

    def ask(self, request):
        def once():
            self.send(request + "\n")
            return self.reply()
        return patiently(once)

    def ask_many(self, identifiers):
        """The answers of an MCHECK. As many are sent at a time as a socket takes before the daemon replies."""
        answers = []
        for start in range(0, len(identifiers), 1000):
            part = identifiers[start:start + 1000]
            answers += self.ask("MCHECK %d\n%s" % (len(part), "\n".join(part)))[1]
        return answers

    def pass_file(self, request, file):
        def once():
            if self.ask(request)[0] != "OK send":
                raise Refused("no OK send")
            try:
                socket.send_fds(self.socket, [b"\n"], [file])
            except OSError as error:
                raise Gone(str(error))
            return self.reply()
        return patiently(once)

    def close(self):
        self.socket.close()


def patiently(request):
    """The reply to a request that is repeated while the daemon is busy, with a connection that has just ended say."""
    end = time.monotonic() + 20
    while True:
        try:
            return request()
        except Refused as error:
            if not str(error).startswith("ERR BUSY") or time.monotonic() > end:
                raise
            time.sleep(0.02)


def figures(status):
    """The fields name=value of a status line."""
    return dict(word.split("=", 1) for word in status.split(" ") if "=" in word)


class Daemon:
    """A daemon on a data folder. Its messages are kept in a file. It does not outlive the drill."""

    running = []

    def __init__(self, programs, data, log, environment=None, options=()):
        self.data = data
        self.log = log
        self.socket = data + ".sock"
        if os.path.exists(self.socket):
            os.unlink(self.socket)
        with open(log, "wb") as file:
            self.process = subprocess.Popen(
                [os.path.join(programs, "whichsetd"), "--data", data, "--socket", self.socket, "--disk-reserve", "0",
                 "--map-size", "1", "--threads", "2", "--load-memory", "1", "--erase-within", "0", *options],
                env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        Daemon.running = [daemon for daemon in Daemon.running if daemon.process.poll() is None] + [self]

    def connect(self, seconds=SECONDS_OF_REPLY):
        return Connection(self.socket, seconds)

    def wait(self, seconds=SECONDS_OF_START):
        """Whether it answers: None if it has ended, False if it does neither."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                return None
            try:
                connection = self.connect(5)
                try:
                    if connection.ask("PING")[0] == "PONG":
                        return True
                finally:
                    connection.close()
            except (Gone, Silent):
                time.sleep(0.004)
        return False

    def kill(self):
        """Ends it as a power cut would. Returns the status that it had ended with before, if it had."""
        status = self.process.poll()
        if status is None:
            self.process.kill()
            self.process.wait()
        return status

    def stop(self):
        self.process.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None

    def messages(self):
        with open(self.log, errors="replace") as file:
            return file.read()


@atexit.register
def end_daemons():
    for daemon in Daemon.running:
        daemon.kill()


# SipHash-2-4 with 128 bits, and the sum of the hashes of rows: DIGEST in PROTOCOL.md.

MASK = (1 << 64) - 1
KEY = (int.from_bytes(b"whichset", "big"), int.from_bytes(b"content1", "big"))


def siphash(data, key=KEY):
    a, b, c, d = (key[0] ^ 0x736F6D6570736575, key[1] ^ 0x646F72616E646F6D ^ 0xEE,
                  key[0] ^ 0x6C7967656E657261, key[1] ^ 0x7465646279746573)

    def mix(a, b, c, d, rounds):
        for _ in range(rounds):
            a = (a + b) & MASK
            b = ((b << 13 | b >> 51) & MASK) ^ a
            a = (a << 32 | a >> 32) & MASK
            c = (c + d) & MASK
            d = ((d << 16 | d >> 48) & MASK) ^ c
            a = (a + d) & MASK
            d = ((d << 21 | d >> 43) & MASK) ^ a
            c = (c + b) & MASK
            b = ((b << 17 | b >> 47) & MASK) ^ c
            c = (c << 32 | c >> 32) & MASK
        return a, b, c, d

    whole = len(data) & ~7
    words = [*struct.unpack_from("<%dQ" % (whole // 8), data),
             int.from_bytes(data[whole:], "little") | (len(data) & 255) << 56]
    for word in words:
        a, b, c, d = mix(a, b, c, d ^ word, 2)
        a ^= word
    a, b, c, d = mix(a, b, c ^ 0xEE, d, 4)
    first = a ^ b ^ c ^ d
    a, b, c, d = mix(a, b ^ 0xDD, c, d, 4)
    return first << 64 | a ^ b ^ c ^ d


# Lists

Row = collections.namedtuple("Row", "key fields listed")
STANDING = 90


class List:
    """The rows of one list. Lists of a kind share photos with their neighbours, and list some of them otherwise."""

    def __init__(self, number):
        self.number = number
        self.is_long = number in LONG
        self.is_text = number % 2 == 1
        count = 2600 if self.is_long else 300 + 60 * (number % 10)
        first = 1_000_000 if number == STANDING else number // 2 * 250
        self.rows = [self.row(first + place) for place in range(count)]
        self.rejected = 1 + number % 3
        self.images = {row.key for row in self.rows}
        self.accounts = {field[5:] for row in self.rows for field in row.fields if field.startswith("nsid=")}
        self.by_key = collections.defaultdict(list)
        for row in self.rows:
            for key in (row.key, *(field.replace("=", ":") for field in row.fields)):
                self.by_key[key].append(row)
        self.kinds = {key.split(":")[0] for key in self.by_key}

    def row(self, photo):
        variant = (photo + (self.number if photo % 10 == 0 else 0)) % 7
        account = "nsid=%d@N02" % (10_000_000 + photo % 40)
        fields = (account,) if variant in (0, 4) else ()
        if variant == 5:
            fields = ("md5=%032x" % (photo * 0x9E3779B97F4A7C15),)
        if self.is_text:
            key = "url:example.org/set/%d/p%d.jpg" % (photo % 5, photo)
            listed = key.replace("url:", "https://")
        else:
            key = "flickr:%d" % (50_000_000_000 + 7 * photo)
            number = key[7:]
            listed = "https://live.staticflickr.com/65535/%s_0123456789_b.jpg" % number if variant == 2 else key
        if self.is_long:
            listed = "%s of list %d %s" % (key, self.number, "x" * 380)
        return Row(key, fields, listed)

    def blocks(self):
        """Bodies of ROWS: (rows, bytes)."""
        lines = [self.body(row) for row in self.rows]
        lines[5:5] = ["!cut-row\tno identifier"] * self.rejected
        size = 260 if self.is_long else 120
        return [(len(part), ("\n".join(part) + "\n").encode())
                for part in (lines[start:start + size] for start in range(0, len(lines), size))]

    def body(self, row):
        if self.is_long:
            return "\t".join([row.key, *row.fields, "listed=" + row.listed])
        return "\t".join([row.listed, *row.fields])


LONG = (20, 21)
NUMBERS = (*range(2, 12), *LONG)
SLUGS = ("alpha", "beta", "gamma", "delta")
LISTS = {number: List(number) for number in (*NUMBERS, STANDING)}
KEYS = sorted({key for number in NUMBERS for key in LISTS[number].by_key})
ABSENT = ["flickr:%d" % (70_000_000_000 + 11 * place) for place in range(200)] + [
    "https://example.org/none/%d.jpg" % place for place in range(200)]


def question(key):
    """A form of the key that a client may ask for."""
    return key.replace("url:", "https://") if key.startswith("url:") else key


# The ledger

_sums = {}


def row_sum(slug, number, without=(), erased=frozenset()):
    """The digest of a list's rows in a dataset, without those that other lists of it have, and without erased ones."""
    name = (slug, number, without, erased & LISTS[number].images)
    if name not in _sums:
        others = {row for other in without for row in LISTS[other].rows}
        count = total = 0
        for row in set(LISTS[number].rows) - others:
            if row.key in erased:
                continue
            listed = ("listed=" + escaped(row.listed),) if row.listed != row.key else ()
            one = (slug, row)
            if one not in _sums:
                _sums[one] = siphash("\t".join([slug, row.key, *row.fields, *listed]).encode())
            total += _sums[one]
            count += 1
        _sums[name] = (count, total % (1 << 128))
    return _sums[name]


def escaped(text):
    return text.replace("\\", "\\\\").replace("\t", "\\t")


class Ledger:
    """What an index must hold: the lists and the title of each dataset, and the staged loads; and what it must not hold
    again, from whichever list: the images that were erased."""

    def __init__(self):
        self.datasets = {}
        self.erased = frozenset()
        self.staged = {}
        self.has_backup = False

    def copy(self):
        return copy.deepcopy(self)

    def images(self):
        return {slug: set().union(*(LISTS[number].images for number in lists)) - self.erased
                for slug, (lists, _) in self.datasets.items()}

    def expected_datasets(self):
        images = self.images()
        lines = []
        for slug, (lists, _) in self.datasets.items():
            accounts = {field for number in lists for row in LISTS[number].rows if row.key not in self.erased
                        for field in row.fields if field.startswith("nsid=")}
            rows = sum(len(LISTS[number].rows) for number in lists)
            rejected = sum(LISTS[number].rejected for number in lists)
            lines.append("%s\t%d\t%d\t%d\t%d" % (slug, len(images[slug]), len(accounts), rows, rejected))
        return sorted(lines)

    def expected_digests(self):
        lines = []
        for slug, (lists, _) in self.datasets.items():
            count = total = 0
            seen = ()
            for number in sorted(set(lists)):
                more = row_sum(slug, number, seen, self.erased)
                count, total = count + more[0], (total + more[1]) % (1 << 128)
                seen += (number,)
            lines.append("%s\t%d\t%032x" % (slug, count, total))
        return sorted(lines)

    def answer(self, key):
        slugs = sorted(slug for slug, (lists, _) in self.datasets.items()
                       if any(row.key not in self.erased
                              for number in lists for row in LISTS[number].by_key.get(key, ())))
        if slugs:
            return "HIT " + ",".join(slugs)
        kind = key.split(":")[0]
        if kind in ("md5", "nsid") and not any(kind in LISTS[number].kinds for lists, _ in self.datasets.values()
                                               for number in lists):
            return "ERR"
        return "MISS"

    def rows_of(self, key):
        """The lines of GET, sorted."""
        return sorted("\t".join([slug, row.key, escaped(row.listed), *row.fields])
                      for slug, (lists, _) in self.datasets.items()
                      for row in {row for number in lists for row in LISTS[number].by_key.get(key, ())}
                      if row.key not in self.erased)

    def differences(self, seen, in_flight=None):
        """What an observation has otherwise: (kind, text) with kind "lost", "wrong" or "damaged"."""
        found = []

        def compare(kind, what, is_, expected):
            if is_ != expected:
                other = [item for item in is_ if item not in expected] if isinstance(is_, list) else is_
                missing = [item for item in expected if item not in is_] if isinstance(is_, list) else expected
                found.append((kind, "%s: %s, not %s" % (what, str(other)[:300], str(missing)[:300])))

        compare("lost", "datasets", seen.datasets, self.expected_datasets())
        compare("lost", "digests", seen.digests, self.expected_digests())
        images = self.images()
        compare("lost", "images", seen.images, len(set().union(*images.values())))
        compare("lost", "memberships", seen.memberships, sum(map(len, images.values())))
        compare("lost", "suppressed", seen.suppressed, len(self.erased))
        compare("lost", "titles", seen.titles, {slug: title for slug, (_, title) in self.datasets.items()})
        for key, answer in zip(seen.keys, seen.answers):
            expected = self.answer(key)
            if answer != expected and not (expected == "ERR" and answer.startswith("ERR UNSEARCHABLE")):
                found.append(("wrong", "%s: %s, not %s" % (key, answer, expected)))
        for key, rows in seen.rows.items():
            compare("wrong", "GET " + key, rows, self.rows_of(key))
        if seen.damages:
            found.append(("damaged", "VERIFY: %s" % seen.damages[:3]))
        for name, load in self.staged.items():
            if load.durable > seen.loads.get(name, 0):
                found.append(("lost", "load %s: block %s was durable, %s is" % (
                    name, load.durable, seen.loads.get(name))))
        for name in seen.loads:
            if name not in self.staged and name != in_flight:
                found.append(("wrong", "load %s is staged" % name))
        if self.has_backup and not seen.has_backup:
            found.append(("lost", "the time of the last backup"))
        return found


class Observation:
    """What a daemon says that it holds."""

    def __init__(self, connection, keys, rows_of):
        self.keys = keys
        self.datasets = connection.ask("DATASETS")[1]
        self.digests = sorted(connection.ask("DIGEST")[1])
        stats = dict(line.split("\t", 1) for line in connection.ask("STATS")[1])
        self.images, self.memberships = int(stats["images"]), int(stats["memberships"])
        self.suppressed = int(stats["suppressed"])
        self.has_backup = "backup.last" in stats
        self.titles = {}
        for line in self.datasets:
            slug = line.split("\t")[0]
            fields = dict(line.split("\t", 1) for line in connection.ask("DATASET " + slug)[1])
            self.titles[slug] = fields.get("field.title")
        self.answers = connection.ask_many([question(key) for key in keys])
        self.rows = {}
        for key in rows_of:
            self.rows[key] = sorted(connection.ask("GET " + question(key))[1])
        status, lines = connection.ask("VERIFY")
        self.damages = lines if figures(status)["damages"] != "0" else []
        self.loads = {}
        for line in connection.ask("LOADS")[1]:
            columns = line.split("\t")
            self.loads[columns[0]] = int(columns[2]) if columns[2].isdigit() else 0


def left_over(data, loads):
    """Files in a data folder that nothing explains, when a daemon has started on it."""
    known = {"data.mdb", "lock.mdb", "whichset.lock", "last-backup", "staging"}
    return sorted(set(os.listdir(data)) - known) + sorted(set(os.listdir(os.path.join(data, "staging"))) - set(loads))


def sample(random, count=80):
    """Keys to ask for, and a few of which all rows are compared."""
    keys = random.sample(KEYS, count) + random.sample(ABSENT, 20) + random.sample(
        sorted(LISTS[STANDING].images), 10)
    return keys, [key for key in keys if key.startswith(("flickr:5", "url:"))][:4]


# Operations

class Load:
    def __init__(self, slug, number, mode, durable=0):
        self.slug, self.number, self.mode, self.durable = slug, number, mode, durable


class Operation:
    """One change of an index: what it is, and the ledger after it."""

    def __init__(self, kind, before, slug=None, number=None, mode=None, name=None, text=None,
                 keys=()):
        self.kind, self.slug, self.number, self.mode, self.name, self.text = kind, slug, number, mode, name, text
        self.keys = keys
        self.before = before
        self.after = before.copy()
        datasets = self.after.datasets
        lists, title = datasets.get(slug, ((), None))
        if kind in ("load", "finish"):
            datasets[slug] = ((number,) if mode == "replace" else (*lists, number), title)
        elif kind == "remove":
            datasets.pop(slug)
        elif kind == "describe":
            datasets[slug] = (lists, text)
        elif kind == "erase":
            self.after.erased |= frozenset(keys)
        if kind in ("finish", "abort"):
            self.after.staged.pop(name)

    @property
    def load(self):
        """The name of its load, if it has one."""
        return self.name if self.kind in ("load", "finish", "abort", "stage") else None

    def __str__(self):
        words = [self.kind, self.slug, self.mode, self.number, self.name, *self.keys]
        return " ".join(str(word) for word in words if word is not None)


class Work:
    """Chooses operations and runs them. `mark` learns of each step before and behind it."""

    WEIGHTS = {"load": 8, "stage": 3, "finish": 2.5, "abort": 0.7, "remove": 1.5, "reindex": 1.5, "describe": 1,
               "backup": 1.5, "restore": 1.2, "compact": 1.5, "erase": 1.5}

    def __init__(self, random, folder):
        self.random = random
        self.ledger = Ledger()
        self.loads = 0
        self.backup = os.path.join(folder, "backup")
        self.backed_up = None
        self.counts = collections.Counter()
        self.mark = lambda *_: None

    def choose(self):
        random, ledger = self.random, self.ledger
        while True:
            kind = random.choices(list(self.WEIGHTS), list(self.WEIGHTS.values()))[0]
            slug = random.choice(SLUGS)
            lists = ledger.datasets.get(slug, ((), None))[0]
            if kind in ("load", "stage"):
                if kind == "stage" and len(ledger.staged) >= 3:
                    continue
                is_long = random.random() < (0.5 if kind == "stage" else 0.04) and slug in ("alpha", "gamma")
                number = random.choice([other for other in NUMBERS if (other in LONG) == is_long])
                mode = "replace" if len(lists) >= 4 or random.random() < 0.3 else "append"
                self.loads += 1
                return Operation(kind, ledger, slug, number, mode, "%s.s%d" % (slug, self.loads))
            if kind in ("finish", "abort"):
                if not ledger.staged:
                    continue
                name = random.choice(sorted(ledger.staged))
                load = ledger.staged[name]
                is_large = len(ledger.datasets.get(load.slug, ((), None))[0]) >= 6 and load.mode == "append"
                # Long lists are there to be staged: in the index they make every look at it slow.
                if is_large or load.number in LONG and random.random() < 0.7:
                    kind = "abort"
                return Operation(kind, ledger, load.slug, load.number, load.mode, name)
            if kind in ("remove", "reindex"):
                if slug not in ledger.datasets:
                    continue
                return Operation(kind, ledger, slug)
            if kind == "describe":
                return Operation(kind, ledger, slug, text="title-%d" % random.randrange(1000))
            if kind == "erase":
                # Some of them are in the index; of the others lists may come.
                images = sorted(set().union(*ledger.images().values()) - LISTS[STANDING].images)
                others = [key for key in KEYS if key.startswith(("flickr:", "url:"))]
                keys = {random.choice(images or others) for _ in range(random.randint(1, 6))} | {random.choice(others)}
                return Operation(kind, ledger, keys=sorted(keys))
            if kind == "restore":
                if self.backed_up is None:
                    continue
                operation = Operation(kind, ledger)
                operation.after.datasets = copy.deepcopy(self.backed_up)
                return operation
            return Operation(kind, ledger)

    def first(self, daemon):
        """Loads the dataset that is never changed again."""
        self.run(daemon, Operation("load", self.ledger, "standing", STANDING, "create", "standing.s0"))

    def run(self, daemon, operation):
        """Runs it. If it returns, it was acknowledged, and the ledger has it."""
        connection = daemon.connect()
        try:
            getattr(self, "run_" + operation.kind)(connection, operation)
        finally:
            connection.close()
        if operation.kind in ("compact", "restore"):
            if not daemon.wait():
                raise Gone("not there after " + operation.kind)
        self.counts[operation.kind] += 1

    def acknowledge(self, operation):
        self.ledger = operation.after
        self.mark("acknowledged", operation)

    def send_rows(self, connection, operation, stop_after=None):
        """Opens or resumes the load and sends its blocks. Returns how many there are."""
        blocks = LISTS[operation.number].blocks()
        source = operation.name.split(".")[1]
        self.mark("begins", operation)
        status, _ = connection.ask("INGEST %s mode=%s source=%s" % (operation.slug, operation.mode, source))
        known = int(figures(status)["block"])
        load = self.ledger.staged.get(operation.name)
        if load is not None and known < load.durable:
            raise Refused("resumed at block %d, but block %d was durable" % (known, load.durable))
        for number in range(known + 1, len(blocks) + 1):
            if stop_after is not None and number > stop_after:
                break
            rows, data = blocks[number - 1]
            connection.send(b"ROWS %d %d %d\n" % (number, rows, len(data)) + data)
            durable = int(figures(connection.reply()[0])["durable"])
            if durable:
                self.note_durable(operation, durable)
        return len(blocks)

    def note_durable(self, operation, durable):
        for ledger in (self.ledger, operation.after) if operation.kind == "stage" else (self.ledger,):
            ledger.staged.setdefault(operation.name, Load(operation.slug, operation.number, operation.mode))
            ledger.staged[operation.name].durable = max(durable, ledger.staged[operation.name].durable)
        self.mark("durable", operation)

    def run_load(self, connection, operation):
        count = self.send_rows(connection, operation)
        self.mark("commits", operation)
        connection.ask("COMMIT blocks=%d" % count)
        self.acknowledge(operation)

    run_finish = run_load

    def run_stage(self, connection, operation):
        count = len(LISTS[operation.number].blocks())
        self.send_rows(connection, operation, self.random.randint(count // 2, count))
        loads = {line.split("\t")[0]: line.split("\t") for line in connection.ask("LOADS")[1]}
        operation.after.staged.setdefault(operation.name, Load(operation.slug, operation.number, operation.mode))
        if operation.name not in loads:
            raise Refused("an open load is not in LOADS")
        self.acknowledge(operation)

    def run_abort(self, connection, operation):
        self.mark("commits", operation)
        connection.ask("ABORT " + operation.name)
        self.acknowledge(operation)

    def simple(self, connection, operation, request):
        self.mark("commits", operation)
        connection.ask(request)
        self.acknowledge(operation)

    def run_remove(self, connection, operation):
        self.simple(connection, operation, "REMOVE " + operation.slug)

    def run_reindex(self, connection, operation):
        self.simple(connection, operation, "REINDEX " + operation.slug)

    def run_describe(self, connection, operation):
        self.simple(connection, operation, "DESCRIBE %s title=%s" % (operation.slug, operation.text))

    def run_erase(self, connection, operation):
        keys = operation.keys
        self.simple(connection, operation, "ERASE %d\n%s" % (len(keys), "\n".join(map(question, keys))))

    def run_compact(self, connection, operation):
        self.simple(connection, operation, "COMPACT")

    def run_backup(self, connection, operation):
        self.mark("commits", operation)
        part = self.backup + ".part"
        with open(part, "wb+") as file:
            status, _ = connection.pass_file("BACKUP", file.fileno())
            if os.fstat(file.fileno()).st_size != int(figures(status)["bytes"]):
                raise Refused("a backup has another size than its reply says")
        os.rename(part, self.backup)
        self.backed_up = copy.deepcopy(self.ledger.datasets)
        connection.ask("BACKUP confirm=" + figures(status)["backup"])
        operation.after.has_backup = True
        self.acknowledge(operation)

    def run_restore(self, connection, operation):
        self.mark("commits", operation)
        with open(self.backup, "rb") as file:
            connection.pass_file("RESTORE force=1", file.fileno())
        self.acknowledge(operation)


# Programs

def compiler():
    for name in ("cc", "gcc", "clang", "/opt/swift/usr/bin/clang"):
        path = shutil.which(name)
        if path:
            return path
    return None


def build(source, folder):
    """A library to preload."""
    path = os.path.join(folder, os.path.basename(source)[:-2] + ".so")
    subprocess.run([compiler(), "-shared", "-fPIC", "-O1", "-o", path, os.path.join(REPOSITORY, source), "-ldl",
                    "-lpthread"], check=True)
    return path


class Drill:
    """The options, the folder and the verdict of one drill."""

    def __init__(self, name, count_option, count, description, add_options=None):
        parser = argparse.ArgumentParser(prog=name, description=description)
        parser.add_argument("--" + count_option, type=int, default=count, dest="count", metavar="N")
        parser.add_argument("--seed", type=int, default=None, metavar="N", help="by default another one each time")
        parser.add_argument("--programs", default=os.path.join(REPOSITORY, ".build/release"), metavar="FOLDER")
        if add_options:
            add_options(parser)
        self.options = options = parser.parse_args()
        self.name, self.count, self.programs = name, options.count, os.path.abspath(options.programs)
        self.seed = options.seed if options.seed is not None else int.from_bytes(os.urandom(3), "big")
        self.failures = []
        self.counters = collections.Counter()
        self.start = self.said = time.monotonic()
        self.is_interrupted = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.interrupt)
        if compiler() is None:
            print("%s: skipped, because there is no C compiler" % name)
            sys.exit(0)
        if not os.access(os.path.join(self.programs, "whichsetd"), os.X_OK):
            sys.exit("%s: there is no whichsetd in %s" % (name, self.programs))
        self.folder = tempfile.mkdtemp(prefix="whichset-%s." % name)
        print("%s: seed %d, %d %s" % (name, self.seed, self.count, count_option), flush=True)

    def interrupt(self, *_):
        self.is_interrupted = True

    def goes_on(self, done):
        """Whether a drill goes on, after so many rounds. Says now and then how far it is."""
        if time.monotonic() - self.said > 60:
            self.said = time.monotonic()
            print("%s: %d of %d" % (self.name, done, self.count), flush=True)
        return not self.is_interrupted

    def fail(self, counter, text):
        self.counters[counter] += 1
        self.failures.append(text)
        print("%s: FAILURE (%s): %s" % (self.name, counter, text), flush=True)

    def keep(self, path, label):
        """Keeps a data folder as it is."""
        to = os.path.join(self.folder, label)
        if not os.path.exists(to) and sum(name.startswith("kept-") for name in os.listdir(self.folder)) < 20:
            shutil.copytree(path, to, ignore=lambda *_: ["lock.mdb"])
        return to

    def end(self, counted, must_be_0):
        """Prints the counters, removes the folder if all is well, and ends the program."""
        words = ["%s %d" % (name, self.counters[name]) for name in (*counted, *must_be_0)]
        print("%s: seed %d%s: %s (%d s)" % (
            self.name, self.seed, ", interrupted" if self.is_interrupted else "", ", ".join(words),
            time.monotonic() - self.start), flush=True)
        if self.failures:
            print("%s: what failed is kept in %s" % (self.name, self.folder))
            sys.exit(1)
        shutil.rmtree(self.folder)
        sys.exit(0)


def describe_end(status):
    if status is None:
        return "runs"
    return "ended by signal %s" % signal.Signals(-status).name if status < 0 else "exited with %d" % status
