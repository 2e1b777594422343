"""A model server that does nothing but keep time: Anthropic's Messages, streamed, the same answer to everybody.

Usage: server.py PORT FIRST_MS PIECES GAP_MS

The first piece of text comes FIRST_MS after the request, the others GAP_MS apart; then the answer ends. With PIECES 0 it
goes on until the client leaves. Prints its port; at the end of its input, how many calls there were and how many are open.
"""

import asyncio
import gc
import json
import sys

import uvloop

END = b"0\r\n\r\n"


def chunk(name: str, **fields) -> bytes:
    event = f"event: {name}\ndata: {json.dumps({'type': name, **fields})}\n\n".encode()
    return b"%x\r\n%s\r\n" % (len(event), event)


HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n"
    + chunk("message_start", message={
        "id": "msg_bench", "type": "message", "role": "assistant", "model": "bench", "content": [], "stop_reason": None,
        "usage": {"input_tokens": 1_000, "output_tokens": 1}})
    + chunk("content_block_start", index=0, content_block={"type": "text", "text": ""}))
PIECE = chunk("content_block_delta", index=0, delta={"type": "text_delta", "text": "some words of an answer "})
TAIL = (
    chunk("content_block_stop", index=0)
    + chunk("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": 60})
    + chunk("message_stop") + END)


class Model(asyncio.Protocol):
    calls = 0
    open = 0

    def __init__(self, loop, first: float, pieces: int, gap: float):
        self.loop, self.first, self.pieces, self.gap = loop, first, pieces, gap
        self.received = b""
        self.timer = None

    def connection_made(self, transport):
        self.transport = transport
        Model.open += 1

    def connection_lost(self, _error):
        Model.open -= 1
        if self.timer:
            self.timer.cancel()

    def data_received(self, data):
        self.received += data
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found:
            return
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(body) < int(length):
            return
        self.received = b""
        Model.calls += 1
        self.sent = 0
        self.due = self.loop.time() + self.first
        self.timer = self.loop.call_at(self.due, self.piece)

    def piece(self):
        self.sent += 1
        if self.sent == self.pieces:
            self.timer = None
            self.transport.write(PIECE + TAIL)
            return
        self.transport.write(HEAD + PIECE if self.sent == 1 else PIECE)
        self.due += self.gap
        self.timer = self.loop.call_at(self.due, self.piece)


async def main() -> None:
    port, first, pieces, gap = (int(word) for word in sys.argv[1:])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Model(loop, first / 1_000, pieces, gap / 1_000), "127.0.0.1", port, backlog=4_096)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Nothing here makes cycles, and a collection would be a pause that is not the clients'.
    gc.disable()
    ended = loop.create_future()
    loop.add_reader(sys.stdin.fileno(), lambda: ended.done() or ended.set_result(None))
    await ended
    print(Model.calls, Model.open, flush=True)


if __name__ == "__main__":
    uvloop.run(main())
