// The service worker: says so where the server can't be reached, and shows what the server pushes. It keeps nothing but that one page and its script: all else is live, or
// has the caching that its own headers say. Raise the number when one of them changes.
const CACHE = 'chatter-offline-4';
const OFFLINE = '/offline.html';
const SCRIPT = '/js/offline.js';

// What is said here is said in the language of the page that was open last (js/worker.js notes it): when it is needed, there is none to ask.
const LANGUAGE = 'chatter-language';
const WORDS = {
  en: { direction: 'ltr', where: (author, room) => `${author} in ${room}` },
  de: { direction: 'ltr', where: (author, room) => `${author} in ${room}` },
  ar: { direction: 'rtl', where: (author, room) => `\u2068${author}\u2069 في \u2068${room}\u2069` },
};

async function language() {
  const noted = await (await caches.open(LANGUAGE)).match('/').then(kept => kept?.text());
  const wanted = noted ?? navigator.language.split('-')[0];
  return wanted in WORDS ? wanted : 'en';
}

self.addEventListener('install', e => {
  self.skipWaiting();
  e.waitUntil(caches.open(CACHE).then(cache => cache.addAll([OFFLINE, SCRIPT].map(path => new Request(path, { cache: 'reload' })))));
});

self.addEventListener('activate', e => e.waitUntil(Promise.all([
  self.clients.claim(),
  caches.keys().then(names => Promise.all(names.filter(name => name.startsWith('chatter-') && name !== CACHE && name !== LANGUAGE).map(name => caches.delete(name)))),
])));

// Pages only. A form that is posted isn't answered from here: whether it arrived, nobody could say.
self.addEventListener('fetch', e => {
  if (e.request.method !== 'GET') return;
  if (e.request.mode === 'navigate') e.respondWith(fetch(e.request).catch(offline));
  else if (new URL(e.request.url).pathname === SCRIPT) e.respondWith(fetch(e.request).catch(() => caches.match(SCRIPT)));
});

async function offline() {
  const [page, spoken] = await Promise.all([caches.match(OFFLINE), language()]);
  if (!page) return Response.error();
  const headers = new Headers(page.headers);
  headers.delete('Content-Encoding');   // it is decoded by now
  return new Response((await page.text()).replace('lang="en" dir="ltr"', `lang="${spoken}" dir="${WORDS[spoken].direction}"`), { headers });
}

// Browsers demand that something is shown for each push.
self.addEventListener('push', e => {
  const { title, body, room, seq, author, name } = e.data.json();
  e.waitUntil(language().then(spoken => self.registration.showNotification(author && name ? WORDS[spoken].where(author, name) : title,
    { body, lang: spoken, dir: 'auto', tag: room, renotify: true, icon: '/icons/icon-192.png', data: { room, seq } })));
});

const place = ({ room, seq }) => `/rooms/${room}?at=${seq}`;

// A page that is there goes to the message itself (js/worker.js), so that its drafts and its connection stay.
self.addEventListener('notificationclick', e => {
  e.notification.close();
  const { data } = e.notification;
  if (!data?.room) return;
  e.waitUntil(self.clients.matchAll({ type: 'window' }).then(async pages => {
    const page = pages.find(one => one.visibilityState === 'visible') ?? pages[0];
    if (!page) return self.clients.openWindow(place(data));
    await page.focus();
    page.postMessage({ type: 'go', place: place(data) });
  }));
});
