// On the page that says that the server can't be reached: looks for it by itself, at once when the browser says that there is a net again.
const EVERY = 5_000;
const ANSWER_WITHIN = 10_000;

async function look() {
  try {
    if ((await fetch('/health/live', { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_WITHIN) })).ok) { location.reload(); return; }
  } catch { /* it isn't there */ }
  setTimeout(look, EVERY * (0.75 + Math.random() / 2));   // spread, so that a server that comes back isn't run over by all its pages at once
}

addEventListener('online', () => location.reload());
setTimeout(look, EVERY);
