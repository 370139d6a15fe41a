// The send box. Its text never goes to the server while it is typed: a draft per room is kept in the browser, and so is each message that was sent,
// until the server says that it is committed. Whatever breaks in between, it is repeated under the same nonce, which makes it happen once.
import { completion, insert } from '../../js/completion.js';
import { pick, shortcodes } from '../../js/emoji.js';
import { get, key, outboxKey, put, read, set } from '../../js/storage.js';
import { tray } from '../../js/tray.js';
import { say } from '../../js/words.js';

const TYPING_EVERY = 3000;
const SHOWN_AFTER = 400;
const LATE = 3000;
const ASK_AGAIN = 5000;
const NOT_DONE = say('NotDone');
const NOT_SAVED = say('NotSaved');

function newNonce() {   // a UUID of version 7; crypto.randomUUID is only there on secure pages
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) % 256;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return [...bytes].map(b => b.toString(16).padStart(2, '0')).join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

// Control characters show nothing and would swell sixfold on the way; half a surrogate pair isn't text.
const clean = text => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '').replace(/\p{Surrogate}/gu, '\ufffd').trimEnd();

export function attach(form, page, room, limits) {
  const box = form.querySelector('textarea');
  const emoji = form.querySelector('.emoji-button');
  const hint = form.querySelector('[data-hint]');
  const unsent = document.querySelector('[data-unsent]');
  const draftKey = key('draft', room);
  const replyKey = key('reply', room);
  const unsentKey = outboxKey(room);
  const ending = new AbortController();
  const on = (target, type, listener) => target.addEventListener(type, listener, { signal: ending.signal });
  const under = new Set();   // what the server was handed and hasn't answered, by nonce
  let typedAt = 0;
  let about = null;   // the message that is answered or edited: { id, edit }
  let saving = false;
  let wanted = false;   // sent, as soon as its files are there
  let full = false;     // the circuit holds as many messages as it may: what is newer waits here, in order
  let asking;

  const outbox = () => read(unsentKey, []);
  const keep = items => { if (items.length) put(unsentKey, items); else set(unsentKey, ''); };
  const forget = nonce => { keep(outbox().filter(item => item.nonce !== nonce)); shown(); };

  const connected = () => document.documentElement.dataset.circuit !== 'lost';

  // What is under way when the wire breaks may be lost, or its answer: when the connection is back, and still nothing has come, it counts as failed.
  async function call(name, ...rest) {
    const answered = new AbortController();
    const lost = new Promise((_, reject) => {
      document.addEventListener('chatter:connected', () => setTimeout(reject, LATE, new Error(`${name} was lost`)), { signal: answered.signal });
    });
    try {
      return await Promise.race([page.invokeMethodAsync(name, ...rest), lost]);
    } finally {
      answered.abort();
    }
  }

  function deliver(item) {
    setTimeout(() => show(item), connected() ? SHOWN_AFTER : 0);
    if (!connected() || full) return;   // delivered when it is back, or has a place
    handOver(item);
  }

  function handOver(item) {
    under.add(item.nonce);
    const waiting = outbox();
    const before = waiting[waiting.findIndex(kept => kept.nonce === item.nonce) - 1];   // not to be overtaken, should the server have no place for it
    page.invokeMethodAsync('Send', item.nonce, item.text, Date.now() - item.at, item.replyTo ?? null, item.attachments ?? null, before?.nonce ?? null).then(() => {
      under.delete(item.nonce);
      forget(item.nonce);
      if (full) handOverNext();
    }, () => {   // the connection is gone: repeated when it is back; or the server holds too much of this page: repeated when that is less
      under.delete(item.nonce);
      show(item);
      full = true;
      clearTimeout(asking);
      asking = setTimeout(handOverNext, ASK_AGAIN);
    });
  }

  // A place may have become free: whether there is one, the first that waits finds out.
  function handOverNext() {
    clearTimeout(asking);
    if (ending.signal.aborted || !connected()) return;
    const next = outbox().find(item => !under.has(item.nonce));
    full = next !== undefined;
    if (!full) return;
    asking = setTimeout(handOverNext, ASK_AGAIN);
    handOver(next);
  }

  function deliverAll() {
    full = false;
    under.clear();
    outbox().forEach(deliver);
  }

  // What the server hasn't drawn yet is drawn here, below its rows.
  function show(item) {
    if (ending.signal.aborted || !outbox().some(kept => kept.nonce === item.nonce)) return;
    if (document.querySelector(`[data-key="n${item.nonce}"], [data-unsent="${item.nonce}"]`)) return;
    const row = document.createElement('article');
    row.className = 'row mine waiting';
    row.dataset.unsent = item.nonce;
    const text = document.createElement('p');
    text.className = 'text';
    text.dir = 'auto';
    text.textContent = [item.text, ...(item.attachments ?? []).map(file => file.name)].filter(Boolean).join('\n');
    const state = document.createElement('p');
    state.className = 'row-state';
    state.textContent = say('WaitingForConnection');
    row.append(text, state);
    unsent.append(row);
  }

  function shown() {
    const kept = new Set(outbox().map(item => item.nonce));
    for (const row of [...unsent.children])
      if (!kept.has(row.dataset.unsent) || document.querySelector(`[data-key="n${row.dataset.unsent}"]`)) row.remove();
  }

  function send() {
    const text = clean(box.value);
    box.focus();
    if (about?.edit) { save(text); return; }
    wanted = false;
    if (!text.trim() && files.state() === 'empty') return;
    if (/^\/(?!\/)/.test(text)) { command(text); return; }
    post(text.replace(/^\/\//, '/'));
  }

  function post(text) {
    if (files.state() === 'busy') { wanted = true; hint.textContent = say('SentWithFiles'); return; }
    if (files.state() === 'failed') { hint.textContent = say('FileLacks'); return; }
    const attachments = files.take();
    const item = { nonce: newNonce(), text, at: Date.now(), ...(about && { replyTo: about.id }), ...(attachments.length && { attachments }) };
    keep([...outbox(), item]);
    box.value = '';
    typedAt = 0;
    write(null);
    typed();
    deliver(item);
    document.dispatchEvent(new Event('chatter:sent'));
  }

  // A command is carried out now or not at all: it stays in the box until it is.
  async function command(text) {
    if (saving) return;
    if (!connected()) { hint.textContent = NOT_DONE; return; }
    saving = true;
    const outcome = await call('Command', text).catch(() => ({ error: NOT_DONE }));
    saving = false;
    if (ending.signal.aborted) return;
    if (outcome.error) { hint.textContent = outcome.error; return; }
    if (outcome.text) { post(outcome.text); return; }
    if (clean(box.value) === text) fill('');
  }

  // Another text of a message: it stays in the box until the server has it.
  async function save(text) {
    if (saving) return;
    if (!text.trim()) { hint.textContent = say('NeedsText'); return; }
    if (!connected()) { hint.textContent = NOT_SAVED; return; }
    const { id } = about;
    saving = true;
    hint.textContent = say('Saving');
    const refusal = await call('Edit', id, text).catch(() => NOT_SAVED);
    saving = false;
    if (ending.signal.aborted || about?.id !== id) return;
    if (refusal) hint.textContent = refusal; else write(null);
  }

  // What the box is for: an answer to a message, another text of it, or, with null, a new message again. The draft waits meanwhile.
  function write(id, edit, text) {
    if (about?.edit) { about = null; fill(get(draftKey) ?? ''); }
    about = id ? { id, edit } : null;
    set(replyKey, id && !edit ? id : '');
    if (edit) fill(text);
    if (id) { box.focus(); box.setSelectionRange(box.value.length, box.value.length); }
  }

  function stopWriting() {
    write(null);
    page.invokeMethodAsync('StopWriting').catch(() => {});   // no connection: it knows when the page comes back
  }

  function fill(text) {
    box.value = text;
    typed();
  }

  function typed() {
    if (!about?.edit) set(draftKey, box.value);
    hint.textContent = box.value.length >= box.maxLength ? say('LongestMessage', box.maxLength) : '';
    grow();
  }

  function grow() {
    if (CSS.supports('field-sizing', 'content')) return;
    box.style.height = 'auto';
    box.style.height = `${box.scrollHeight}px`;
  }

  const files = tray({
    form, room, limits,
    hint: text => { hint.textContent = text; },
    changed(state) {
      if (!wanted) return;
      if (state === 'ready') send();
      else if (state !== 'busy') { wanted = false; hint.textContent = ''; }
    },
    signal: ending.signal,
  });

  on(form, 'submit', e => {
    e.preventDefault();
    send();
  });
  on(box, 'keydown', e => {
    if (e.isComposing) return;
    if (e.key === 'Escape') { e.preventDefault(); if (about) stopWriting(); else page.invokeMethodAsync('Dismiss').catch(() => {}); return; }   // no connection: nothing to tell
    if (e.key === 'ArrowUp' && !box.value && !about && !e.shiftKey && connected()) { e.preventDefault(); page.invokeMethodAsync('EditLast'); return; }
    if (e.key !== 'Enter' || e.shiftKey || e.keyCode === 229) return;   // 229: an input method is still composing
    e.preventDefault();
    send();
  });
  on(box, 'input', () => {
    typed();
    const now = Date.now();
    if (!connected() || !box.value.trim() || now - typedAt < TYPING_EVERY) return;
    typedAt = now;
    page.invokeMethodAsync('Typing').catch(() => typedAt = 0);   // no connection: nobody to tell
  });
  on(emoji, 'click', async () => {
    const picked = await pick(emoji);
    if (picked) insert(box, box.selectionStart, box.selectionEnd, picked);
  });
  const people = {
    name: say('People'),
    trigger: '@',
    letters: 'A-Za-z0-9_.\\-',
    least: 1,
    find: begins => connected() ? call('People', begins).catch(() => []) : [],   // no connection: a name can be typed
  };
  const commands = {
    name: say('Commands'),
    strict: true,
    trigger: '/',
    letters: 'a-z',
    least: 0,
    find: begins => connected() && box.value === `/${begins}` ? call('Commands', begins).catch(() => []) : [],   // no connection: no commands either
  };
  completion(box, [shortcodes, people, commands], ending.signal);
  on(document, 'chatter:connected', deliverAll);

  const rows = new MutationObserver(shown);
  rows.observe(unsent.previousElementSibling, { childList: true });

  fill(get(draftKey) ?? '');
  const answered = get(replyKey);
  if (answered) {
    write(answered, false);
    page.invokeMethodAsync('Reply', answered).then(there => { if (!there && about?.id === answered) write(null); }, () => {});   // no connection: it is sent as an answer all the same
  }
  deliverAll();

  return {
    write,
    focus() {
      if (matchMedia('(hover: hover)').matches) box.focus({ preventScroll: true });   // on a phone that would open its keyboard
    },
    dispose() {
      ending.abort();
      clearTimeout(asking);
      rows.disconnect();
    },
  };
}
