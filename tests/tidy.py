#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The style as a test: checks what a reader of the tree may rely on, one test a rule.

usage: tests/tidy.py [ROOT]      (a line a violation; the last line is "N passed, N failed")
"""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
ROOT = ROOT if ROOT.is_dir() else ROOT.parent.parent

# Who may include whom, by folder; "app" is the only one that knows all others.
INCLUDES = {
    'base': [], 'rpc': ['base'], 'store': ['base'], 'compute': ['rpc', 'base'],
    'mail': ['rpc', 'base'], 'webhook': ['rpc', 'base'], 'jobs': ['rpc', 'store', 'base'],
    'access': ['base'], 'http': ['access', 'jobs', 'rpc', 'base'],
    'cli': ['rpc', 'base'], 'plugins': ['rpc', 'base'],
    'app': ['http', 'access', 'cli', 'webhook', 'mail', 'compute', 'jobs', 'rpc', 'store', 'base'],
}

# Whoever loads the plugin sees one class, and that is what the contract of transports is about.
INPROC = 'tests/rpc/inproc_transport_test.cpp drives it through the plugin as it is loaded'

AMQP = 'tests/rpc/amqp_transport_test.cpp and the system tests drive it through the loaded plugin'

# What runs calls is tested by what is promised of it.
CONTRACT = 'the contract suite drives it through every transport, threads and all'

# Sources that are not for Linux.
WINDOWS = 'tests/windows/run drives the programs, under Wine'

# Sources without a test at the mirrored path, each with the reason.
UNTESTED = {
    'src/main.cpp': 'the system tests start it as the program it is',
    'src/errand_main.cpp': 'the system tests start it as the program it is',
    'src/app/backup_command.cpp': 'tests/system/backup_test.cpp runs it',
    'src/app/child_server.cpp': 'tests/system/backup_test.cpp runs the test that starts it',
    'src/app/client_config.cpp': 'tests/system/backup_test.cpp gives commands their options',
    'src/app/selftest.cpp': 'tests/system/backup_test.cpp runs it',
    'src/app/upkeep.cpp': 'tests/system/backup_test.cpp asks for each of it',
    'plugins/built_in.cpp': WINDOWS,
    'src/base/interrupts_windows.cpp': WINDOWS,
    'src/base/poll_set_windows.cpp': WINDOWS,
    'src/base/private_file_windows.cpp': WINDOWS,
    'src/base/process_windows.cpp': WINDOWS,
    'src/base/service_manager_windows.cpp': WINDOWS,
    'src/base/sockets_windows.cpp': WINDOWS,
    'src/base/system_windows.cpp': WINDOWS,
    'src/cli/line_prompt.cpp': WINDOWS,
    'src/rpc/plugin_built_in.cpp': WINDOWS,
    'src/base/private_file_posix.cpp': 'tests/access/token_list_test.cpp drives it, among many',
    'src/cli/shell_command.cpp': 'tests/system/cli_shell_test.cpp drives it, broker and all',
    'plugins/transport_amqp/amqp_transport.cpp': AMQP,
    'plugins/transport_amqp/calls.cpp': AMQP,
    'plugins/transport_amqp/calls_heard.cpp': AMQP,
    'plugins/transport_amqp/plugin.cpp': AMQP,
    'plugins/transport_amqp/servings.cpp': AMQP,
    'plugins/transport_amqp/servings_replies.cpp': AMQP,
    'plugins/transport_amqp/way_out.cpp': AMQP,
    'plugins/transport_inproc/inproc_transport.cpp': INPROC,
    'plugins/transport_inproc/plugin.cpp': INPROC,
    'src/http/session.cpp': 'tests/http/access_control_test.cpp logs in and out by it',
    'src/app/keys.cpp': 'tests/app/config_test.cpp sets every one of them',
    'src/jobs/many_task.cpp': 'tests/jobs/engine_changes_test.cpp drives it, restarts and all',
    'src/rpc/deadlines.cpp': CONTRACT,
    'src/rpc/host.cpp': CONTRACT,
    'src/rpc/lane.cpp': CONTRACT,
    'src/rpc/run.cpp': CONTRACT,
}

# The folders that are not ours or not source.
SKIPPED = {'.git', 'build', 'var', 'node_modules', '__pycache__'}
CODE = {'.cpp', '.h', '.py', '.lua', '.cmake', '.js', '.css', '.html', '.sql'}


def walk():
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(set(folders) - SKIPPED)
        for name in sorted(files):
            path = Path(folder, name)
            data = path.read_bytes()
            if b'\0' not in data:
                yield str(path.relative_to(ROOT)), data.decode('utf-8', 'replace')


TEXT = dict(walk())
SOURCE = {f: t for f, t in TEXT.items() if f.startswith(('src/', 'plugins/'))}
SCRIPT = {f: t for f, t in TEXT.items() if Path(f).suffix in CODE or t.startswith('#!')
          or Path(f).name == 'CMakeLists.txt'}


def matches(files, pattern, but=(), flags=re.I):
    """Yields the place and text of each match outside the files that may hold it."""
    for file, text in files.items():
        if not file.startswith(tuple(but)):
            for found in re.finditer(pattern, text, flags):
                line = text.count('\n', 0, found.start()) + 1
                yield f'{file}:{line}: {" ".join(found.group().split())[:60]}'


def files_are_short():
    return [f'{f}: {n} lines' for f, t in SCRIPT.items() if (n := t.count('\n')) > 400]


def lines_are_short():
    return [f'{f}:{i}: {len(x)} columns' for f, t in SCRIPT.items()
            for i, x in enumerate(t.split('\n'), 1) if len(x) > 100]


def functions_are_short():
    listed = '\n'.join(str(ROOT / f) for f in SCRIPT if f.endswith(('.cpp', '.h', '.py')))
    # check: without ctags this rule must fail rather than find nothing.
    tags = subprocess.run(['ctags', '-x', '--_xformat=%K\t%N\t%F\t%n\t%e', '-L', '-'],
                          input=listed, text=True, capture_output=True, check=True).stdout
    for kind, name, file, begin, end in (x.split('\t') for x in tags.splitlines()):
        if kind in ('function', 'method', 'member') and end.isdigit():
            if (length := int(end) - int(begin) + 1) > 70:
                yield f'{os.path.relpath(file, ROOT)}:{begin}: {name} has {length} lines'


def blanks_are_clean():
    # A script for make would need its tabs; there is none. A fuzzer's seeds are what they are.
    return matches(TEXT, r'\t|[ \t]+$', ['tests/fuzz/corpus/'], re.M)


def nothing_is_put_off():
    return matches(TEXT, r'\b(TO' r'DO|FIX' r'ME|XX' r'X|HA' r'CK)\b', flags=0)


def includes_follow_the_table():
    for file, text in SOURCE.items():
        parts = file.split('/')
        own = 'plugins' if parts[0] == 'plugins' else parts[1]
        allowed = INCLUDES['app'] + ['app'] if own.endswith('main.cpp') else [own, *INCLUDES[own]]
        if file == 'plugins/built_in.cpp':  # the list of those that are part of the program
            allowed += ['transport_amqp', 'transport_inproc']
        for i, line in enumerate(text.split('\n'), 1):
            if found := re.match(r'\s*#\s*include\s+"(?:(.+)/)?[^/]+"', line):
                # A plugin includes its own folder by plain name.
                if (found[1] or own) not in allowed:
                    yield f'{file}:{i}: {own} includes {found[1]}'


def headers_say_what_they_are():
    for file, text in SOURCE.items():
        if file.endswith('.h'):
            block = re.match(r'(?://.*\n)+', text)
            for word in ('// Threads: ', '// Owns: ', '// Errors: '):
                if not block or '\n' + word not in block[0]:
                    yield f'{file}: no "{word.strip("/ ")}" in the header block'
            if '\n#pragma once\n' not in text:
                yield f'{file}: no #pragma once'


def states_change_in_one_place():
    return matches(SOURCE, r'\bUPDATE\s+jobs\b(?:(?!\bWHERE\b|;).)*?\bstate\s*='
                   r'|\bINSERT\s+(?:OR\s+\w+\s+)?INTO\s+jobs\b',
                   ['src/jobs/job_store.cpp', 'src/jobs/job_sql.'], re.I | re.S)


def settings_are_read_in_one_place():
    return matches(SOURCE, r'\bconfig\(\)\s*\.\s*(get|has)\w*', ['src/app/config.cpp'])


def threads_start_in_one_place():
    return matches(SOURCE, r'\bstd::j?thread\b|\bstd::async\b|\bpthread_create\b',
                   ['src/base/worker.', 'plugins/'])


def amqp_stays_in_its_plugin():
    return matches(SOURCE, r'\bamqp_\w+|<amqp\.h>|rabbitmq-c/',
                   ['plugins/transport_amqp/', 'plugins/built_in.cpp'])


def sources_have_tests():
    sources = [f for f in SOURCE if f.endswith('.cpp')]
    for file in sources:
        test = re.sub(r'^(src|plugins)/(.+)\.cpp$', r'tests/\2_test.cpp', file)
        if (test in TEXT) == (file in UNTESTED):
            yield f'{file}: ' + ('is excused but has a test' if test in TEXT else f'no {test}')
    yield from (f'{file}: is excused but gone' for file in UNTESTED if file not in sources)


def settings_are_listed():
    read = set(re.findall(r'"((?:[a-z]+\.)+[a-zA-Z]+|services|transport)"',
                          TEXT.get('src/app/keys.cpp', '')))
    listed = set(re.findall(r'^#?([a-z][\w.]*)\s*=', TEXT.get('etc/app.properties', ''), re.M))
    yield from (f'src/app/keys.cpp: {key} is not in etc/app.properties'
                for key in sorted(read - listed))
    yield from (f'etc/app.properties: {key} is not in src/app/keys.cpp'
                for key in sorted(listed - read))
    if not read:
        yield 'src/app/keys.cpp: names no key'


def nothing_points_outside():
    # Tracker numbers, paths of one machine and hosts of registries mean nothing to a reader.
    return matches(TEXT, r'\bissue' r' #|(?<![\w.*])/(?:work|root|home)' r'/'
                   r'|\b(?:registry\.npmjs|pypi|crates|proxy\.golang|deb\.debian|docker|ghcr)'
                   r'\.(?:org|io)\b')


def files_say_their_licence():
    return [f'{f}: no SPDX line' for f, t in SCRIPT.items()
            if 'SPDX-License-Identifier: Apache-2.0' not in '\n'.join(t.split('\n')[:3])]


RULES = [files_are_short, lines_are_short, functions_are_short, blanks_are_clean,
         nothing_is_put_off, includes_follow_the_table, headers_say_what_they_are,
         states_change_in_one_place, settings_are_read_in_one_place, threads_start_in_one_place,
         amqp_stays_in_its_plugin, sources_have_tests, settings_are_listed,
         nothing_points_outside, files_say_their_licence]


def main():
    failed = 0
    for rule in RULES:
        found = list(rule())
        failed += bool(found)
        for line in found:
            print(f'{rule.__name__}: {line}')
    print(f'{len(RULES) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
