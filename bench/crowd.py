# SPDX-License-Identifier: Apache-2.0
"""P10 and DELIVERY: those who wait for jobs; what they cost the submits, and when they hear."""
import resource
import select
import socket
from statistics import median

from programs import Errandd, Failed, fsync_us, wrk, yardstick
from rows import COMPUTATION, Row, latencies, percent

FAR = 10 * 24 * 3600   # seconds until a watched job is due
SPARE = 200            # descriptors for all but the crowd
WATCH = 'GET /jobs/{}/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n'
REST = 'GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n'
DELIVERY_RATE = 200    # jobs a second


class Crowd:
    """Connections that stay open and ask for nothing more. Nobody reads from them: what a stream
    is sent within the minutes of a measurement lies in the system's buffers, and costs no CPU."""

    def __init__(self, server, streams, idle):
        raise_limit(streams + idle + SPARE)
        self.streams, self.idle = [], []
        jobs = server.submit([COMPUTATION | {'delay': FAR}] * streams) if streams else []
        try:
            for identity in jobs:
                self.streams.append(ask(server.port, WATCH.format(identity), b'event: queued'))
            for _ in range(idle):
                self.idle.append(ask(server.port, REST, b'HTTP/1.1 200'))
        except BaseException:
            self.__exit__()
            raise

    def left(self):
        """How many streams and how many idle connections are still open."""
        return open_of(self.streams), open_of(self.idle)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for connection in self.streams + self.idle:
            connection.close()


def raise_limit(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        raise Failed(f'needs {count} files and sockets, and may have {hard}: see ulimit -Hn')
    if soft != resource.RLIM_INFINITY and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


def ask(port, request, awaited):
    """A connection whose first request has been answered with what was to be in the answer."""
    connection = socket.create_connection(('127.0.0.1', port), timeout=60)
    try:
        connection.sendall(request.encode())
        answer = b''
        while awaited not in answer:
            if not (chunk := connection.recv(65536)):
                raise Failed(f'a connection ended with {answer[:300]}')
            answer += chunk
    except BaseException:
        connection.close()
        raise
    return connection


def open_of(connections):
    poll, by_number = select.poll(), {c.fileno(): c for c in connections}
    for connection in connections:
        connection.setblocking(False)
        poll.register(connection, select.POLLIN)
    return len(connections) - sum(ended(by_number[number]) for number, _ in poll.poll(0))


def ended(connection):
    """Whether behind all that has come there is the end."""
    try:
        while connection.recv(65536):
            pass
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


def load(server, options):
    server.client.close()  # the server would, to make room for the load
    found = wrk(server.url(), options.seconds, 'post.lua')
    if found['failed']:
        raise Failed(f'P10: {found["failed"]} submits failed')
    return found


def crowd(options):
    """P10: submits while others wait, in turn with and without them."""
    alone, beside, left, sizes = [], [], [], []
    for _ in range(options.rounds):
        with Errandd() as server:
            alone.append(load(server, options))
        with Errandd() as server, Crowd(server, options.streams, options.idle) as others:
            beside.append(load(server, options))
            left.append(others.left())
            sizes.append(server.memory())
    share = percent([r['rate'] for r in beside], [r['rate'] for r in alone])
    streams, idle = (min(counts) for counts in zip(*left))
    stayed = streams == options.streams and idle == options.idle
    yield Row('P10', f'durable POST /jobs a second while {options.streams:,} streams of GET '
              f'/jobs/ID/events and {options.idle:,} idle connections are open, of none',
              f'{median(r["rate"] for r in beside):,.0f}/s of '
              f'{median(r["rate"] for r in alone):,.0f}/s: {share:.0f} %',
              '>= 85 %, all stay open', share >= 85 and stayed,
              f'{latencies(beside)}, without {latencies(alone)}; at the end {streams:,} and '
              f'{idle:,} were open; {median(sizes):.1f} MB resident')


def delivery(options):
    """DELIVERY: from the outcome to the client that waits for it, both ways in turn."""
    with Errandd() as server:
        fsync = fsync_us()
        found = yardstick('delivery', server.port, DELIVERY_RATE, options.samples)
    ways = (('long poll (Prefer: wait)', found[:3]), ('GET /jobs/ID/events', found[3:6]))
    for name, (p50, p99, count) in ways:
        yield Row('DELIVERY', f'finished_at to the client that waits by {name}, p50 and p99',
                  f'{p50 / 1000:.2f} ms, {p99 / 1000:.2f} ms', '', True,
                  f'fsync {fsync / 1000:.3f} ms; {count:,.0f} jobs, {DELIVERY_RATE} jobs/s by both '
                  f'ways in turn; 16 clients; {found[6]:.0f} began to wait too late to count')


MEASURES = {'P10': crowd, 'DELIVERY': delivery}
