// What is known of emoji: emoji/en.json, which tools/emoji.mjs made, asked for when somebody first needs it; and what this reader likes of them.
import { get, key, put, read as readKept, set } from './storage.js';

const ADDRESS = new URL('../emoji/en.json', import.meta.url);
const RECENT = key('emoji-recent');
const TONE = key('emoji-tone');
const MOST_RECENT = 18;
const FIRST_TONE = 0x1f3fb;

let loading;
let caching = 'default';

/** The groups, each with its emoji, and the emoji by themselves and by their shortcodes. Fails where the server is away; the next call tries again. */
export function load() {
  loading ??= fetchAll().catch(error => { [loading, caching] = [undefined, 'reload']; throw error; });   // what the browser keeps may be what is wrong
  return loading;
}

async function fetchAll() {
  const answer = await fetch(ADDRESS, { cache: caching });
  if (!answer.ok) throw new Error(`${ADDRESS}: ${answer.status}`);
  const draws = drawing();
  const groups = (await answer.json()).map(group => ({ name: group.name, emoji: group.emoji.filter(row => draws(row)).map(read) }));
  const all = groups.flatMap(group => group.emoji);
  return {
    groups,
    all,
    byChar: new Map(all.map(emoji => [emoji.char, emoji])),
    byCode: new Map(all.flatMap(emoji => emoji.codes.map(code => [code, emoji]))),
  };
}

const plain = text => text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
const split = text => plain(text).split(/[^\p{L}\p{N}+]+/u).filter(Boolean);

function read([char, label, codes, words = '', tones = 0]) {
  const own = codes.split(' ');
  return { char, label, codes: own, tones, names: [...split(label), ...split(codes)], words: words.split(' ') };
}

// Fonts are years behind Unicode, and what they lack shows as a box. One emoji of each newer version tells: a font's picture has its own colours and one
// place, a box has the colour of text, and what a font can't join takes two places. Where not even an old emoji is a picture, nothing is told by this.
function drawing() {
  const context = Object.assign(document.createElement('canvas'), { width: 20, height: 20 }).getContext('2d', { willReadFrequently: true });
  if (!context) return () => true;
  context.font = '14px "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif';
  const picture = (char, colour) => {
    context.clearRect(0, 0, 20, 20);
    context.fillStyle = colour;
    context.fillText(char, 0, 15);
    return context.getImageData(0, 0, 20, 20).data.join();
  };
  const coloured = char => picture(char, '#000') === picture(char, '#f00');
  if (!coloured('😀')) return () => true;
  const width = context.measureText('😀').width * 1.5;
  const known = new Map([[0, true]]);
  return ([char, , , , , version = 0]) => {
    if (!known.has(version)) known.set(version, coloured(char) && context.measureText(char).width < width);
    return known.get(version);
  };
}

/** The emoji that a search means, best first: by shortcode, by how the words of label and shortcodes begin, by further words. */
export function search({ all }, query) {
  const whole = plain(query.trim()).replace(/^:|:$/g, '').replace(/\s+/g, '_');
  const words = split(query);
  if (!whole) return [];
  const liked = recent();
  const score = emoji => {
    if (emoji.codes.includes(whole) || emoji.char === query.trim()) return 0;
    const code = emoji.codes.find(code => code.startsWith(whole));
    if (code) return liked.includes(emoji.char) ? 1 : 2 + code.length / 100;
    if (!words.length) return 9;
    if (words.every(word => emoji.names.some(name => name.startsWith(word)))) return 3;
    return words.every(word => [...emoji.names, ...emoji.words].some(name => name.startsWith(word))) ? 4 : 9;
  };
  return all.map(emoji => [score(emoji), emoji]).filter(([score]) => score < 9).sort(([a], [b]) => a - b).map(([, emoji]) => emoji);
}

/** The emoji in the reader's skin tone. */
export function toned(emoji, tone) {
  if (!tone || !emoji.tones) return emoji.char;
  const modifier = String.fromCodePoint(FIRST_TONE + tone - 1);
  const points = [...emoji.char];
  const last = emoji.tones === 2 ? points.length - 1 : 0;
  return points.map((point, i) => i === 0 || i === last ? point + modifier : point).join('').replaceAll(`${modifier}\ufe0f`, modifier);
}

/** 0 for none, 1 to 5 from light to dark. */
export const tone = () => Math.min(Math.max(Math.trunc(Number(get(TONE))) || 0, 0), 5);

export const setTone = tone => set(TONE, String(tone));

/** What was used last, without skin tones, newest first. */
export function recent() {
  try {
    const kept = readKept(RECENT, []);
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];   // not of our making
  }
}

export const used = char => put(RECENT, [char, ...recent().filter(other => other !== char)].slice(0, MOST_RECENT));
