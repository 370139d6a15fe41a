// Starts Blazor and says in the page, never over it, whether the server is there: <html data-connection="lost"> shows the banner,
// <html data-circuit="lost"> tells scripts not to call the server.
import './keys.js';
import './lightbox.js';
import './swipe.js';
import './tab-icon.js';
import './worker.js';
import { sweep } from './storage.js';
import { say } from './words.js';

sweep();

const root = document.documentElement;
let circuit = true;

function show() {
  root.dataset.circuit = circuit ? 'ok' : 'lost';
  root.dataset.connection = circuit && navigator.onLine ? 'ok' : 'lost';
}

// Why the server doesn't let this page in: its session has ended, and the login page says so; or its reader has too many pages open, and is told. Where it
// is something else, or the server can't be asked, it is tried again.
async function askDoor() {
  let status;
  try {
    ({ status } = await fetch('_blazor/place', { method: 'POST', cache: 'no-store' }));
  } catch {
    return undefined;
  }
  if (status === 401) location.reload();
  document.getElementById('too-many').hidden = status !== 429;
  return status;
}

// Of a first connection that fails Blazor says nothing. The page begins by itself when another one makes room.
const ASK_AFTER = 2000;
const ASK_AGAIN = 5000;

async function whileShut(full) {
  if (document.querySelector('#ready[data-ready="True"]')) {
    document.getElementById('too-many').hidden = true;   // it had the last place itself
    return;
  }
  const status = await askDoor();
  if (full && status === 204) location.reload();
  else setTimeout(whileShut, ASK_AGAIN, status === 429);
}

const connected = () => document.dispatchEvent(new Event('chatter:connected'));

document.getElementById('components-reconnect-modal').addEventListener('components-reconnect-state-changed', e => {
  switch (e.detail.state) {
    case 'retrying':
      askDoor();
      // fallthrough
    case 'show':
    case 'paused':
      circuit = false;
      break;
    case 'hide':
      circuit = true;
      document.getElementById('too-many').hidden = true;
      break;
    default:
      // The server is there but doesn't know this page any more, since it was restarted: the address says the room, the storage holds drafts and what wasn't sent.
      location.reload();
  }
  show();
  // What was sent meanwhile may be lost: the send box repeats it. Only now, since who is told looks at what show() says.
  if (circuit) connected();
});
addEventListener('online', () => { show(); connected(); });
addEventListener('offline', show);
show();

// A picture of somebody that doesn't come leaves the initials that it would cover.
addEventListener('error', e => { if (e.target instanceof HTMLImageElement && e.target.closest('.avatar')) e.target.hidden = true; }, true);

// Where a circuit failed, on the server or in the browser (a wire that breaks while something is being sent is enough), Blazor gives the page up and shows
// this element. The page loads itself anew then (Rescue.razor).
function givenUp() {
  circuit = false;
  show();
  window.chatterGiveUp();
}

const failure = document.getElementById('blazor-error-ui');
new MutationObserver(() => {
  if (getComputedStyle(failure).display !== 'none') givenUp();
}).observe(failure, { attributes: true, attributeFilter: ['style'] });

Blazor.start({
  circuit: {
    // Nothing but a WebSocket: what Blazor has instead takes a request for each event, and gives up where one of them fails.
    configureSignalR: builder => builder.withUrl('_blazor', { transport: 1, skipNegotiation: true }),
    reconnectionOptions: {
      maxRetries: Number.MAX_SAFE_INTEGER,
      // Spread, so that a server that comes back isn't run over by all its pages at once.
      retryIntervalMilliseconds: tried => Math.min(300 * 2 ** Math.min(tried, 5), 5000) * (0.5 + Math.random() / 2),
    },
  },
}).catch(givenUp);   // the first connection: later ones are tried for ever
setTimeout(whileShut, ASK_AFTER, false);

// A dialog has the focus from the moment it is there, in its first field, and nobody takes it out again (the menu that opened it tries to): this is
// settled here, since a focus that the server asks for comes late, and would move people who are typing already. Where the focus was before, it is
// again when the last dialog is gone: else the keyboard is nowhere.
const dialogs = document.getElementsByClassName('mud-dialog-container');
let shown;
let before;

const topmost = () => dialogs[dialogs.length - 1];
const enter = dialog => dialog.querySelector('.mud-dialog :is(input, textarea, button, [href]):enabled')?.focus();

document.addEventListener('focusin', e => {
  const dialog = topmost();
  if (dialog?.contains(e.target)) return;
  before = e.target;
  if (dialog) enter(dialog);
});

new MutationObserver(() => {
  const dialog = topmost();
  if (dialog && !dialog.contains(document.activeElement)) enter(dialog);
  if (shown && !dialog && document.activeElement === document.body) before?.focus();
  shown = dialog;
}).observe(document.body, { childList: true, subtree: true });

// MudMenu has the server told of every move of the pointer over it, which only menus that open by hovering need. Ours open on a click.
for (const move of ['pointermove', 'pointerenter', 'pointerleave']) {
  addEventListener(move, e => {
    if (e.target instanceof Element && e.target.closest('.mud-menu, .mud-popover')) e.stopImmediatePropagation();
  }, true);
}

// Escape is settled here, too, wherever the focus is. A menu that was opened by mouse leaves the focus on its button, where MudBlazor takes Escape for a
// way into the menu, and people want out; and a focus that the server sets on arrival may come after the menu. To a dialog MudBlazor listens only when the
// server has asked it to, which is too late for who is quick; its first action is the way out. The drawer's is its button: were the server to listen for a
// key, it would be told of each one that is typed.
document.addEventListener('keydown', e => {
  if (e.key !== 'Escape') return;
  const menu = document.querySelector('[aria-haspopup="menu"][aria-expanded="true"]');
  const out = menu ?? topmost()?.querySelector('.mud-dialog-actions button') ?? document.querySelector('.drawer-open [aria-controls="side"]');
  if (!out) return;
  e.stopImmediatePropagation();
  out.click();
  menu?.focus();
}, true);

// Links in messages lead to new tabs; those to a room of this house, or into one, lead there in this one.
document.addEventListener('click', e => {
  if (e.button !== 0 || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
  const link = e.target instanceof Element && e.target.closest('.text a[href]');
  if (!link || link.origin !== location.origin || !/^\/(rooms|join)\//.test(link.pathname)) return;
  e.preventDefault();
  Blazor.navigateTo(link.pathname + link.search);
});

// Ctrl+Shift+F searches; Ctrl+F is the browser's. In a room it is the room's button, elsewhere that of the side.
document.addEventListener('keydown', e => {
  if (e.code !== 'KeyF' || !e.shiftKey || !(e.ctrlKey || e.metaKey) || e.altKey || topmost()) return;
  const box = document.getElementById('search-text');
  const buttons = document.querySelectorAll('[data-search]');
  if (!box && buttons.length === 0) return;
  e.preventDefault();
  if (box) {
    box.focus();
    box.select();
  } else {
    buttons[buttons.length - 1].click();
  }
});

// The copy buttons of code in messages. Settled here for all of them, those of later messages too, and without asking the server, which may be away. Only
// attributes are changed: the elements are Blazor's.
const COPIED_FOR = 2000;

async function copy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    // No secure page, or not allowed: what is selected can be copied, if need be by hand.
    getSelection().selectAllChildren(code);
    return document.execCommand('copy');
  }
}

document.addEventListener('click', async e => {
  const button = e.target instanceof Element && e.target.closest('.copy');
  if (!button || !await copy(button.closest('.code').querySelector('code'))) return;
  const label = button.getAttribute('aria-label');
  if ('copied' in button.dataset) return;
  button.dataset.copied = say('Copied');
  button.setAttribute('aria-label', say('Copied'));
  setTimeout(() => {
    delete button.dataset.copied;
    button.setAttribute('aria-label', label);
  }, COPIED_FOR);
});

// All of it ran, and all that it needs (Rescue.razor).
window.chatterStarted = true;
