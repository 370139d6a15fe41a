// A client of /ws by npm's ws: node client.mjs ADDRESS. Ends with code 0 where all went as docs/protocol.md says.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import WebSocket from 'ws';

const address = process.argv[2];
const password = 'battery staple 7';
const unique = prefix => `${prefix}-${randomUUID().slice(0, 8)}`;

async function call(path, token, body) {
  const answer = await fetch(new URL(path, address), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body ?? {}),
  });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

const register = async name => (await call('/api/register', null, { name: unique(name), password })).token;

/** A socket and the frames that it got and nobody took yet. */
class Client {
  #frames = [];
  #waiting = [];
  pings = 0;

  static async open(token, resume, epoch) {
    const client = new Client();
    client.socket = new WebSocket(new URL('/ws', address.replace(/^http/, 'ws')), 'chatter.v1.json');
    client.socket.on('message', (data, binary) => {
      assert.equal(binary, false);
      client.#frames.push(JSON.parse(data));
      for (const wake of client.#waiting.splice(0)) wake();
    });
    client.socket.on('ping', () => client.pings++);
    client.closed = once(client.socket, 'close').then(([code]) => code);
    await once(client.socket, 'open');
    assert.equal(client.socket.protocol, 'chatter.v1.json');
    assert.equal(client.socket.extensions, '');
    client.send({ type: 'hello', token, resume, epoch });
    client.welcome = await client.next(() => true);
    assert.equal(client.welcome.type, 'welcome');
    assert.equal(client.welcome.protocol, 1);
    return client;
  }

  send(frame) {
    this.socket.send(JSON.stringify(frame));
  }

  async next(wanted) {
    for (;;) {
      const index = this.#frames.findIndex(wanted);
      if (index >= 0) return this.#frames.splice(index, 1)[0];
      await Promise.race([
        new Promise(wake => this.#waiting.push(wake)),
        this.closed.then(code => assert.fail(`closed with ${code}`)),
      ]);
    }
  }

  answer(type, nonce) {
    return this.next(frame => frame.type === type && frame.nonce === nonce);
  }

  /** The room's next event, which has to be this one. */
  async event(room, seq) {
    const event = await this.next(frame => frame.type === 'event' && frame.room === room);
    assert.equal(event.seq, seq);
    return event;
  }
}

const [adasToken, bensToken] = [await register('ada'), await register('ben')];
const room = (await call('/api/rooms', adasToken, { name: unique('interop') })).id;
const [ada, ben] = [await Client.open(adasToken), await Client.open(bensToken)];

console.log('joining subscribes the open socket');
const { seq: joined } = await call(`/api/rooms/${room}/join`, bensToken);
assert.equal((await ben.next(frame => frame.type === 'subscribed')).entry.last, joined - 1);
assert.equal((await ben.event(room, joined)).kind, 'joined');
await ada.event(room, joined);

console.log('sends are acknowledged, and come to both in their order');
const texts = [...Array(100).keys()].map(i => `${i} ${'räksmörgås 寿司 🍣 '.repeat(i)}.`);
const nonces = texts.map(() => randomUUID());
texts.forEach((text, i) => ada.send({ type: 'send', room, text, nonce: nonces[i], prev: nonces[i - 1] }));
for (let i = 0; i < texts.length; i++) {
  assert.equal((await ada.answer('sent', nonces[i])).seq, joined + 1 + i);
  for (const client of [ada, ben]) {
    const event = await client.event(room, joined + 1 + i);
    assert.deepEqual([event.text, event.nonce], [texts[i], nonces[i]]);
  }
}
let last = joined + texts.length;

console.log('a nonce sent again makes no second event');
ada.send({ type: 'send', room, text: texts[7], nonce: nonces[7] });
assert.equal((await ada.answer('sent', nonces[7])).seq, joined + 8);

console.log('a message in fragments is one message');
const frame = Buffer.from(JSON.stringify({ type: 'send', room, text: 'in 🍣 pieces', nonce: 'pieces' }));
for (let i = 0; i < frame.length; i++) ada.socket.send(frame.subarray(i, i + 1), { binary: false, fin: i === frame.length - 1 });
await ada.answer('sent', 'pieces');
last++;
for (const client of [ada, ben]) assert.equal((await client.event(room, last)).text, 'in 🍣 pieces');

console.log('pings are answered, ours and theirs');
for (const payload of ['', 'payload', 'x'.repeat(125)]) {
  ben.socket.ping(payload);
  assert.equal((await once(ben.socket, 'pong'))[0].toString(), payload);
}
ben.send({ type: 'ping', nonce: 'n' });
await ben.answer('pong', 'n');
while (ben.pings < 2) await once(ben.socket, 'ping');

console.log('after an abort, resuming gives what was missed and nothing twice');
ben.socket.terminate();
assert.equal(await ben.closed, 1006);
for (let i = 0; i < 10; i++) {
  ada.send({ type: 'send', room, text: `missed ${i}`, nonce: `missed-${i}` });
  await ada.answer('sent', `missed-${i}`);
}
const again = await Client.open(bensToken, { [room]: last }, ben.welcome.epoch);
for (let i = 0; i < 10; i++) {
  last++;
  assert.equal((await again.event(room, last)).text, `missed ${i}`);
  await ada.event(room, last);
}

console.log('close codes are those that were meant');
const closing = async act => {
  const client = await Client.open(bensToken);
  await act(client.socket);
  return client.closed;
};
assert.equal(await closing(socket => socket.close(1000)), 1000);
assert.equal(await closing(socket => socket.close(4001, 'as I like')), 4001);
assert.equal(await closing(socket => socket.close()), 1005);
assert.equal(await closing(socket => socket.send(Buffer.from([1, 2, 3]))), 1003);
assert.equal(await closing(socket => socket.send('x'.repeat(65_537))), 1009);
assert.equal(await closing(() => call('/api/logout', bensToken)), 4401);
assert.equal(await again.closed, 4401);
ada.socket.close(1000);
assert.equal(await ada.closed, 1000);
console.log('done');
