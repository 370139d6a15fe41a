// Tells the reader of what calls him while he doesn't look: NoticeTeller.razor hands over what that is. All tabs of a browser hear of it, one of them tells.
import { ask, change, chime, choices, isQuiet, mayAsk, permission, wishes } from './notice-choices.js';
import { key, put, read } from './storage.js';

const TOLD = key('told');
const MOST_TOLD = 100;
const HELD = 60_000;
const open = new Map();   // what this tab has shown, by room

const place = notice => `/rooms/${notice.room}`;
const looksAt = notice => document.visibilityState === 'visible' && document.hasFocus() && location.pathname === place(notice);

function take(notice) {
  const told = read(TOLD, {});   // where storage is forbidden, each tab tells
  const before = told[notice.room];
  if (before && before.seq >= notice.seq && before.at >= notice.at) return false;
  delete told[notice.room];
  told[notice.room] = { seq: notice.seq, at: notice.at };   // the last of its keys: the first are forgotten
  for (const room of Object.keys(told).slice(0, -MOST_TOLD)) delete told[room];
  put(TOLD, told);
  return true;
}

// Whichever tab gets the message's lock, and holds it until all have heard of it: what one tab writes into the storage, another may see only a while later. The storage
// is for who hears of it later still, having been away.
const isFirst = notice => new Promise(first => {
  if (!navigator.locks) first(take(notice));
  else navigator.locks.request(`${TOLD} ${notice.room} ${notice.seq}`, { ifAvailable: true }, lock => {
    first(lock !== null && take(notice));
    return lock && new Promise(heard => setTimeout(heard, HELD));
  });
});

function go(notice) {
  focus();
  Blazor.navigateTo(`${place(notice)}?at=${notice.seq}`);
}

async function show(notice) {
  const options = { body: notice.body, tag: notice.room, renotify: true, icon: '/icons/icon-192.png', data: { room: notice.room, seq: notice.seq } };
  try {
    const shown = new Notification(notice.title, options);
    shown.onclick = () => { shown.close(); go(notice); };
    shown.onclose = () => { if (open.get(notice.room) === shown) open.delete(notice.room); };
    open.set(notice.room, shown);
  } catch {
    // Phones have them only from the service worker, which sees to the click then.
    const worker = await navigator.serviceWorker?.getRegistration();
    await worker?.showNotification(notice.title, options);
  }
}

export function attach(bar, self) {
  const stop = new AbortController();
  const on = (target, type, listener) => target.addEventListener(type, listener, { signal: stop.signal });

  let quiet;
  // Where the connection is away, it is said again when it is back.
  const wish = () => {
    clearTimeout(quiet);
    if (isQuiet()) quiet = setTimeout(wish, choices().quietUntil - Date.now() + 1);
    if (document.documentElement.dataset.circuit !== 'lost') self.invokeMethodAsync('Wish', wishes()).catch(() => {});
    if (!mayAsk()) bar.hidden = true;
  };

  on(document, 'chatter:notices', wish);
  on(document, 'chatter:connected', wish);
  on(bar, 'click', e => {
    const answer = e.target.closest('[data-notify]')?.dataset.notify;
    if (answer === 'yes') ask();
    else if (answer === 'no') change({ asked: true });
  });
  on(document, 'visibilitychange', () => open.forEach((shown, room) => { if (looksAt({ room })) shown.close(); }));
  wish();

  return {
    async tell(notices) {
      const news = notices.filter(notice => !looksAt(notice));
      if (news.length === 0 || isQuiet()) return;
      if (mayAsk()) bar.hidden = false;
      if (permission() !== 'granted' || !choices().on) return;
      let told = false;
      for (const notice of news) {
        if (!await isFirst(notice)) continue;
        await show(notice);
        told = true;
      }
      if (told && choices().sound) chime();
    },
    dispose() {
      stop.abort();
      clearTimeout(quiet);
    },
  };
}
