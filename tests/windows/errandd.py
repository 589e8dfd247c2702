# SPDX-License-Identifier: Apache-2.0
"""errandd.exe in a folder as it is installed, and a client that asks it from Linux."""
import json
import shutil
import signal
import socket
import urllib.error
import urllib.request

from wine import LIMIT, kill, processes, wait_for


def free_port():
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        return free.getsockname()[1]


class Errandd:
    """One folder with programs, settings and data; begin() and end() may come several times."""

    def __init__(self, wine, installed, name):
        self.wine = wine
        self.folder = wine.folder / name
        shutil.copytree(installed, self.folder, symlinks=True)
        self.program = self.folder / 'errandd.exe'
        self.words = self.folder / 'words'
        self.port = free_port()
        self.token = None
        self.process = None
        self.configure()

    def configure(self, **settings):
        """Writes the settings into the file as an operator would, a name's _ for a dot."""
        text = (self.folder / 'errandd.properties').read_text()
        settings = {'http.port': self.port,
                    **{key.replace('_', '.'): value for key, value in settings.items()}}
        for key, value in settings.items():
            lines = text.split('\n')
            at = next(i for i, line in enumerate(lines) if line.startswith(key + '='))
            lines[at] = f'{key}={value}'
            text = '\n'.join(lines)
        (self.folder / 'errandd.properties').write_text(text)

    # --- from the command line ---

    def begin(self):
        """In its folder, as somebody at a console would start it."""
        self.process = self.wine.begin(self.program, output=self.words, folder=self.folder)
        wait_for('it is ready', lambda: self.ready() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()

    def interrupt(self):
        """^C, of which Wine makes what Windows has; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(LIMIT)

    def kill(self):
        """As if the power had been cut for it."""
        kill(self.program)
        if self.process:
            self.process.wait(LIMIT)

    def end(self):
        """After a test that failed."""
        if processes(self.program):
            self.kill()

    def run(self, program, *arguments):
        """To its end, in the folder: exit code and words."""
        return self.wine.run(self.folder / program, *arguments, folder=self.folder)

    def said(self):
        if not self.words.exists():
            return ''
        return self.words.read_text(errors='replace').replace('\r', '')

    def ready(self):
        try:
            return self.ask('GET', '/livez')[0] == 200
        except OSError:
            return False

    def log(self):
        """What a service says."""
        file = self.folder / 'errandd.log'
        return file.read_text(errors='replace') if file.exists() else ''

    # --- over HTTP ---

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            f'http://127.0.0.1:{self.port}{path}', method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={'Content-Type': 'application/json',
                     **({'Authorization': f'Bearer {self.token}'} if self.token else {})})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), error.headers

    def submit(self, **members):
        status, text, fields = self.ask('POST', '/compute', members)
        assert status in (200, 202), (status, text)
        return fields['Location'].rsplit('/', 1)[1]

    def job(self, number):
        status, text, _ = self.ask('GET', f'/jobs/{number}')
        assert status == 200, (status, text)
        return json.loads(text)

    def finished(self, number):
        """The job, once it has ended."""
        def look():
            job = self.job(number)
            return job if job['state'] in ('succeeded', 'failed', 'cancelled') else None
        return wait_for(f'job {number} has ended', look)

    def main_job(self):
        """The job that the README begins with."""
        number = self.submit(operation='sum', value='30', other='10', email='me@example.org')
        job = self.finished(number)
        assert job['state'] == 'succeeded' and job['result'] == 40, job
        return number

    def mails(self):
        folder = self.folder / 'var/maildir/new'
        return sorted(folder.iterdir()) if folder.exists() else []

