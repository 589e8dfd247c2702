# SPDX-License-Identifier: Apache-2.0
"""What is measured over RabbitMQ: calls beside rabbitmq-c alone, jobs beside those in-process."""
import json
import subprocess
import time
from contextlib import ExitStack, closing, contextmanager
from statistics import median

from programs import BIN, Errandd, Failed, wrk
from rabbit import RabbitMq
from rows import COMPUTATION, Row, latencies, payload, percent

IN_FLIGHT = 500   # of P4; both sides' prefetch
WARM_UP = 1000    # calls of each before the first that counts; they tell how many a round takes
COMPUTE_NODES = (1, 2, 3)
BODIES = '40 bytes there, 31 back'


@contextmanager
def echo(uri):
    """The yardstick's server, running."""
    process = subprocess.Popen([BIN / 'amqp_echo', 'serve', uri], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
    with closing(process.stdin), process.stdout:
        if process.stdout.readline() != b'ready\n':
            raise Failed('amqp_echo does not serve')
        yield
    process.wait()


def over(uri, *settings):
    """A node whose calls go through that broker."""
    return Errandd(None, '-Dtransport=amqp', f'-Damqp.uri={uri}', *settings)


def compute_node(uri):
    return over(uri, '-Dservices=compute', '-Dhttp.enabled=false')


def load(*command):
    """What a program that calls says of its calls."""
    out = subprocess.run([BIN / command[0], *map(str, command[1:])], capture_output=True,
                         text=True, timeout=600)
    if out.returncode:
        raise Failed(out.stderr.strip())
    return json.loads(out.stdout)


def in_turn(options, in_flight):
    """The yardstick's runs and errandd's, each as long as the options say."""
    theirs, ours = [], []
    with RabbitMq() as broker, echo(broker.uri()), compute_node(broker.uri()):
        ways = [(theirs, ['amqp_echo', 'call']), (ours, ['amqp_calls'])]
        counts = []
        for _, program in ways:
            trial = load(*program, broker.uri(), WARM_UP, in_flight)
            counts.append(int(trial['rate'] * options.seconds) + 1)
        for _ in range(options.rounds):
            for (runs, program), count in zip(ways, counts):
                runs.append(load(*program, broker.uri(), count, in_flight))
    return theirs, ours


def calls(options):
    """P4: calls a second with many in flight."""
    theirs, ours = in_turn(options, IN_FLIGHT)
    rates = [[run['rate'] for run in runs] for runs in (ours, theirs)]
    share = percent(*rates)
    yield Row('P4', f'calls a second over RabbitMQ, {IN_FLIGHT} in flight, of rabbitmq-c alone',
              f'{median(rates[0]):,.0f}/s of {median(rates[1]):,.0f}/s: {share:.0f} %', '>= 70 %',
              share >= 70, f'{latencies(ours)}, alone {latencies(theirs)}; {BODIES}; '
              'two connections a side; persistent, mandatory, confirmed')


def round_trip(options):
    """P5: one call at a time."""
    theirs, ours = in_turn(options, 1)
    times = [[run['p50'] for run in runs] for runs in (ours, theirs)]
    ratio = percent(*times) / 100
    yield Row('P5', 'round trip over RabbitMQ, p50, 1 in flight, by rabbitmq-c alone',
              f'{median(times[0]) / 1000:.2f} ms by {median(times[1]) / 1000:.2f} ms: '
              f'{ratio:.2f} x', '<= 1.5 x', ratio <= 1.5,
              f'{latencies(ours)}, alone {latencies(theirs)}; {BODIES}; two connections a side')


def finish(server, options):
    """Computations accepted and finished a second, from the first submit to the last outcome."""
    server.submit([COMPUTATION])
    server.drain()  # from here on there is somebody to run them
    server.client.close()  # the server would, to make room for the load
    begin = time.monotonic()
    accepted = wrk(server.url(), options.seconds, 'post.lua')
    server.drain(limit=600, pause=0.02)
    taken = time.monotonic() - begin
    if server.get('/jobs?state=failed&limit=1')['jobs']:
        raise Failed('a computation failed')
    return accepted | {'finished': accepted['count'] / taken}


@contextmanager
def fleet(nodes):
    """An API node with that many nodes that compute; 0: one that does all itself."""
    with ExitStack() as stack:
        if nodes == 0:
            yield stack.enter_context(Errandd())
            return
        uri = stack.enter_context(RabbitMq()).uri()
        for _ in range(nodes):
            stack.enter_context(compute_node(uri))
        yield stack.enter_context(over(uri, '-Dservices='))


def spread(options):
    """NODES: jobs finished a second in one process, and over 1, 2 and 3 nodes that compute."""
    runs = {nodes: [] for nodes in (0, *COMPUTE_NODES)}
    for _ in range(options.rounds):
        for nodes, found in runs.items():
            with fleet(nodes) as server:
                found.append(finish(server, options))
    alone = median(run['finished'] for run in runs[0])
    for nodes, found in runs.items():
        rate = median(run['finished'] for run in found)
        where = f'over RabbitMQ with {nodes} of compute' if nodes else 'in-process'
        share = f': {100 * rate / alone:.0f} %' if nodes else ''
        yield Row('NODES', f'POST /jobs to finished, jobs a second, {where}',
                  f'{rate:,.0f}/s{share}', '', sum(run['failed'] for run in found) == 0,
                  f'accepted {median(run["rate"] for run in found):,.0f}/s for {options.seconds} '
                  f's, {latencies(found)}; {payload()} bytes')


MEASURES = {'P4': calls, 'P5': round_trip, 'NODES': spread}
