// Starts Blazor and says in the page, never over it, whether the server is there: <html data-connection="lost"> shows the banner.
const root = document.documentElement;
let circuit = true;

function show() {
  const connected = circuit && navigator.onLine;
  root.dataset.connection = connected ? 'ok' : 'lost';
}

document.getElementById('components-reconnect-modal').addEventListener('components-reconnect-state-changed', e => {
  switch (e.detail.state) {
    case 'show':
    case 'retrying':
    case 'paused':
      circuit = false;
      break;
    case 'hide':
      circuit = true;
      // What was sent meanwhile may be lost: the send box repeats it.
      document.dispatchEvent(new Event('chatter:connected'));
      break;
    default:
      // The server is there but doesn't know this page any more, since it was restarted: the address says the room, the storage holds drafts and what wasn't sent.
      location.reload();
  }
  show();
});
addEventListener('online', () => { show(); document.dispatchEvent(new Event('chatter:connected')); });
addEventListener('offline', show);
show();

Blazor.start({
  circuit: {
    reconnectionOptions: {
      maxRetries: Number.MAX_SAFE_INTEGER,
      // Spread, so that a server that comes back isn't run over by all its pages at once.
      retryIntervalMilliseconds: tried => Math.min(300 * 2 ** Math.min(tried, 5), 5000) * (0.5 + Math.random() / 2),
    },
  },
});
