# SPDX-License-Identifier: Apache-2.0
"""The programs a benchmark starts: errandd, the yardsticks, wrk; and a JSON client for errandd."""
import http.client
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / 'bench'
BIN = Path(os.environ.get('ERRAND_BIN', ROOT / 'build/release/bin')).absolute()
# On the file system of the tree, so that fsync costs what it costs there; /tmp may be memory.
SCRATCH = ROOT / 'build/bench'

SMTP = Path('/usr/sbin')  # of Debian's package postfix, which is not in everybody's PATH
MAIL_BYTES = 500          # about what the main job's mails have with their headers

CONNECTIONS = 64
READY = re.compile(r'errandd ready: ')
SUBMITTERS = 32   # connections of a bulk submit
PIPELINED = 50    # requests on one of them before its answers are read
SUBMIT = (b'POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
          b'Content-Length: %d\r\n\r\n%s')
LOCATION = re.compile(rb'^Location: /jobs/(\S+)\r$', re.M)
START_LIMIT = 60  # seconds until errandd must be ready
STOP_LIMIT = 30   # seconds until it must have stopped


class Failed(Exception):
    """What was to be measured did not happen; the text says why."""


def folder():
    """A new data directory; the caller removes it with discard()."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(dir=SCRATCH))


def discard(path):
    shutil.rmtree(path, ignore_errors=True)


class Errandd:
    """A running server over a data directory of its own or a given one, which then stays."""

    def __init__(self, data=None, *settings):
        self.own = data is None
        self.data = data or folder()
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            self.port = free.getsockname()[1]
        self.log = open(SCRATCH / 'errandd.log', 'ab')
        self.log_begin = self.log.tell()
        command = [BIN / 'errandd', f'--config={ROOT}/etc/app.properties',
                   f'-Dhttp.port={self.port}', f'-Ddata.directory={self.data}', *settings]
        begin = time.monotonic()
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=self.log)
        try:
            self._await_ready(begin)
        except BaseException:
            self.__exit__()
            raise
        self.started = begin
        self.start_ms = (time.monotonic() - begin) * 1000
        self.client = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)

    def _await_ready(self, begin):
        seen = b''
        while not READY.search(seen.decode(errors='replace')):
            left = begin + START_LIMIT - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise Failed('errandd was not ready in time')
            if not (chunk := os.read(self.process.stdout.fileno(), 4096)):
                raise Failed(f'errandd ended before it was ready: see {self.log.name}')
            seen += chunk

    def url(self):
        return f'http://127.0.0.1:{self.port}'

    def call(self, method, path, body=None):
        """The status and the JSON of one exchange."""
        content = None if body is None else json.dumps(body)
        self.client.request(method, path, content, {'Content-Type': 'application/json'})
        answer = self.client.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text[:1] in (b'{', b'[') else text

    def get(self, path):
        status, answer = self.call('GET', path)
        if status != 200:
            raise Failed(f'GET {path}: {status} {answer}')
        return answer

    def submit(self, jobs):
        """Submits them over as many connections as share a commit well; returns their ids."""
        with ThreadPoolExecutor(SUBMITTERS) as pool:
            parts = pool.map(self._submit_pipelined, (jobs[i::SUBMITTERS]
                                                      for i in range(SUBMITTERS)))
            return [identity for part in parts for identity in part]

    def _submit_pipelined(self, jobs):
        """One after another over one connection, without waiting for each answer. What the server
        has not answered when it closes the connection, to make room, is sent again."""
        ids, left = [], [json.dumps(job).encode() for job in jobs]
        while left:
            with socket.create_connection(('127.0.0.1', self.port), timeout=60) as connection:
                while left:
                    found, open_still = self._exchange(connection, left[:PIPELINED])
                    ids += found
                    left = left[len(found):]
                    if not open_still:
                        break
        return ids

    def _exchange(self, connection, bodies):
        """The ids of the jobs that were answered, and whether the connection is still open."""
        answer, found = b'', []
        try:
            connection.sendall(b''.join(SUBMIT % (len(body), body) for body in bodies))
            # The last job's body must be there too, or its start would be taken for an answer's.
            while len(found) < len(bodies) or not answer.endswith(b'}'):
                if not (chunk := connection.recv(1 << 20)):
                    break
                answer += chunk
                found = LOCATION.findall(answer)
        except ConnectionError:
            pass
        if b'problem+json' in answer:
            raise Failed(f'POST /jobs: {answer[:500]}')
        return [i.decode() for i in found], answer.endswith(b'}') and len(found) == len(bodies)

    def drain(self, limit=120, pause=0.005):
        """Seconds until no job is queued or running, looked at every `pause` seconds."""
        begin = time.monotonic()
        while any(self.get(f'/jobs?state={state}&limit=1')['jobs']
                  for state in ('queued', 'running')):
            if time.monotonic() - begin > limit:
                raise Failed(f'jobs are unfinished after {limit} s')
            time.sleep(pause)
        return time.monotonic() - begin

    def memory(self, field='VmRSS'):
        """MB of resident memory; VmHWM for its peak."""
        text = Path(f'/proc/{self.process.pid}/status').read_text()
        return int(re.search(rf'^{field}:\s+(\d+) kB', text, re.M)[1]) / 1024

    def commits(self):
        """How many commits a stopped server made, as it said itself; None when it did not."""
        with open(SCRATCH / 'errandd.log', 'rb') as log:
            log.seek(self.log_begin)
            said = re.search(rb'tasks were written in (\d+) commits', log.read())
        return int(said[1]) if said else None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process.stdout.close()
        self.log.close()
        if self.own:
            discard(self.data)


class BarePoco:
    """The HTTP yardstick, running."""

    def __enter__(self):
        self.process = subprocess.Popen([BIN / 'bare_poco'], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())
        return self

    def url(self):
        return f'http://127.0.0.1:{self.port}'

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class SmtpSink:
    """Postfix's smtp-sink, which takes every mail and forgets it."""

    def __enter__(self):
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            self.port = free.getsockname()[1]
        # It will not be root.
        user = ['-u', 'nobody'] if os.geteuid() == 0 else []
        command = [SMTP / 'smtp-sink', *user, f'127.0.0.1:{self.port}', '100']
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        begin = time.monotonic()
        while not self._greets():
            if self.process.poll() is not None or time.monotonic() > begin + START_LIMIT:
                self.__exit__()
                raise Failed(f'smtp-sink: {self.words}')
            time.sleep(0.01)
        return self

    def _greets(self):
        try:
            with socket.create_connection(('127.0.0.1', self.port), timeout=60) as connection:
                return connection.recv(4) == b'220 '
        except ConnectionError:
            return False

    def source(self, mails):
        """Mails a second that Postfix's smtp-source gets in: 4 connections, each kept."""
        begin = time.monotonic()
        out = subprocess.run([SMTP / 'smtp-source', '-d', '-s', '4', '-m', str(mails), '-l',
                              str(MAIL_BYTES), f'127.0.0.1:{self.port}'],
                             capture_output=True, text=True, timeout=600)
        if out.returncode:
            raise Failed(f'smtp-source: {out.stderr}')
        return mails / (time.monotonic() - begin)

    def settings(self):
        """What errandd needs to send into it."""
        return ['-Dmail.mode=smtp', '-Dsmtp.host=127.0.0.1', '-Dsmtp.security=none',
                f'-Dsmtp.port={self.port}']

    def __exit__(self, *_):
        self.process.terminate()
        self.words = self.process.communicate()[1]


def microseconds(text):
    value, unit = re.fullmatch(r'([\d.]+)(us|ms|s|m)', text).groups()
    return float(value) * {'us': 1, 'ms': 1e3, 's': 1e6, 'm': 6e7}[unit]


def wrk(url, seconds, script=None, *arguments, connections=CONNECTIONS, headers=None):
    """The rate, p50 and p99 (microseconds) and failures of one run of wrk."""
    command = ['wrk', '-t1', f'-c{connections}', f'-d{seconds}s', '--latency']
    command += ['-s', BENCH / script] if script else []
    for name, value in (headers or {}).items():
        command += ['-H', f'{name}: {value}']
    out = subprocess.run([*command, url, *(['--', *arguments] if arguments else [])],
                         capture_output=True, text=True, timeout=seconds + 60)
    rate = re.search(r'Requests/sec:\s+([\d.]+)', out.stdout)
    count = re.search(r'(\d+) requests in', out.stdout)
    if out.returncode or not rate:
        raise Failed(f'wrk: {out.stderr or out.stdout}')
    failed = sum(int(n) for n in re.findall(r'Non-2xx or 3xx responses: (\d+)', out.stdout))
    if sockets := re.search(r'Socket errors: (.+)', out.stdout):
        failed += sum(int(n) for n in re.findall(r'\d+', sockets[1]))
    percentile = {p: microseconds(re.search(rf'^ +{p}%\s+(\S+)', out.stdout, re.M)[1])
                  for p in (50, 99)}
    return {'rate': float(rate[1]), 'count': int(count[1]), 'p50': percentile[50],
            'p99': percentile[99], 'failed': failed}


def yardstick(*command):
    """The numbers that a small program prints."""
    out = subprocess.run([BIN / command[0], *map(str, command[1:])], capture_output=True,
                         text=True, timeout=600)
    if out.returncode:
        raise Failed(out.stderr.strip())
    return [float(x) for x in out.stdout.split()]


def fsync_us():
    """p50 of an append and fdatasync where the data directories are."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    return yardstick('fsync', SCRATCH)[0]
