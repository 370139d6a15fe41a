// All that this browser keeps of its reader. Each key has the reader's id in it, since the next one at this browser may be another person; whoever logs out
// takes theirs along, and what somebody else left behind is swept away when a page begins. Where the reader forbids storage, or it is full, this page's life has to do.
const PREFIX = 'chatter.';
const OUTBOX = 'outbox';
const reader = document.documentElement.dataset.user ?? '';
const memory = new Map();

/** The key of something of this reader, and of a room, where it is one's own there. */
export const key = (name, ...rest) => [`${PREFIX}${name}`, reader, ...rest].join('.');

export const outboxKey = room => key(OUTBOX, room);

export function get(key) {
  if (memory.has(key)) return memory.get(key);
  try { return localStorage.getItem(key); } catch { return null; }
}

/** Keeps a text; an empty one, or null, is forgotten. */
export function set(key, value) {
  memory.delete(key);
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    if (value) memory.set(key, value);
  }
}

/** What was kept by put, or what stands in for it where nothing was. */
export function read(key, otherwise) {
  try { return JSON.parse(get(key) ?? 'null') ?? otherwise; } catch { return otherwise; }
}

export const put = (key, value) => set(key, JSON.stringify(value));

function keys() {
  try { return [...memory.keys(), ...Object.keys(localStorage)].filter(key => key.startsWith(PREFIX)); } catch { return [...memory.keys()]; }
}

const isMine = key => reader !== '' && key.split('.')[2] === reader;

/** How many messages of this reader weren't sent yet. */
export const unsent = () => keys().filter(kept => kept.startsWith(`${key(OUTBOX)}.`)).reduce((sum, kept) => sum + read(kept, []).length, 0);

/** Another person's drafts, rooms and messages, and those of nobody that is known, aren't for this one. */
export const sweep = () => keys().filter(key => !isMine(key)).forEach(key => set(key, ''));

/** The reader logs out: nothing of theirs stays. */
export function clear() {
  keys().forEach(key => set(key, ''));
  try { sessionStorage.clear(); } catch { /* forbidden: then there is nothing in it */ }
}
