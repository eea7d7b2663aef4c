#!/usr/bin/env python3
"""A native-messaging program, written against the browsers' published protocol: 32 bits of length in native order, then JSON."""
import json
import os
import signal
import struct
import sys


def read():
    head = sys.stdin.buffer.read(4)
    if len(head) < 4:
        raise EOFError
    length = struct.unpack("=I", head)[0]
    return json.loads(sys.stdin.buffer.read(length))


def write(value):
    data = json.dumps(value).encode()
    sys.stdout.buffer.write(struct.pack("=I", len(data)) + data)
    sys.stdout.buffer.flush()


count = 0
while True:
    try:
        message = read()
    except EOFError:
        break
    count += 1
    do = message.get("do") if isinstance(message, dict) else None
    if do == "exit":
        sys.exit(message.get("status", 0))
    elif do == "silence":
        print("silent", file=sys.stderr, flush=True)
    elif do == "garbage":
        sys.stdout.buffer.write(b"\xff\xff\xff\xffno JSON")
        sys.stdout.buffer.flush()
    elif do == "big":
        write("x" * message["bytes"])
    elif do == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        write({"stubborn": True})
    elif do == "twice":
        write({"echo": message, "part": 1})
        write({"echo": message, "part": 2})
    elif do == "complain":
        print("a complaint", file=sys.stderr, flush=True)
        write({"complained": True})
    else:
        write({"echo": message, "count": count, "pid": os.getpid()})
