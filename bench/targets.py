# SPDX-License-Identifier: Apache-2.0
"""What is measured: each function runs its rounds, the yardstick and errandd in turn, and yields
its rows of the table."""
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import datetime, timedelta, timezone
from os import sync
from statistics import median

from crowd import Crowd
from filling import fill
from programs import (BarePoco, Errandd, Failed, SmtpSink, discard, folder, fsync_us, wrk,
                      yardstick)
from rows import COMPUTATION, Row, latencies, payload, percent

RESTING = 10_000  # connections that have had an answer and ask for nothing more


def accept(options):
    """P1: durable submits, while the jobs are computed."""
    bare, ours, backlog, grouped = [], [], [], []
    for _ in range(options.rounds):
        with BarePoco() as server:
            # Without a script and a body, which is the faster of its two ways.
            bare.append(wrk(server.url(), options.seconds)['rate'])
        with Errandd() as server:
            ours.append(wrk(server.url(), options.seconds, 'post.lua'))
            backlog.append(server.drain())
            if server.get('/jobs?state=failed&limit=1')['jobs']:
                raise Failed('P1: a computation failed')
        grouped.append(ours[-1]['count'] / server.commits() if server.commits() else None)
    share = percent([r['rate'] for r in ours], bare)
    failed = sum(r['failed'] for r in ours)
    commits = f'{median(grouped):.1f}' if all(grouped) else 'not known'
    yield Row('P1', 'durable POST /jobs a second, of bare Poco',
              f'{median(r["rate"] for r in ours):,.0f}/s of {median(bare):,.0f}/s: {share:.0f} %',
              '>= 40 %, backlog <= 2 s, none failed',
              share >= 40 and max(backlog) <= 2 and failed == 0,
              f'{latencies(ours)}; backlog at most {max(backlog):.2f} s; {failed} failed; '
              f'{payload()} bytes; jobs a commit: {commits}')


def mailed(data):
    """Mails that a stopped server has sent, and jobs that did not end well."""
    with closing(sqlite3.connect(data / 'errand.db')) as db:
        return db.execute("""SELECT sum(service = 'mail' AND state = 'succeeded'),
                             sum(state <> 'succeeded') FROM job_view""").fetchone()


def main_job(options):
    """P2: the main job, finished: computed, stored, and both of its mails taken by a server."""
    source, rates, accepted = [], [], []
    for _ in range(options.rounds):
        data = folder()
        try:
            with SmtpSink() as sink:
                source.append(sink.source(options.mails))
                with Errandd(data, *sink.settings()) as server:
                    begin = time.monotonic()
                    load = wrk(server.url(), options.sustained, 'compute.lua')
                    server.drain(limit=600, pause=0.05)
                    taken = time.monotonic() - begin
            sent, bad = mailed(data)
        finally:
            discard(data)
        if bad or sent < 2 * load['count']:
            raise Failed(f'P2: {load["count"]} jobs sent {sent} mails, {bad} jobs ended badly')
        rates.append(sent / 2 / taken)
        accepted.append(load)
    share = percent(rates, source) * 2
    beside = (f'{2 * median(rates):,.0f} mails/s of {median(source):,.0f}/s; accepted '
              f'{median(r["rate"] for r in accepted):,.0f}/s for {options.sustained} s, '
              f'{latencies(accepted)}')
    yield Row('P2', 'POST /compute to both mails sent, jobs a second, of half of smtp-source',
              f'{median(rates):,.0f}/s of {median(source) / 2:,.0f}/s: {share:.0f} %', '>= 50 %',
              share >= 50 and sum(r['failed'] for r in accepted) == 0, beside)


def read(options):
    """P3: reads of single jobs out of 100,000."""
    bare, ours = [], []
    with Errandd() as server, BarePoco() as poco:
        ids = server.submit([COMPUTATION] * options.jobs)
        server.drain()
        file = server.data / 'ids'
        file.write_text('\n'.join(ids) + '\n')
        for _ in range(options.rounds):
            bare.append(wrk(poco.url(), options.seconds, 'get.lua', file)['rate'])
            ours.append(wrk(server.url(), options.seconds, 'get.lua', file))
    share = percent([r['rate'] for r in ours], bare)
    failed = sum(r['failed'] for r in ours)
    yield Row('P3', f'GET /jobs/ID a second over {options.jobs:,} jobs, of bare Poco',
              f'{median(r["rate"] for r in ours):,.0f}/s of {median(bare):,.0f}/s: {share:.0f} %',
              '>= 70 %', share >= 70 and failed == 0, f'{latencies(ours)}; {failed} failed')


def latency(options):
    """P6: from the POST to the outcome, by the jobs' own times, at 1,000 jobs a second."""
    fsync, p50, p99, late = [], [], [], []
    with Errandd() as server:
        for _ in range(options.rounds):
            fsync.append(fsync_us())
            one = yardstick('latency', server.port, 1000, options.seconds)
            p50.append(one[0])
            p99.append(one[1])
            late.append(one[3])
    unit = median(fsync)
    for name, times, most in (('p50', p50, 12), ('p99', p99, 60)):
        value = median(times) / unit
        yield Row('P6', f'POST to succeeded at 1,000 jobs/s, {name}, in fsyncs',
                  f'{median(times) / 1000:.2f} ms: {value:.1f} fsyncs', f'<= {most}',
                  value <= most, f'fsync {unit / 1000:.3f} ms; 16 connections; the load ended '
                  f'{max(late):.0f} ms late')


def grow(data, jobs):
    """Fills a stopped server's store with copies of its two jobs; a tenth is queued, and half of
    those is due, so that the start meets both kinds."""
    fill(data, jobs, [('finished_at IS NOT NULL', 9), ('finished_at IS NULL', 1)])
    with closing(sqlite3.connect(data / 'errand.db')) as db:
        db.execute("""UPDATE jobs SET run_at = created_at WHERE finished_at IS NULL
                      AND sequence / 10 % 2""")
        db.commit()


def start(options):
    """P8: start to the ready line."""
    empty, full = [], []
    prepared = folder()
    try:
        with Errandd(prepared) as server:
            server.submit([COMPUTATION])
            server.drain()
            server.submit([COMPUTATION | {'delay': 10 * 24 * 3600}])
        grow(prepared, options.table)
        for _ in range(options.rounds):
            with Errandd() as server:
                empty.append(server.start_ms)
            copy = folder()
            try:
                shutil.copytree(prepared, copy, dirs_exist_ok=True)
                sync()  # or the start would pay for the copy
                with Errandd(copy) as server:
                    full.append(server.start_ms)
            finally:
                discard(copy)
    finally:
        discard(prepared)
    yield Row('P8', 'start to the ready line, empty', f'{median(empty):.0f} ms', '<= 150 ms',
              median(empty) <= 150, f'at most {max(empty):.0f} ms')
    yield Row('P8', f'the same with {options.table:,} jobs, a tenth of them queued',
              f'{median(full):.0f} ms', '<= 1 s', median(full) <= 1000,
              f'at most {max(full):.0f} ms; half of the queued ones due')


def memory(options):
    """P9: resident memory."""
    idle, busy, full = [], [], []
    for _ in range(options.rounds):
        with Errandd() as server:
            time.sleep(1)  # what a start leaves running has settled
            idle.append(server.memory())
            wrk(server.url(), options.seconds, 'post.lua')
            busy.append(server.memory('VmHWM'))
        with Errandd() as server, Crowd(server, 0, RESTING):
            full.append(server.memory())
    yield Row('P9', 'resident memory, idle', f'{median(idle):.1f} MB', '<= 25 MB',
              median(idle) <= 25)
    yield Row('P9', 'resident memory under P1, peak', f'{median(busy):.1f} MB', '<= 120 MB',
              median(busy) <= 120, f'at most {max(busy):.1f} MB')
    yield Row('P9', f'resident memory with {RESTING:,} idle connections',
              f'{median(full):.1f} MB', '<= 250 MB', median(full) <= 250)


def outcomes(data):
    """The finished jobs of a killed server, as they are on disk, by id: read from a copy, because
    looking at the store would already recover it."""
    copy = folder()
    try:
        for file in data.glob('errand.db*'):
            shutil.copy(file, copy)
        with closing(sqlite3.connect(copy / 'errand.db')) as db:
            return dict(db.execute(
                'SELECT lower(hex(id)), finished_at FROM jobs WHERE finished_at IS NOT NULL'))
    finally:
        discard(copy)


def accept_for_later(server, count):
    """Submits computations that all become due together, and returns their ids and when."""
    lead = 1 + count / 4000  # seconds; ten times what accepting them takes
    due = datetime.now(timezone.utc) + timedelta(seconds=lead)
    stamp = due.isoformat(timespec='microseconds').replace('+00:00', 'Z')
    ids = server.submit([COMPUTATION | {'run_at': stamp}] * count)
    if datetime.now(timezone.utc) > due - timedelta(seconds=0.3):
        raise Failed('P11: accepting the jobs took too long')
    return ids, due.timestamp()


def verify(server, ids, before):
    """Counts jobs without their outcome, and outcomes beyond one a job."""
    lost, doubled = 0, len(server_ids(server)) - len(ids)
    for identity in ids:
        job = server.get(f'/jobs/{identity}')
        lost += job['state'] != 'succeeded' or job['result'] != 40
        if identity.replace('-', '') in before:
            doubled += before[identity.replace('-', '')] != epoch_us(job['finished_at'])
    return lost, doubled


def server_ids(server):
    ids, after = set(), ''
    while after is not None:
        page = server.get(f'/jobs?limit=500{after and f"&after={after}"}')
        ids |= {job['id'] for job in page['jobs']}
        after = page['next']
    return ids


def epoch_us(text):
    whole = datetime.fromisoformat(text.replace('Z', '+00:00'))
    return round((whole - datetime.fromtimestamp(0, timezone.utc)) / timedelta(microseconds=1))


def crash_once(count, after_due):
    """Kills a server `after_due` seconds after its jobs became due, and starts it again: the
    seconds until all are finished, and what is lost and doubled."""
    data = folder()
    try:
        with Errandd(data) as server:
            ids, due = accept_for_later(server, count)
            time.sleep(max(0, due + after_due - time.time()))
            server.kill()
        before = outcomes(data)
        time.sleep(max(0, due - time.time()))
        with Errandd(data) as server:
            server.drain()
            taken = time.monotonic() - server.started
            return taken, len(before), *verify(server, ids, before)
    finally:
        discard(data)


def crash(options):
    """P11: kill -9, once before any of the accepted jobs begins and once in their midst."""
    calm, midst = [], []
    for _ in range(options.rounds):
        calm.append(crash_once(options.crash, -0.2))
        midst.append(crash_once(options.crash, 0.05))
    lost = sum(r[2] for r in calm + midst)
    doubled = sum(r[3] for r in calm + midst)
    taken = median(r[0] for r in calm)
    yield Row('P11', f'kill -9 with {options.crash:,} jobs accepted: start to all finished',
              f'{taken:.2f} s, {lost} lost, {doubled} doubled', '<= 3 s; 0; 0',
              taken <= 3 and lost == 0 and doubled == 0,
              f'at most {max(r[0] for r in calm):.2f} s; as often killed in their midst, with '
              f'{min(r[1] for r in midst):,} to {max(r[1] for r in midst):,} finished')


MEASURES = {'P1': accept, 'P2': main_job, 'P3': read, 'P6': latency, 'P8': start, 'P9': memory,
            'P11': crash}
