"""A client of /ws by python3-websockets: python3 client.py ADDRESS. Ends with code 0 where all went as docs/protocol.md says."""
import asyncio
import json
import ssl
import sys
import urllib.request
import uuid

import websockets

ADDRESS = sys.argv[1]
PASSWORD = "battery staple 7"
# The certificate of a server under test is signed by nobody.
TLS = ssl._create_unverified_context() if ADDRESS.startswith("https") else None


def unique(prefix):
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def post(path, token=None, body=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(ADDRESS.rstrip("/") + path, json.dumps(body or {}).encode(), headers)
    with urllib.request.urlopen(request, context=TLS) as answer:
        text = answer.read()
        return json.loads(text) if text else None


async def call(path, token=None, body=None):
    return await asyncio.get_running_loop().run_in_executor(None, post, path, token, body)


async def register(name):
    return (await call("/api/register", None, {"name": unique(name), "password": PASSWORD}))["token"]


class Counting(websockets.WebSocketClientProtocol):
    """Counts the server's pings, of which the library tells nobody."""

    heard = 0

    async def pong(self, data=b""):
        self.heard += 1
        await super().pong(data)


class Client:
    """A socket and the frames that it got and nobody took yet."""

    @classmethod
    async def open(cls, token, resume=None, epoch=None):
        client = cls()
        client.frames = []
        client.socket = await websockets.connect(
            "ws" + ADDRESS[len("http"):].rstrip("/") + "/ws", subprotocols=["chatter.v1.json"], ssl=TLS, create_protocol=Counting, ping_interval=None, max_size=None)
        assert client.socket.subprotocol == "chatter.v1.json"
        assert client.socket.extensions == [], client.socket.extensions
        hello = {"type": "hello", "token": token}
        if resume:
            hello.update(resume=resume, epoch=epoch)
        await client.send(hello)
        client.welcome = json.loads(await client.socket.recv())
        assert client.welcome["type"] == "welcome" and client.welcome["protocol"] == 1
        return client

    async def send(self, frame):
        await self.socket.send(json.dumps(frame, ensure_ascii=False))

    async def next(self, wanted):
        for index, frame in enumerate(self.frames):
            if wanted(frame):
                return self.frames.pop(index)
        while True:
            message = await self.socket.recv()
            assert isinstance(message, str)
            frame = json.loads(message)
            if wanted(frame):
                return frame
            self.frames.append(frame)

    async def answer(self, type, nonce):
        return await self.next(lambda frame: frame["type"] == type and frame.get("nonce") == nonce)

    async def event(self, room, seq):
        """The room's next event, which has to be this one."""
        event = await self.next(lambda frame: frame["type"] == "event" and frame["room"] == room)
        assert event["seq"] == seq, event
        return event

    async def ends_with(self, code):
        await self.socket.wait_closed()
        assert self.socket.close_code == code, f"closed with {self.socket.close_code} {self.socket.close_reason}, not {code}"


async def main():
    adas_token, bens_token = await register("ada"), await register("ben")
    room = (await call("/api/rooms", adas_token, {"name": unique("interop")}))["id"]
    ada, ben = await Client.open(adas_token), await Client.open(bens_token)

    print("joining subscribes the open socket")
    joined = (await call(f"/api/rooms/{room}/join", bens_token))["seq"]
    assert (await ben.next(lambda frame: frame["type"] == "subscribed"))["entry"]["last"] == joined - 1
    assert (await ben.event(room, joined))["kind"] == "joined"
    await ada.event(room, joined)

    print("sends are acknowledged, and come to both in their order")
    texts = [f"{i} {'räksmörgås 寿司 🍣 ' * i}." for i in range(100)]
    nonces = [str(uuid.uuid4()) for _ in texts]
    for i, text in enumerate(texts):
        await ada.send({"type": "send", "room": room, "text": text, "nonce": nonces[i], **({"prev": nonces[i - 1]} if i else {})})
    for i, text in enumerate(texts):
        assert (await ada.answer("sent", nonces[i]))["seq"] == joined + 1 + i
        for client in (ada, ben):
            event = await client.event(room, joined + 1 + i)
            assert (event["text"], event["nonce"]) == (text, nonces[i])
    last = joined + len(texts)

    print("a nonce sent again makes no second event")
    await ada.send({"type": "send", "room": room, "text": texts[7], "nonce": nonces[7]})
    assert (await ada.answer("sent", nonces[7]))["seq"] == joined + 8

    print("a message in fragments is one message")
    frame = json.dumps({"type": "send", "room": room, "text": "in 🍣 pieces", "nonce": "pieces"}, ensure_ascii=False)
    await ada.socket.send(iter(frame))
    await ada.answer("sent", "pieces")
    last += 1
    for client in (ada, ben):
        assert (await client.event(room, last))["text"] == "in 🍣 pieces"

    print("pings are answered, ours and theirs")
    for payload in ("", "payload", "x" * 125):
        await (await ben.socket.ping(payload))
    await ben.send({"type": "ping", "nonce": "n"})
    await ben.answer("pong", "n")
    while ben.socket.heard < 2:
        await asyncio.sleep(0.01)
    assert ben.socket.open

    print("after an abort, resuming gives what was missed and nothing twice")
    ben.socket.transport.abort()
    await ben.ends_with(1006)
    for i in range(10):
        await ada.send({"type": "send", "room": room, "text": f"missed {i}", "nonce": f"missed-{i}"})
        await ada.answer("sent", f"missed-{i}")
    again = await Client.open(bens_token, {room: last}, ben.welcome["epoch"])
    for i in range(10):
        last += 1
        assert (await again.event(room, last))["text"] == f"missed {i}"
        await ada.event(room, last)

    print("close codes are those that were meant")

    async def closing(act, code):
        client = await Client.open(bens_token)
        await act(client.socket)
        await client.ends_with(code)

    await closing(lambda socket: socket.close(1000), 1000)
    await closing(lambda socket: socket.close(4001, "as I like"), 4001)
    await closing(lambda socket: socket.send(b"\1\2\3"), 1003)
    await closing(lambda socket: socket.send("x" * 65_537), 1009)
    await closing(lambda socket: call("/api/logout", bens_token), 4401)
    await again.ends_with(4401)
    await ada.socket.close(1000)
    await ada.ends_with(1000)
    print("done")


asyncio.run(main())
