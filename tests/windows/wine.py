# SPDX-License-Identifier: Apache-2.0
"""Wine in a prefix of its own: what stands in for Windows, its console and its service manager."""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

WINE = '/usr/lib/wine/wine64'
SERVER = '/usr/lib/wine/wineserver64'
LIMIT = 120  # seconds for what takes one or two
LOOK = 0.05  # seconds between looks at what is waited for


def wait_for(what, condition):
    """Returns the condition's first answer that is true."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        if answer := condition():
            return answer
        time.sleep(LOOK)
    raise AssertionError(f'in vain waited for: {what}')


class Wine:
    """Runs within the with block. Its system processes keep what they were started with as their
    output, so nobody may wait for the end of a pipe that the first of them had."""

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix='errand-wine-'))
        self.environment = {
            'WINEPREFIX': str(self.folder / 'prefix'), 'WINEDEBUG': '-all',
            'HOME': str(self.folder), 'LANG': 'C.UTF-8', 'PATH': '/usr/bin:/bin',
            'WINEDLLOVERRIDES': 'mscoree=;mshtml='}
        (self.folder / 'prefix').mkdir()
        # The session that makes a prefix has two service managers; the next one has one.
        self.run('wineboot', '-i')
        self._server('-k')
        self._server('-w')
        # Services do not count as somebody at work: without this the session ends under them.
        self._server('-p')
        self.run('cmd', '/c', 'exit')
        return self

    def __exit__(self, *_):
        self._server('-k')
        self._server('-w')
        shutil.rmtree(self.folder, ignore_errors=True)

    def _server(self, option):
        subprocess.run([SERVER, option], env=self.environment, check=False, timeout=LIMIT,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def begin(self, *command, output, folder=None):
        """A program of Windows, in the background; its words go to the file."""
        with open(output, 'wb') as file:
            return subprocess.Popen([WINE, *map(str, command)], env=self.environment, stdout=file,
                                    stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                    cwd=folder or self.folder)

    def run(self, *command, folder=None):
        """To its end: exit code and words."""
        output = self.folder / 'said'
        code = self.begin(*command, output=output, folder=folder).wait(LIMIT)
        return code, output.read_text(errors='replace').replace('\r', '')

    def state(self, service):
        """Such as RUNNING; None: there is no such service."""
        found = re.search(r'STATE\s*: \d+\s+(\w+)', self.run('sc', 'query', service)[1])
        return found and found[1]

    def wait_state(self, service, state):
        wait_for(f'{service} is {state}', lambda: self.state(service) == state)


def processes(program):
    """Those of Linux that run the program: one from a console goes by its path there, a service by
    Windows'."""
    names = (str(program), 'Z:' + str(program).replace('/', '\\'))
    found = []
    for folder in Path('/proc').glob('[0-9]*'):
        try:
            line = (folder / 'cmdline').read_bytes().decode(errors='replace')
            if any(name in line for name in names):
                found.append(int(folder.name))
        except OSError:
            pass  # it has just gone
    return found


def kill(program):
    """As if the power had been cut for it."""
    found = processes(program)
    assert found, f'{program} does not run'
    for process in found:
        os.kill(process, signal.SIGKILL)
    wait_for('the killed are gone', lambda: not processes(program))
