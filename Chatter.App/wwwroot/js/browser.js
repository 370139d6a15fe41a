// What Session/Browser.cs asks of the browser.
import { clear, get, key, set, unsent } from './storage.js';

const ROOM = key('room');

export const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const hasTouch = () => matchMedia('(pointer: coarse)').matches;

// What is chosen of the page's look is kept in cookies, so that the first paint has it.
export const look = name => document.documentElement.dataset[name] ?? '';

export function setLook(name, value) {
  if (value) document.documentElement.dataset[name] = value;
  else delete document.documentElement.dataset[name];
  document.cookie = `${name}=${value}; path=/; max-age=${value ? 31536000 : 0}; samesite=lax`;
}

export const language = () => document.cookie.match(/(?:^|; )language=([a-z]+)/)?.[1] ?? '';

// The page is in one language as a whole, so it is loaded anew: drafts and what wasn't sent are in the storage.
export function setLanguage(language) {
  document.cookie = `language=${language}; path=/; max-age=${language ? 31536000 : 0}; samesite=lax`;
  location.reload();
}

export const lastRoom = () => get(ROOM);

export const rememberRoom = room => set(ROOM, room);

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;   // not allowed, or no secure page: the text is selected for copying by hand
  }
}

export { clear, unsent };

export function logOut(formId) {
  clear();
  document.getElementById(formId).requestSubmit();
}

export function goToPart() {
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}
