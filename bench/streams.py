"""Holds many idle event streams open from one process, and says so line by line.

Usage: streams.py URL TOKEN COUNT. Prints "open COUNT" when every stream has its headers, then waits for its
standard input to end.
"""

import asyncio
import resource
import sys
import urllib.parse


async def hold(parts, token: str, number: int, gate: asyncio.Semaphore):
    async with gate:
        # A source address has some 28,000 ports; with thousands of streams, spread over a few.
        source = (f"127.0.0.{2 + number // 5_000}", 0)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, local_addr=source, limit=4_096)
        writer.write(
            f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: text/event-stream\r\n"
            f"Authorization: Bearer {token}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.split(b"\r\n")[0].decode())
    return reader, writer


async def drain(reader):
    while await reader.read(4_096):
        pass


async def main():
    parts = urllib.parse.urlsplit(sys.argv[1])
    count = int(sys.argv[3])
    gate = asyncio.Semaphore(64)
    streams = await asyncio.gather(*(hold(parts, sys.argv[2], number, gate) for number in range(count)))
    readers = [asyncio.create_task(drain(reader)) for reader, _ in streams]
    print(f"open {count}", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    lost = sum(task.done() for task in readers)
    print(f"lost {lost}", flush=True)
    for task in readers:
        task.cancel()


if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(main())
