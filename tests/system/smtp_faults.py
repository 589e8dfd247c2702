#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A mail server that does wrong what it is told to, for the system tests.

usage: smtp_faults.py DIRECTORY [--cert FILE --key FILE [--tls]] [--login NAME:PASSWORD]

Listens on a free port of 127.0.0.1 and prints it. Each message it takes becomes a file of
DIRECTORY/new. What it does wrong is read from DIRECTORY/faults, a line a step, each time anew:

    STEP REPLY          answer it so: "rcpt 450 4.2.1 mailbox busy"; REPLY 421 hangs up as well
    STEP drop           hang up instead of an answer
    STEP keep drop      take the message, then hang up (data only)
    STEP hold           wait until the line is gone
    mail later          answer together with the next command, as is allowed with PIPELINING
    offer NAME          offer that extension, too

STEP is connect, ehlo, mail, rcpt or data; "rcpt:ADDRESS" and "mail:ADDRESS" are for that address
only. Every command is a line of DIRECTORY/log: the steps, "auth MECHANISM" for a login, whatever
becomes of it, and "COMMAND too early" for what comes before the login it takes.

It stands on Debian's aiosmtpd, so it is run by Debian's Python.
"""
import argparse
import asyncio
import os
import ssl
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

LOOK = 0.01  # seconds between looks at a line that holds


class Server:
    """What the steps do; aiosmtpd's handler."""

    def __init__(self, folder):
        self.folder = folder
        self.taken = 0
        (folder / 'new').mkdir(exist_ok=True)

    def fault(self, step, text=''):
        try:
            lines = (self.folder / 'faults').read_text().splitlines()
        except FileNotFoundError:
            return None
        starts = (f'{step} ', f'{step}:{text} ')
        return next((line.split(' ', 1)[1] for line in lines if line.startswith(starts)), None)

    def note(self, line):
        with open(self.folder / 'log', 'a', encoding='utf-8') as log:
            log.write(line + '\n')

    async def wrong(self, server, step, text):
        """The reply to give instead of the right one; None: all is well."""
        self.note(f'{step} {text}')
        while self.fault(step, text) == 'hold':
            await asyncio.sleep(LOOK)
        fault = self.fault(step, text)
        if fault and (fault.endswith('drop') or fault.startswith('421')):
            if fault.startswith('421'):
                await server.push(fault)
            server.transport.close()
            return '421 gone'
        return fault

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        wrong = await self.wrong(server, 'ehlo', hostname)
        if offer := self.fault('offer'):
            responses.insert(1, '250-' + offer)
        return [wrong] if wrong else responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        wrong = await self.wrong(server, 'mail', address)
        if wrong and wrong != 'later':
            return wrong
        envelope.mail_from = address
        server.later = wrong == 'later'
        return '250 2.1.0 fine'

    async def handle_RCPT(self, server, session, envelope, address, options):
        if wrong := await self.wrong(server, 'rcpt', address):
            return wrong
        envelope.rcpt_tos.append(address)
        return '250 2.1.5 fine'

    async def handle_DATA(self, server, session, envelope):
        keep = self.fault('data') == 'keep drop'
        wrong = await self.wrong(server, 'data', envelope.rcpt_tos[0])
        if not wrong or keep:
            self.take(envelope.content)
        return wrong or '250 2.0.0 taken'

    def take(self, content):
        self.taken += 1
        name = f'{self.taken:06}'
        (self.folder / name).write_bytes(content.replace(b'\r\n', b'\n'))
        os.rename(self.folder / name, self.folder / 'new' / name)


class Dialogue(SMTP):
    """aiosmtpd's, which cannot be told to greet in another way, nor to put off an answer."""
    greeted = False
    later = False  # the next answer goes out with the one after it
    held = ''

    async def push(self, status):
        if not self.greeted:
            self.greeted = True
            status = await self.event_handler.wrong(self, 'connect', '') or status
        if self.later:
            self.later = False
            self.held = status + '\r\n'
            return None
        held, self.held = self.held, ''
        return await super().push(held + status if held else status)

    async def smtp_AUTH(self, arg):
        # The name of the mechanism alone: what may follow it is the password.
        self.event_handler.note('auth ' + (arg or '').split(' ')[0])
        await super().smtp_AUTH(arg)

    async def check_auth_needed(self, caller_method):
        early = await super().check_auth_needed(caller_method)
        if early:
            self.event_handler.note(caller_method.lower() + ' too early')
        return early


def secured(options):
    if not options.cert:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.cert, options.key)
    return context


def authenticator(login):
    name, password = (part.encode() for part in login.split(':', 1))

    def check(server, session, envelope, mechanism, data):
        return AuthResult(success=data.login == name and data.password == password, handled=False)
    return check


async def serve(options):
    context = secured(options)
    handler = Server(options.directory)
    settings = {'enable_SMTPUTF8': True, 'timeout': 600}
    if context and not options.tls:
        # What the login refuses before TLS is logged; what aiosmtpd refuses on its own is not.
        settings |= {'tls_context': context, 'require_starttls': not options.login}
    if options.login:
        settings |= {'authenticator': authenticator(options.login), 'auth_required': True,
                     'auth_require_tls': bool(context) and not options.tls}
    server = await asyncio.get_running_loop().create_server(
        lambda: Dialogue(handler, **settings), '127.0.0.1', options.port,
        ssl=context if options.tls else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('directory', type=Path)
    parser.add_argument('--port', type=int, default=0)
    parser.add_argument('--cert')
    parser.add_argument('--key')
    parser.add_argument('--tls', action='store_true', help='from the first byte')
    parser.add_argument('--login')
    asyncio.run(serve(parser.parse_args()))


if __name__ == '__main__':
    main()
