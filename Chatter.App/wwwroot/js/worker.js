// The service worker, /sw.js: registered when the page is there, since nothing that the page shows needs it.
import { tellAgain } from './push.js';

navigator.serviceWorker?.register('/sw.js').then(tellAgain).catch(() => {});   // forbidden by the reader, no secure page, no server: then there is none

// In which language it speaks where no page is open, or none can be had.
globalThis.caches?.open('chatter-language').then(kept => kept.put('/', new Response(document.documentElement.lang))).catch(() => {});   // storage may be forbidden by the reader

navigator.serviceWorker?.addEventListener('message', e => {
  if (e.data?.type === 'go') Blazor.navigateTo(e.data.place);
});
