// A popover to choose one emoji from, by pointer or by keyboard; on narrow screens a sheet at the bottom. It stands at the end of the page, beside what
// Blazor draws, so that nothing of what one does in it reaches the server.
import { load, recent, search, setTone, tone, toned, used } from './emoji-data.js';
import { grid } from './emoji-grid.js';
import { NARROW } from './narrow.js';
import { count, rightToLeft, say } from './words.js';

const TOUCH = matchMedia('(hover: none)');
const MARGIN = 8;
const MOST_FOUND = 120;
const RECENTLY = { name: say('RecentlyUsed'), sign: '🕘' };
const GROUPS = ['EmojiSmileys', 'EmojiPeople', 'EmojiNature', 'EmojiFood', 'EmojiTravel', 'EmojiActivities', 'EmojiObjects', 'EmojiSymbols', 'EmojiFlags'].map(key => say(key));   // as emoji/en.json has them
const SIGNS = ['😀', '👋', '🐻', '🍔', '🚗', '⚽', '💡', '🔣', '🏁'];
const HAND = { char: '✋', tones: 1 };
const TONES = ['ToneNone', 'ToneLight', 'ToneMediumLight', 'ToneMedium', 'ToneMediumDark', 'ToneDark'].map(key => say(key));

const MARKUP = `
  <div class="emoji-picker" role="dialog" aria-label="${say('ChooseEmoji')}" tabindex="-1">
    <div class="emoji-head">
      <input class="field" type="text" aria-label="${say('SearchEmoji')}" placeholder="${say('SearchEmoji')}" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="60" enterkeyhint="done">
      <button type="button" class="emoji-tone" aria-expanded="false" title="${say('SkinTone')}"></button>
      <button type="button" class="emoji-close" aria-label="${say('Close')}" title="${say('Close')}"><svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" d="m6 6 12 12M18 6 6 18" /></svg></button>
    </div>
    <fieldset class="emoji-tones" hidden><legend class="unseen">${say('SkinTone')}</legend></fieldset>
    <div class="emoji-groups" role="toolbar" aria-label="${say('Groups')}"></div>
    <div class="emoji-list" role="listbox" aria-label="${say('Emoji')}"></div>
    <div class="emoji-none" hidden><p></p><button type="button" class="link">${say('TryAgain')}</button></div>
    <div class="emoji-preview" aria-hidden="true"><span class="emoji-big"></span><span class="emoji-facts"><b></b><span class="soft"></span></span></div>
    <p class="unseen" role="status"></p>
  </div>`;

let open;   // one at a time

/** Lets the reader choose an emoji beside an element, mostly the button that he pressed. Null where he leaves without one, as by pressing it again. */
export function pick(anchor) {
  const again = open?.anchor === anchor;
  open?.close(null);
  return again ? Promise.resolve(null) : new Promise(settle => open = picker(anchor, settle));
}

function picker(anchor, settle) {
  const layer = document.createElement('div');
  layer.className = 'emoji-layer';
  layer.innerHTML = MARKUP;
  const part = name => layer.querySelector(`.emoji-${name}`);
  const [panel, list, groups, tones, none, preview] = ['picker', 'list', 'groups', 'tones', 'none', 'preview'].map(part);
  const box = layer.querySelector('input');
  const status = layer.querySelector('[role="status"]');
  const cells = grid(list, { chosen, shown });
  const ending = new AbortController();
  const on = (target, type, listener, capture = false) => target.addEventListener(type, listener, { signal: ending.signal, capture });
  const before = document.activeElement;
  let known;

  function close(emoji, giveFocusBack = true) {
    if (ending.signal.aborted) return;
    ending.abort();
    gone.disconnect();
    cells.end();
    layer.remove();
    open = undefined;
    if (anchor.hasAttribute('aria-expanded')) anchor.ariaExpanded = 'false';
    if (giveFocusBack) (anchor.isConnected ? anchor : before)?.focus({ preventScroll: true });
    settle(emoji);
  }

  function chosen(emoji) {
    used(emoji.char);
    close(toned(emoji, tone()));
  }

  function shown(emoji) {
    preview.querySelector('.emoji-big').textContent = toned(emoji, tone());
    preview.querySelector('b').textContent = emoji.label;
    preview.querySelector('.soft').textContent = `:${emoji.codes[0]}:`;
  }

  async function begin() {
    none.hidden = true;
    layer.dataset.state = 'loading';
    try {
      known = await load();
    } catch {
      if (ending.signal.aborted) return;
      layer.dataset.state = 'failed';
      tell(say('EmojiFailed'));
      return;
    }
    if (ending.signal.aborted) return;
    find();
  }

  function tell(text) {
    none.hidden = false;
    none.querySelector('p').textContent = text;
    none.querySelector('button').hidden = layer.dataset.state !== 'failed';
    status.textContent = text;
  }

  function find() {
    if (!known) return;
    const query = box.value.trim();
    const sections = query ? foundBy(query) : everything();
    none.hidden = true;
    layer.dataset.state = query ? 'found' : 'all';
    groups.replaceChildren(...query ? [] : sections.map(groupButton));
    cells.show(sections);
    if (!query) reading();
    if (!sections.length) return tell(say('NoEmojiFor', query));
    shown(cells.first());
    status.textContent = query ? count('FoundCount', sections[0].emoji.length) : '';
  }

  function foundBy(query) {
    const emoji = search(known, query).slice(0, MOST_FOUND);
    return emoji.length ? [{ name: say('Found'), emoji }] : [];
  }

  function everything() {
    const emoji = recent().map(char => known.byChar.get(char)).filter(Boolean);
    const all = known.groups.map((group, i) => ({ ...group, name: GROUPS[i], sign: SIGNS[i] }));
    return emoji.length ? [{ ...RECENTLY, emoji }, ...all] : all;
  }

  function groupButton({ name, sign }, index) {
    const button = document.createElement('button');
    button.type = 'button';
    button.ariaLabel = name;
    button.title = name;
    button.textContent = sign;
    button.tabIndex = index ? -1 : 0;
    button.addEventListener('click', () => cells.jump(index));
    return button;
  }

  function reading() {
    const index = cells.reading();
    [...groups.children].forEach((button, i) => { button.ariaCurrent = i === index ? 'true' : null; });
  }

  function showTone() {
    const button = part('tone');
    button.textContent = toned(HAND, tone());
    button.ariaLabel = say('SkinToneIs', TONES[tone()].toLowerCase());
  }

  function chooseTones(wanted) {
    tones.hidden = !wanted;
    part('tone').ariaExpanded = String(wanted);
    if (wanted) tones.querySelector('input:checked').focus();
  }

  function drawTones() {
    tones.append(...TONES.map((name, index) => {
      const label = document.createElement('label');
      label.title = name;
      const choice = Object.assign(document.createElement('input'), { type: 'radio', name: 'emoji-tone', value: index, checked: index === tone(), ariaLabel: name });
      label.append(choice, toned(HAND, index));
      return label;
    }));
    showTone();
  }

  // Beside the anchor where there is more room; a sheet is CSS's matter, but for the keyboard of a phone that may lie over the page.
  function place() {
    const view = visualViewport;
    layer.style.setProperty('--covered', `${Math.max(0, innerHeight - view.height - view.offsetTop)}px`);
    const [at, size] = [anchor.getBoundingClientRect(), panel.getBoundingClientRect()];
    const above = at.top > innerHeight - at.bottom;
    const within = (wanted, most) => Math.max(MARGIN, Math.min(wanted, most - MARGIN));
    layer.style.setProperty('--left', `${within(rightToLeft ? at.left : at.right - size.width, innerWidth - size.width)}px`);
    layer.style.setProperty('--top', `${within(above ? at.top - size.height - MARGIN : at.bottom + MARGIN, innerHeight - size.height)}px`);
    cells.measure();
  }

  function keyInList(e) {
    const moved = cells.move(e.key);
    if (moved === undefined && e.key.length === 1 && e.key !== ' ' && !e.ctrlKey && !e.metaKey && !e.altKey) return box.focus();   // typing searches
    if (moved === undefined) return;
    e.preventDefault();
    if (!moved) box.focus();
  }

  function keyInGroups(e) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    const next = groups.children[[...groups.children].indexOf(e.target) + (rightToLeft ? -step : step)];
    if (!next) return;
    e.preventDefault();
    e.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  // Past its last part Tab goes on from the button that opened the picker, as if the picker stood there.
  function tab(e) {
    const stops = [...panel.querySelectorAll('input, button')].filter(stop => stop.tabIndex >= 0 && stop.checkVisibility() && (stop.type !== 'radio' || stop.checked));
    if (e.shiftKey ? e.target !== stops[0] && e.target !== panel : e.target !== stops.at(-1)) return;
    if (e.shiftKey) e.preventDefault();
    close(null);
  }

  function key(e) {
    e.stopPropagation();
    if (e.isComposing) return;
    if (e.key === 'Escape') {
      e.preventDefault();
      if (tones.contains(e.target)) {
        chooseTones(false);
        part('tone').focus();
      } else close(null);
    } else if (e.key === 'Tab') tab(e);
    else if (list.contains(e.target)) keyInList(e);
    else if (groups.contains(e.target)) keyInGroups(e);
    else if (e.target === box && e.key === 'ArrowDown' && cells.enter()) e.preventDefault();
    else if (e.target === box && e.key === 'Enter' && box.value.trim() && known && cells.first()) {
      e.preventDefault();
      chosen(cells.first());
    }
  }

  on(panel, 'keydown', key);
  on(box, 'input', find);
  on(list, 'scroll', reading);
  on(none.querySelector('button'), 'click', () => { box.focus(); begin(); });
  on(part('close'), 'click', () => close(null));
  on(part('tone'), 'click', () => chooseTones(tones.hidden));
  on(tones, 'change', e => {
    setTone(Number(e.target.value));
    showTone();
    cells.retone();
  });
  // Who points at one has chosen; by keyboard one passes others on the way.
  on(tones, 'click', e => {
    if (!e.detail || e.target.type !== 'radio') return;
    chooseTones(false);
    part('tone').focus();
  });
  on(layer, 'click', e => { if (e.target === layer) close(null); });   // beside the sheet
  on(document, 'pointerdown', e => { if (!layer.contains(e.target) && !anchor.contains(e.target)) close(null, false); }, true);
  on(document, 'focusin', e => { if (!layer.contains(e.target) && e.target !== anchor) close(null, false); });
  on(window, 'resize', place);
  on(visualViewport, 'resize', place);
  // Who goes to another room leaves the picker, too.
  const gone = new MutationObserver(() => { if (!anchor.isConnected) close(null); });
  gone.observe(document.body, { childList: true, subtree: true });

  drawTones();
  document.body.append(layer);
  if (anchor.hasAttribute('aria-haspopup')) anchor.ariaExpanded = 'true';
  place();
  // On touch the search would bring the keyboard, which covers what is to be chosen from.
  (TOUCH.matches ? panel : box).focus({ preventScroll: true });
  begin();
  return { anchor, close };
}
