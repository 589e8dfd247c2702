#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An AMQP client that is not ours, for tests: does as told, and tells all it sees on the wire.

usage: tests/broker/wire_peer.py HOST PORT VHOST RPC_EXCHANGE

It speaks through py-amqp, below kombu, which is what Nameko's clients and services speak through.
It prints the port on which it takes one connection. A line of JSON in it is an order, such as
{"do": "receive", "limit": 5}, and is answered by a line, {"done": ...} or {"failed": "why"}; it
ends with the connection.
"""
import base64
import json
import socket
import sys
import time
import uuid

import amqp
import amqp.serialization

EXPIRES = {'x-expires': 300000}  # of Nameko's reply queues


class Typed:
    """A header's value with its type's letter on the wire."""

    def __init__(self, kind, value):
        self.kind, self.value = kind, value

    def plain(self):
        if isinstance(self.value, dict):
            return {k: v.plain() for k, v in self.value.items()}
        if isinstance(self.value, list):
            return [v.plain() for v in self.value]
        if isinstance(self.value, (bytes, bytearray, memoryview)):
            return bytes(self.value).decode('latin-1')
        return self.value

    def types(self):
        """Such as "S", "A[S,I]" and "F{a:t}"."""
        if isinstance(self.value, dict):
            return 'F{' + ','.join(f'{k}:{v.types()}' for k, v in self.value.items()) + '}'
        if isinstance(self.value, list):
            return 'A[' + ','.join(v.types() for v in self.value) + ']'
        return self.kind


def tell_types():
    """From now on the values in tables that are read are Typed."""
    untyped = amqp.serialization._read_item

    def read(buffer, offset):
        value, end = untyped(buffer, offset)
        return Typed(chr(buffer[offset]), value), end

    amqp.serialization._read_item = read


class Peer:
    def __init__(self, host, port, vhost, exchange):
        self.exchange = exchange
        self.connection = amqp.Connection(
            f'{host}:{port}', 'guest', 'guest', virtual_host=vhost, confirm_publish=True,
            client_properties={'connection_name': 'wire peer'})
        self.connection.connect()
        tell_types()
        self.channel = None
        self.inbox = []
        self.returned = []
        self.open()

    def open(self):
        """The broker closes a channel on which it refuses something."""
        if self.channel is not None and self.channel.is_open:
            return
        self.channel = self.connection.channel()
        self.channel.events['basic_return'].add(
            lambda error, exchange, key, message: self.returned.append(error))

    def declare_exchange(self):
        self.channel.exchange_declare(self.exchange, 'topic', durable=True, auto_delete=False)

    def consume(self, queue):
        self.channel.basic_consume(queue, callback=lambda message: self.inbox.append(
            (queue, message)), consumer_tag=queue)

    def do_listen(self, name='standalone_rpc_proxy'):
        """A reply queue as Nameko's clients declare it; its routing key is their reply_to."""
        key = str(uuid.uuid4())
        queue = f'rpc.reply-{name}-{key}'
        self.declare_exchange()
        self.channel.queue_declare(queue, durable=True, auto_delete=False, arguments=EXPIRES)
        self.channel.queue_bind(queue, self.exchange, key)
        self.consume(queue)
        return {'queue': queue, 'reply_to': key}

    def do_serve(self, service, prefetch=10):
        """The queue of a service as Nameko's services declare it, and its requests."""
        queue = f'rpc-{service}'
        self.declare_exchange()
        self.channel.queue_declare(queue, durable=True, auto_delete=False)
        self.channel.queue_bind(queue, self.exchange, f'{service}.*')
        self.channel.basic_qos(0, prefetch, False)
        self.consume(queue)
        return {'queue': queue}

    def do_spy(self, key='#'):
        """A copy of all that goes through the RPC exchange under such keys."""
        self.declare_exchange()
        queue = self.channel.queue_declare('', exclusive=True).queue
        self.channel.queue_bind(queue, self.exchange, key)
        self.consume(queue)
        return {'queue': queue}

    def do_declare(self, queue, passive=False, durable=True, arguments=None):
        declared = self.channel.queue_declare(queue, passive=passive, durable=durable,
                                              auto_delete=False, arguments=arguments)
        return {'queue': queue, 'messages': declared.message_count,
                'consumers': declared.consumer_count}

    def do_publish(self, key, body, properties, exchange=None):
        """Mandatory and confirmed, with those properties that are there; body in base64."""
        properties = dict(properties)
        if 'headers' in properties:
            properties['application_headers'] = properties.pop('headers')
        message = amqp.Message(base64.b64decode(body), **properties)
        self.returned.clear()
        self.channel.basic_publish(message, self.exchange if exchange is None else exchange, key,
                                   mandatory=True)
        return {'routed': not self.returned}

    def do_receive(self, limit, queue=None):
        """The next message (of that queue), or null where none comes within so many seconds."""
        deadline = time.monotonic() + limit
        while True:
            for i, (source, message) in enumerate(self.inbox):
                if queue is None or queue == source:
                    del self.inbox[i]
                    return told(source, message)
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            try:
                self.connection.drain_events(timeout=left)
            except socket.timeout:
                pass

    def do_ack(self, tag):
        self.channel.basic_ack(tag)

    def do_reject(self, tag, requeue):
        self.channel.basic_reject(tag, requeue)

    def do_cancel(self, queue):
        """Consumes no more from there; what has come is kept."""
        self.channel.basic_cancel(queue)

    def carry_out(self, order):
        try:
            self.open()
            return {'done': getattr(self, 'do_' + order.pop('do'))(**order)}
        except (amqp.AMQPError, OSError) as error:
            return {'failed': f'{type(error).__name__}: {error}'}


def told(queue, message):
    properties = dict(message.properties)
    headers = properties.pop('application_headers', None)
    info = message.delivery_info
    body = message.body
    body = body.encode() if isinstance(body, str) else bytes(body)
    return {'queue': queue, 'exchange': info['exchange'], 'routing_key': info['routing_key'],
            'redelivered': info['redelivered'], 'tag': info['delivery_tag'],
            'properties': properties,
            'headers': None if headers is None else {k: v.plain() for k, v in headers.items()},
            'types': None if headers is None else {k: v.types() for k, v in headers.items()},
            'body': base64.b64encode(body).decode()}


def main():
    host, port, vhost, exchange = sys.argv[1:]
    peer = Peer(host, int(port), vhost, exchange)
    listener = socket.create_server(('127.0.0.1', 0))
    print(listener.getsockname()[1], flush=True)
    with listener.accept()[0] as connection, connection.makefile('rw') as lines:
        for line in lines:
            answer = peer.carry_out(json.loads(line))
            lines.write(json.dumps(answer, default=str) + '\n')
            lines.flush()


if __name__ == '__main__':
    main()
