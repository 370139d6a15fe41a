// node ws.mjs PORT: what a competent developer writes with `ws`. Everybody in a room gets the text that anybody in it sends.
import { WebSocket, WebSocketServer } from 'ws';

const heartbeat = 30_000;
const rooms = new Map();
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2]), path: '/ws', perMessageDeflate: false });

server.on('connection', (socket, request) => {
  const name = new URL(request.url, 'http://localhost').searchParams.get('room');
  const room = rooms.get(name) ?? new Set();
  rooms.set(name, room.add(socket));
  socket.alive = true;
  socket.on('pong', () => { socket.alive = true; });
  socket.on('close', () => room.delete(socket));
  socket.on('error', () => socket.terminate());
  socket.on('message', (data, binary) => {
    for (const member of room) if (member.readyState === WebSocket.OPEN) member.send(data, { binary });
  });
  socket.send('ready');
});

// As the documentation of `ws` tells to find connections that are dead.
setInterval(() => {
  for (const socket of server.clients) {
    if (!socket.alive) {
      socket.terminate();
      continue;
    }
    socket.alive = false;
    socket.ping();
  }
}, heartbeat);
