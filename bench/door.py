# SPDX-License-Identifier: Apache-2.0
"""DOOR: what tokens and TLS cost the submits and the reads."""
import http.client
import json
import ssl
import subprocess
from statistics import median

from programs import BIN, Errandd, Failed, discard, folder, wrk
from rows import COMPUTATION, Row, latencies, percent

KEY = ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1',
       '-nodes', '-days', '2', '-subj', '/CN=localhost']


def run(*command):
    out = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if out.returncode:
        raise Failed(out.stderr.strip())
    return out.stdout.strip()


def submit(server, secure, headers):
    """The path of a new job."""
    where = ('127.0.0.1', server.port)
    trusting = ssl._create_unverified_context()
    client = http.client.HTTPSConnection(*where, timeout=60, context=trusting) if secure \
        else http.client.HTTPConnection(*where, timeout=60)
    client.request('POST', '/jobs', json.dumps(COMPUTATION),
                   {'Content-Type': 'application/json', **headers})
    answer = client.getresponse()
    if answer.status != 202:
        raise Failed(f'DOOR: {answer.status} {answer.read()}')
    client.close()
    return answer.headers['Location']


def measure(options, settings, secure, headers):
    with Errandd(None, *settings) as server:
        url = server.url().replace('http:', 'https:') if secure else server.url()
        path = submit(server, secure, headers)
        reads = wrk(url + path, options.seconds, headers=headers)
        submits = wrk(url, options.seconds, 'post.lua', headers=headers)
    if reads['failed'] or submits['failed']:
        raise Failed('DOOR: requests failed')
    return submits, reads


def door(options):
    """The same load by each way in turn."""
    place = folder()
    try:
        run(*KEY, '-keyout', place / 'key', '-out', place / 'certificate')
        token = run(BIN / 'errand', 'token', 'new', 'bench', '--scope', 'submit', '--file',
                    place / 'tokens')
        tokens = [f'-Dhttp.tokens={place}/tokens', '-Dlog.level=warning']
        tls = [f'-Dhttp.tls.certificate={place}/certificate', f'-Dhttp.tls.key={place}/key']
        bearer = {'Authorization': f'Bearer {token}'}
        ways = {'as it starts': ([], False, {}), 'with a token': (tokens, False, bearer),
                'over HTTPS': (tls, True, {}), 'both': (tokens + tls, True, bearer)}
        found = {name: [] for name in ways}
        for _ in range(options.rounds):
            for name, way in ways.items():
                found[name].append(measure(options, *way))
    finally:
        discard(place)
    for at, what in enumerate(('durable POST /jobs', 'GET /jobs/ID, of one job')):
        base = [results[at]['rate'] for results in found['as it starts']]
        for name, results in found.items():
            each = [result[at] for result in results]
            rates = [result['rate'] for result in each]
            yield Row('DOOR', f'{what} a second, {name}',
                      f'{median(rates):,.0f}/s: {percent(rates, base):.0f} %', '', True,
                      latencies(each))


MEASURES = {'DOOR': door}
