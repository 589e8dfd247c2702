# SPDX-License-Identifier: Apache-2.0
"""P7: what a long history of finished jobs costs the submits, and whoever looks through it."""
import time
from statistics import median

from filling import fill
from programs import Errandd, Failed, discard, folder, fsync_us, wrk
from rows import COMPUTATION, Row, latencies, percent

DEEP = 50  # cursors of a list, evenly from its top to its bottom
LISTS = ('state=succeeded&service=compute', 'state=succeeded&service=mail',
         'state=failed&service=compute', 'state=cancelled&service=compute')
# One in a hundred is cancelled: that list reaches as deep as the others and has few pages.
SPARSE = LISTS[-1]
KINDS = [("service = 'compute' AND state = 2", 55), ("service = 'mail' AND state = 2", 40),
         ('state = 3', 4), ('state = 4', 1)]


def run_each_kind(server):
    """A job of each kind that the history has, run by the engine."""
    mail = {'service': 'mail', 'method': 'send',
            'kwargs': {'to': 'name@example.com', 'subject': 'Your operation is complete!',
                       'contents': 'The result is: 40'}}
    failing = COMPUTATION | {'kwargs': {'operation': 'div', 'value': 30, 'other': 0}}
    server.submit([COMPUTATION, mail, failing])
    late = server.submit([COMPUTATION | {'delay': 3600}])[0]
    server.call('DELETE', f'/jobs/{late}')
    server.drain()


def deep_pages(server):
    """Paths of pages from the top of a list to its bottom, by the cursors of the list itself."""
    cursors, after = [], ''
    while after is not None:
        page = server.get(f'/jobs?{SPARSE}&limit=500{after and f"&after={after}"}')
        after = page['next']
        cursors += [after] if after else []
    if not cursors:
        raise Failed('P7: the history is too short to have a second page of what is rare')
    some = cursors[::max(1, len(cursors) // DEEP)]
    return [f'/jobs?{SPARSE}&after={cursor}' for cursor in some]


def pages(server, paths, options):
    """How long those pages take, asked for one at a time over one connection."""
    server.client.close()  # the thread that serves it is free for the load
    file = server.data / 'paths'
    file.write_text('\n'.join(paths) + '\n')
    taken = wrk(server.url(), options.seconds, 'paths.lua', file, connections=1)
    if taken['failed']:
        raise Failed(f'P7: {taken["failed"]} pages of {taken["count"]} failed')
    return taken


def accept(server, options):
    load = wrk(server.url(), options.seconds, 'post.lua')
    if load['failed']:
        raise Failed(f'P7: {load["failed"]} submits failed')
    server.drain()
    return load


def measure(server, found, deep, options):
    """One round of a server; the pages first, while an empty table is empty."""
    first = [f'/jobs?{which}' for which in LISTS]
    found['first'].append(pages(server, first, options))
    found['deep'].append(pages(server, deep, options))
    found['accept'].append(accept(server, options))
    # The first page of what was just accepted: full, whatever the table was before.
    found['full'].append(pages(server, first[:1], options))


def page_row(what, name, ours, theirs, beside=''):
    p99 = [median(run['p99'] for run in found[name]) / 1000 for found in (ours, theirs)]
    ratio = p99[0] / p99[1]
    return Row('P7', f'GET /jobs by state and service, p99, {what}, by an empty table',
               f'{p99[0]:.2f} ms by {p99[1]:.2f} ms: {ratio:.1f} x', '<= 10 x', ratio <= 10,
               f'50 jobs by none; {latencies(ours[name])}, empty {latencies(theirs[name])}; '
               f'1 connection{beside}')


def report(ours, theirs, options, filling):
    loads = [found['accept'] for found in (ours, theirs)]
    rates = [[run['rate'] for run in runs] for runs in loads]
    share = percent(*rates)
    jobs = f'{options.history:,} finished jobs'
    yield Row('P7', f'durable POST /jobs a second with {jobs}, of an empty table',
              f'{median(rates[0]):,.0f}/s of {median(rates[1]):,.0f}/s: {share:.0f} %', '>= 85 %',
              share >= 85, f'{latencies(loads[0])}, empty {latencies(loads[1])}; {filling}; '
              f'fsync {fsync_us() / 1000:.3f} ms')
    small = median(run['count'] for run in theirs['accept'])
    yield page_row(f'first pages of {len(LISTS)} lists of {jobs}', 'first', ours, theirs,
                   f'; a full page of {small:,.0f} jobs: {latencies(theirs["full"])}, and with '
                   f'the history: {latencies(ours["full"])}')
    yield page_row('pages down to the bottom by cursor', 'deep', ours, theirs)


def history(options):
    """P7: in turn over a store with a long history and over one with none."""
    ours, theirs = ({'first': [], 'deep': [], 'accept': [], 'full': []} for _ in range(2))
    data = folder()
    try:
        with Errandd(data) as server:
            run_each_kind(server)
        begin = time.monotonic()
        fill(data, options.history, KINDS)
        filling = (f'{(data / "errand.db").stat().st_size / 1e6:,.0f} MB, written directly in '
                   f'{time.monotonic() - begin:.0f} s')
        with Errandd(data) as server:
            deep = deep_pages(server)
        for _ in range(options.rounds):
            with Errandd() as server:
                measure(server, theirs, deep, options)
            with Errandd(data) as server:
                measure(server, ours, deep, options)
    finally:
        discard(data)
    yield from report(ours, theirs, options, filling)


MEASURES = {'P7': history}
