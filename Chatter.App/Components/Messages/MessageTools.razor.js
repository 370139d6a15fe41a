// The tools beside a message: shown at the row under the pointer, at the one that has the focus, or after a long press. They are one bar, since a log has 150 rows.
// With it goes the keyboard's way through the log: up and down from row to row, Enter into the tools, Escape back.
import { rightToLeft } from '../../js/words.js';

const LONG_PRESS = 450;
const OVERLAP = 16;   // with the row, of the bar above it
const KEYS = { r: ['reply'], e: ['edit'], u: ['unread'], f: ['forward'], p: ['pin', 'unpin'], s: ['save', 'unsave'], '+': ['react'], Delete: ['delete'] };

export function attachTools(scroller, page, room) {
  const area = scroller.parentElement;
  const tools = area.querySelector('[data-tools]');
  const ending = new AbortController();
  const on = (target, type, listener, options) => target.addEventListener(type, listener, { ...options, signal: ending.signal });
  const menu = tools.querySelector('[data-menu]');
  const more = tools.querySelector('[data-more]');
  const buttons = () => [...tools.querySelectorAll('.tool')].filter(button => !button.hidden);
  const items = () => [...menu.querySelectorAll('button')].filter(item => !item.hidden);
  let row = null;      // whose tools are shown
  let picking = false; // an emoji is being chosen for it
  let quiet = false;   // a row gets the focus without its tools
  let cameFrom = null; // where the focus was before the menu took it
  let pressed;

  const rowOf = target => target instanceof Element ? target.closest('.row[data-can]') : null;

  function show(wanted) {
    if (picking) return;
    if (!wanted) { hide(); return; }
    if (row !== wanted) closeMenu();
    row = wanted;
    tools.dataset.for = row.dataset.seq;
    const can = row.dataset.can.split(' ');
    for (const button of tools.querySelectorAll('[data-do]')) button.hidden = !can.includes(button.dataset.do);
    tools.hidden = false;
    place();
  }

  function place() {
    if (tools.hidden) return;
    if (!row.isConnected || !row.dataset.can) { hide(); return; }
    const top = row.getBoundingClientRect().top - area.getBoundingClientRect().top - tools.offsetHeight + OVERLAP;
    tools.style.top = `${Math.max(2, Math.min(top, area.clientHeight - tools.offsetHeight - 2))}px`;
  }

  function hide() {
    if (picking) return;
    const left = tools.contains(document.activeElement) ? row : null;
    closeMenu();
    tools.hidden = true;
    row = null;
    if (left?.isConnected) focus(left);
  }

  function openMenu() {
    menu.hidden = false;
    more.setAttribute('aria-expanded', 'true');
    // Below the bar, or above it where the log ends there.
    menu.classList.remove('above');
    menu.classList.toggle('above', menu.getBoundingClientRect().bottom > area.getBoundingClientRect().bottom);
    items()[0]?.focus({ preventScroll: true });
  }

  function closeMenu() {
    if (menu.hidden) return;
    if (menu.contains(document.activeElement)) more.focus({ preventScroll: true });
    menu.hidden = true;
    more.setAttribute('aria-expanded', 'false');
  }

  function focus(one) {
    quiet = true;   // it is shown by the next key: what was just done is done
    one.tabIndex = -1;
    one.focus({ preventScroll: true });
    quiet = false;
  }

  async function act(what, emoji, button) {
    const seq = Number(row.dataset.seq);
    if (what === 'link') {
      closeMenu();
      const address = new URL(`rooms/${room}?at=${seq}`, document.baseURI).href;
      const copied = await navigator.clipboard?.writeText(address).then(() => true, () => false) ?? false;
      page.invokeMethodAsync('Copied', copied).catch(() => {});   // no connection: nobody to show it
      return;
    }
    const before = menu.hidden ? document.activeElement : cameFrom;
    if (what === 'react' && !emoji) {
      picking = true;
      try {
        const { pick } = await import('../../js/emoji.js');
        emoji = await pick(button);
      } finally {
        picking = false;
      }
      if (!emoji) return;
    }
    hide();
    if (before?.isConnected && !tools.contains(before)) before.focus({ preventScroll: true });   // who writes goes on writing
    page.invokeMethodAsync('Act', seq, what, emoji ?? null).catch(() => {});   // no connection: the banner says so, and nothing has been done
  }

  // The pointer. A touch has none that hovers: there it is a long press.
  on(scroller, 'pointerover', e => {
    if (e.pointerType !== 'touch' && !tools.contains(document.activeElement)) show(rowOf(e.target));
  });
  on(area, 'pointerleave', e => {
    if (e.pointerType !== 'touch' && !tools.contains(document.activeElement)) hide();
  });
  on(scroller, 'pointerdown', e => {
    clearTimeout(pressed);
    if (e.pointerType === 'touch') pressed = setTimeout(() => show(rowOf(e.target)), LONG_PRESS);
  });
  for (const end of ['pointerup', 'pointercancel', 'scroll']) on(scroller, end, () => clearTimeout(pressed), { passive: true });
  on(scroller, 'contextmenu', e => {
    if (e.pointerType === 'touch' && rowOf(e.target)) e.preventDefault();   // the browser's own answer to a long press
  });
  on(document, 'pointerdown', e => {
    if (!tools.hidden && e.pointerType === 'touch' && !tools.contains(e.target) && rowOf(e.target) !== row) hide();
  });
  on(document, 'pointerdown', e => {
    if (!menu.hidden && !tools.contains(e.target)) hide();
  });
  on(scroller, 'scroll', place, { passive: true });
  on(tools, 'mousedown', e => e.preventDefault());   // the focus stays where one writes
  on(tools, 'click', e => {
    const button = e.target.closest('button');
    if (!button || !row) return;
    if (button !== more) act(button.dataset.do, button.dataset.emoji, button);
    else if (menu.hidden) { cameFrom = document.activeElement; openMenu(); }
    else closeMenu();
  });

  // The keyboard.
  on(scroller, 'focusin', e => {
    if (!quiet) show(rowOf(e.target));
  });
  on(scroller, 'keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey || (e.target !== scroller && e.target !== rowOf(e.target))) return;
    if (e.key === 'ArrowUp' || e.key === 'ArrowDown') move(e);
    else if (e.target !== scroller) fromRow(e);
  });
  on(tools, 'keydown', e => {
    const inMenu = menu.contains(document.activeElement);
    const all = inMenu ? items() : buttons();
    const now = all.indexOf(document.activeElement);
    const [back, ahead] = inMenu ? ['ArrowUp', 'ArrowDown'] : rightToLeft ? ['ArrowRight', 'ArrowLeft'] : ['ArrowLeft', 'ArrowRight'];
    const next = { [ahead]: now + 1, [back]: now - 1, Home: 0, End: all.length - 1 }[e.key];
    if (next !== undefined) { e.preventDefault(); all.at(next % all.length).focus(); }
    else if (e.key === 'ArrowDown' && document.activeElement === more) { e.preventDefault(); cameFrom = row; openMenu(); }
    else if (e.key === 'Escape' && inMenu) { e.preventDefault(); closeMenu(); }
    else if (e.key === 'Escape') { e.preventDefault(); if (row) focus(row); }
  });
  on(tools, 'focusout', e => {
    if (!picking && !area.contains(e.relatedTarget)) hide();
  });

  function move(e) {
    e.preventDefault();
    const rows = [...scroller.querySelectorAll('.row[data-can]')];
    const bottom = scroller.getBoundingClientRect().bottom;
    const at = rows.indexOf(e.target);
    const next = at >= 0 ? rows[at + (e.key === 'ArrowUp' ? -1 : 1)] : rows.findLast(one => one.getBoundingClientRect().bottom <= bottom);
    if (!next) { if (at >= 0 && e.key === 'ArrowDown') leave(); return; }
    next.scrollIntoView({ block: 'nearest' });
    focus(next);
    show(next);
  }

  function fromRow(e) {
    show(e.target);
    const what = KEYS[e.key];
    const button = what ? [...buttons(), ...items()].find(one => what.includes(one.dataset.do) && !one.dataset.emoji) : e.key === 'Enter' ? buttons()[0] : null;
    if (e.key === 'Escape') leave();
    else if (button && what) { e.preventDefault(); act(button.dataset.do, null, button); }
    else if (button) { e.preventDefault(); button.focus(); }
  }

  function leave() {
    document.getElementById('message')?.focus();
  }

  return { place, dispose() { ending.abort(); clearTimeout(pressed); } };
}
