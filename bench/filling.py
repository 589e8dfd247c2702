# SPDX-License-Identifier: Apache-2.0
"""Fills the store of a stopped errandd with as many jobs as a measurement wants, as if it had run
them: copies of jobs that it did run."""
import random
import sqlite3
import struct
from contextlib import closing
from os import sync

SPAN_US = 6 * 24 * 3600 * 10**6  # what the copies are spread over: less than jobs.retention
KEPT_CHANGES = 1_000_000         # as many as the journal keeps
CHANGES_EACH = 2                 # that a copy has been through: its submit and its end
JOBS_A_COMMIT = 32               # in the journal
STRETCH = 1_000_000              # jobs a transaction

# Those times of a copy that lie in the past go back with it.
COLUMNS = {
    'sequence': 'n.i',
    'id': 'id_of(k.created_at - (:jobs - n.i) * :step)',
    'created_at': 'k.created_at - (:jobs - n.i) * :step',
    'run_at': 'iif(k.finished_at IS NULL, k.run_at, k.run_at - (:jobs - n.i) * :step)',
    'started_at': 'k.started_at - (:jobs - n.i) * :step',
    'finished_at': 'k.finished_at - (:jobs - n.i) * :step',
    'changed': f'n.i * {CHANGES_EACH}',
}


def fill(data, jobs, kinds):
    """Replaces the jobs of the store by so many copies of them, from the oldest to the newest.

    `kinds` has (condition, number) pairs: of each so many jobs as the numbers add up to, that many
    are copies of the first job that fulfils the condition. The counts and the journal of changes
    are as the engine would have left them; nothing is to be kept beyond jobs.retention
    (kept_until is null), and the oldest is younger than that.
    """
    with closing(sqlite3.connect(data / 'errand.db', isolation_level=None)) as db:
        db.create_function('id_of', 1, id_of)
        # What a crash would spoil is made anew; errandd turns the journal on again.
        for pragma in ('journal_mode=OFF', 'synchronous=OFF', 'cache_size=-200000'):
            db.execute(f'PRAGMA {pragma}')
        cycle = choose(db, kinds)
        db.execute('DELETE FROM jobs')
        for first in range(1, jobs + 1, STRETCH):
            copy(db, jobs, cycle, first, min(jobs, first + STRETCH - 1))
        count(db)
        journal(db, jobs)
    sync()  # or what is measured next would pay for it


def choose(db, kinds):
    """A table of the jobs to be copied, in the order of one cycle, and the length of that."""
    order = [condition for condition, number in kinds for _ in range(number)]
    random.Random(1).shuffle(order)
    db.execute('CREATE TEMP TABLE kind AS SELECT 0 AS slot, * FROM jobs WHERE FALSE')
    for slot, condition in enumerate(order):
        found = db.execute(f'INSERT INTO kind SELECT {slot}, * FROM jobs WHERE {condition} LIMIT 1')
        if found.rowcount != 1:
            raise ValueError(f'no job to copy where {condition}')
    db.execute('CREATE UNIQUE INDEX temp.kind_slot ON kind (slot)')
    return len(order)


def copy(db, jobs, cycle, first, last):
    """Inserts the jobs of those sequences."""
    names = [row[1] for row in db.execute('PRAGMA table_info(jobs)')]
    values = ', '.join(COLUMNS.get(name, f'k.{name}') for name in names)
    db.execute(f'''WITH RECURSIVE n (i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n
                   WHERE i < :last) INSERT INTO jobs ({', '.join(names)})
                   SELECT {values} FROM n CROSS JOIN kind k ON k.slot = n.i % :cycle''',
               {'first': first, 'last': last, 'jobs': jobs, 'cycle': cycle,
                'step': SPAN_US // jobs})


def id_of(created_us):
    """An id as the engine makes it: its time first, so that the index of ids grows at its end."""
    millis, within = divmod(created_us, 1000)
    return struct.pack('>QQ', millis << 16 | 0x7000 | within * 4096 // 1000,
                       random.getrandbits(62) | 1 << 63)


def count(db):
    db.execute('BEGIN')
    db.execute('DELETE FROM job_counts')
    db.execute('INSERT INTO job_counts SELECT service, state, count(*) FROM jobs '
               'GROUP BY state, service')
    db.execute('COMMIT')


def journal(db, jobs):
    """The newest changes, a row a commit."""
    first = max(1, jobs - KEPT_CHANGES // CHANGES_EACH + 1)
    db.execute('BEGIN')
    db.execute('DELETE FROM changes')
    db.executemany('INSERT INTO changes (last, jobs) VALUES (?, ?)',
                   ((min(jobs, at + JOBS_A_COMMIT - 1) * CHANGES_EACH,
                     packed(range(at, min(jobs + 1, at + JOBS_A_COMMIT))))
                    for at in range(first, jobs + 1, JOBS_A_COMMIT)))
    db.execute('COMMIT')


def packed(sequences):
    """The changes of a commit as src/jobs/journal.h has them: each the difference to the one
    before, its sign in the lowest bit, seven bits a byte."""
    out, before = bytearray(), 0
    for sequence in (s for s in sequences for _ in range(CHANGES_EACH)):
        rest = sequence - before << 1  # none is negative here
        before = sequence
        while rest >= 0x80:
            out.append(rest & 0x7f | 0x80)
            rest >>= 7
        out.append(rest)
    return bytes(out)
