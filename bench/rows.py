# SPDX-License-Identifier: Apache-2.0
"""The rows of the table, and what goes into them."""
import re
from dataclasses import dataclass
from statistics import median

from programs import BENCH

COMPUTATION = {'service': 'compute', 'method': 'compute',
               'kwargs': {'operation': 'sum', 'value': 30, 'other': 10}}


@dataclass
class Row:
    """A line of the table; `bound` is the target in words, empty where there is none."""
    name: str
    what: str
    result: str
    bound: str
    reached: bool
    beside: str = ''


def percent(ours, theirs):
    return 100 * median(ours) / median(theirs)


def latencies(runs):
    return (f'p50 {median(r["p50"] for r in runs) / 1000:.2f} ms, '
            f'p99 {median(r["p99"] for r in runs) / 1000:.2f} ms')


def payload():
    """Bytes of the body that post.lua sends."""
    lua = (BENCH / 'post.lua').read_text()
    return sum(map(len, re.findall(r"'([^']*)'", lua)))
