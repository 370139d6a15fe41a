// bun bun.mjs PORT: Bun's server with the publish and subscribe that is built into it. Everybody in a room gets the text that anybody in it sends.
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.argv[2]),
  fetch(request, self) {
    const room = new URL(request.url).searchParams.get('room');
    return self.upgrade(request, { data: { room } }) ? undefined : new Response('A WebSocket, please.', { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    idleTimeout: 60, // It pings by itself, in time.
    open(socket) {
      socket.subscribe(socket.data.room);
      socket.send('ready');
    },
    message(socket, text) {
      server.publish(socket.data.room, text);
    },
  },
});
