// What the reader chose to be told of. It is kept in this browser, for all its tabs.
import { key, put, read } from './storage.js';

const KEY = key('notices');
const MOST_WORDS = 100;       // NoticeWishes.MostWords
const LONGEST_WORD = 200;     // ScriptCalls.LongestName
const INITIAL = { on: true, asked: false, all: false, sound: false, words: '', quietUntil: 0 };

export const choices = () => ({ ...INITIAL, ...read(KEY, {}) });

export function change(part) {
  put(KEY, { ...choices(), ...part });
  document.dispatchEvent(new Event('chatter:notices'));
}

// Other tabs' changes.
addEventListener('storage', e => { if (e.key === KEY) document.dispatchEvent(new Event('chatter:notices')); });

export const permission = () => globalThis.Notification?.permission ?? 'denied';

// Asks the reader, which browsers allow only while a click is being answered.
export async function ask() {
  const answer = globalThis.Notification ? await Notification.requestPermission() : 'denied';
  change({ on: answer === 'granted', asked: true });
  return answer;
}

export const mayAsk = () => permission() === 'default' && !choices().asked;

export const isQuiet = () => choices().quietUntil > Date.now();

// What the server is to say something of. Where nobody was asked yet, it is what he would be asked about.
export function wishes() {
  const { on, all, words } = choices();
  if (isQuiet()) return { calls: false, all: false, words: [] };
  const tells = permission() === 'granted' && on;
  return { calls: tells || mayAsk(), all: tells && all, words: tells ? words.split(',').map(word => word.trim()).filter(word => word && word.length <= LONGEST_WORD).slice(0, MOST_WORDS) : [] };
}

// Two short tones, made here: there is no file to load.
let audio = null;
export function chime() {
  audio ??= new AudioContext();
  const asked = Date.now();
  const play = () => {
    if (Date.now() - asked > 1000) return;   // a browser lets a page sound only after a click, and then it is late
    [[660, 0], [880, 0.11]].forEach(([frequency, after]) => {
      const [tone, loud, at] = [audio.createOscillator(), audio.createGain(), audio.currentTime + after];
      tone.frequency.value = frequency;
      loud.gain.setValueAtTime(0.0001, at);
      loud.gain.exponentialRampToValueAtTime(0.12, at + 0.015);
      loud.gain.exponentialRampToValueAtTime(0.0001, at + 0.22);
      tone.connect(loud).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.25);
    });
  };
  audio.resume().then(play, () => {});
}
