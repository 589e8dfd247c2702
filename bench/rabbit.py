# SPDX-License-Identifier: Apache-2.0
"""A real RabbitMQ for a benchmark, in a directory and on ports of its own."""
import os
import random
import signal
import socket
import subprocess
import time
from pathlib import Path

from programs import SCRATCH, START_LIMIT, STOP_LIMIT, Failed, discard, folder

VHOST = 'errand-bench'
PROGRAM = Path('/usr/lib/rabbitmq/bin/rabbitmq-server')  # as the user who calls it, unlike sbin's

# The broker's own defaults, but for its address and for disk space, which is the machine's affair.
CONFIG = '''[{rabbit,[{tcp_listeners,[{"127.0.0.1",%d}]},{default_vhost,<<"%s">>},
                      {disk_free_limit,1000000}]}].
'''


def free_port():
    """Below those of outgoing connections: one that tries again for ever could meet itself."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as free:
            try:
                free.bind(('127.0.0.1', port))
                return port
            except OSError:
                continue


class RabbitMq:
    """Runs within the with block; leaves nothing, and no epmd."""

    def __enter__(self):
        self.port = free_port()
        self.data = folder()
        (self.data / 'advanced.config').write_text(CONFIG % (self.port, VHOST))
        (self.data / 'enabled_plugins').write_text('[].\n')
        # No name is looked up outside, and no program is started to do so.
        (self.data / 'inetrc').write_text('{host,{127,0,0,1},["localhost"]}.\n{lookup,[file]}.\n')
        # A session of its own, so that what it starts can be ended with it.
        self.process = subprocess.Popen([PROGRAM], env=self._environment(), start_new_session=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        try:
            begin = time.monotonic()
            while not self._answers():
                if self.process.poll() is not None or time.monotonic() > begin + START_LIMIT:
                    raise Failed(f'RabbitMQ does not start: {self._log()[-500:]}')
                time.sleep(0.02)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _environment(self):
        node, other = f'errand{self.port}@localhost', free_port()
        files = {'CONF_ENV_FILE': 'none', 'CONFIG_FILE': 'none',
                 'ADVANCED_CONFIG_FILE': 'advanced.config', 'PID_FILE': 'pid',
                 'ENABLED_PLUGINS_FILE': 'enabled_plugins', 'PLUGINS_EXPAND_DIR': 'expanded',
                 'FEATURE_FLAGS_FILE': 'feature_flags', 'MNESIA_BASE': 'data',
                 'GENERATED_CONFIG_DIR': 'generated', 'LOG_BASE': 'logs', 'LOGS': 'log'}
        # A node that has its name from the start, and a port for other nodes that none has to ask
        # for, needs no epmd.
        options = (f'-noinput -start_epmd false -sname {node} -erl_epmd_port {other} '
                   f'-kernel inet_dist_listen_min {other} inet_dist_listen_max {other} '
                   'inet_dist_use_interface {127,0,0,1}')
        return {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'HOME': str(self.data),
                'ERL_INETRC': str(self.data / 'inetrc'),
                'ERL_CRASH_DUMP': str(self.data / 'crash'),
                'RABBITMQ_NODENAME': node,
                'RABBITMQ_ALLOW_INPUT': '1',  # the script becomes the broker
                'RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS': options,
                **{f'RABBITMQ_{name}': str(self.data / file) for name, file in files.items()}}

    def _answers(self):
        """It greets whoever shows AMQP's header, once it has begun to serve."""
        try:
            with socket.create_connection(('127.0.0.1', self.port), timeout=10) as connection:
                connection.sendall(b'AMQP\0\0\x09\x01')
                return len(connection.recv(1)) == 1
        except OSError:
            return False

    def _log(self):
        log = self.data / 'log'
        return log.read_text(errors='replace') if log.exists() else 'no log'

    def uri(self):
        return f'amqp://guest:guest@127.0.0.1:{self.port}/{VHOST}'

    def __exit__(self, *_):
        # What it would write at an orderly end goes with the directory.
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_LIMIT)
        discard(self.data)
