#!/usr/bin/env python3
"""Programs that break the browsers' native messaging, one by name: what a host must survive."""
import os
import signal
import struct
import sys
import time

out = sys.stdout.buffer


def say(data, length=None):
    out.write(struct.pack("=I", len(data) if length is None else length) + data)
    out.flush()


def hear():
    head = sys.stdin.buffer.read(4)
    if len(head) < 4:
        sys.exit(0)
    return sys.stdin.buffer.read(struct.unpack("=I", head)[0])


def forever():
    while True:
        time.sleep(600)


what = sys.argv[1]
if what == "deaf":
    forever()
if what == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    forever()
hear()
if what == "endless":
    # A length beyond any limit, and bytes for ever.
    out.write(b"\xff\xff\xff\xff")
    while True:
        out.write(b"x" * 65536)
elif what == "long":
    # More than it ever says.
    say(b'"half', 1000000)
    forever()
elif what == "short":
    # Less than it says: the rest looks like the next message.
    say(b'"a text that goes on and on"', 3)
    forever()
elif what == "middle":
    say(b'"half', 100)
elif what == "head":
    out.write(b"\x05\x00")
elif what == "silent-end":
    pass
elif what == "no-json":
    say(b"{'a': 1}")
    forever()
elif what == "no-utf8":
    say(b'"\xff"')
    forever()
elif what == "nothing":
    say(b"")
    forever()
elif what == "flood":
    # Its first answer is right.
    piece = struct.pack("=I", 1002) + b'"' + b"x" * 1000 + b'"'
    while True:
        out.write(piece)
elif what == "complains":
    say(b"true")
    while True:
        os.write(2, b"no line \x1b[2J end " * 4000)
        os.write(2, b"\n" * 1000)
