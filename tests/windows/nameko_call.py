#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Calls a method as Nameko's client does and prints the body of the reply.

usage: nameko_call.py URI SERVICE.METHOD JSON_ARGUMENT...

It stands on Debian's kombu, so it is run by Debian's Python.
"""
import json
import sys
import uuid

from kombu import Connection, Consumer, Exchange, Queue

PATIENCE = 60  # seconds

uri, method, *arguments = sys.argv[1:]
exchange = Exchange('nameko-rpc', type='topic', durable=True)
me = str(uuid.uuid4())
queue = Queue(f'rpc.reply-test-{me}', exchange, routing_key=me, exclusive=True)
with Connection(uri) as connection:
    channel = connection.channel()
    bound = queue(channel)
    bound.declare()
    replies = []

    def heard(body, message):
        message.ack()
        replies.append(body)

    with Consumer(channel, [bound], callbacks=[heard], accept=['json']):
        connection.Producer(serializer='json').publish(
            {'args': [json.loads(word) for word in arguments], 'kwargs': {}},
            exchange=exchange, routing_key=method, reply_to=me, correlation_id=str(uuid.uuid4()),
            mandatory=True)
        while not replies:
            connection.drain_events(timeout=PATIENCE)
print(json.dumps(replies[0]))
