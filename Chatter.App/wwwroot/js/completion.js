// Completes the word before the caret from a list above the box, as `:sm` to 😄. What words there are is the sources' matter:
//
//   name      what the list is called to screen readers
//   trigger   the character that begins such a word, at the start of the text or after white space
//   letters   what the word consists of, as the inside of a class of a regular expression
//   least     letters before the list is shown
//   find      (word) => options, best first, or a promise of them; an option is { label, text, icon }, and text is what is inserted
//   whole     optional, (word) => an option, null, or a promise: what a word is to become at once where the trigger is typed after it, too
//   strict    optional, a list for what was typed before is no list for what stands there now: Enter sends it
//   took      optional, (option) => is told what was inserted
//
// The box has to stand in an element with a position. Keys that belong to the list reach nobody else, thus Enter doesn't send while it is open.
const MOST = 8;
const GAP = 6;
const ROOM = 12;   // is kept free above the list

let lists = 0;

/** Puts a text in the place of a part of the box's, so that undoing takes it back, and sets the caret after it. False where the box would be too full. */
export function insert(box, start, end, text) {
  if (box.maxLength >= 0 && box.value.length - (end - start) + text.length > box.maxLength) return false;
  box.focus({ preventScroll: true });
  box.setSelectionRange(start, end);
  // Of no standard's liking, but the only way that keeps the history of the box.
  if (document.execCommand('insertText', false, text)) return true;
  box.setRangeText(text, start, end, 'end');
  box.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText', data: text }));
  return true;
}

export function completion(box, sources, signal) {
  const patterns = sources.map(source => {
    const trigger = source.trigger.replace(/[^\w\s]/g, '\\$&');
    return {
      source,
      begun: new RegExp(`(?:^|\\s)${trigger}([${source.letters}]{${source.least},})$`),
      ended: source.whole && new RegExp(`(?:^|\\s)${trigger}([${source.letters}]+)${trigger}$`),
    };
  });
  const on = (target, type, listener, capture = false) => target.addEventListener(type, listener, { signal, capture });
  const id = `completion-${++lists}`;
  let list;            // what is shown, if anything is
  let options = [];
  let active = 0;
  let word;            // what the list is for
  let dismissed = -1;  // where the word starts whose list the reader didn't want
  let turn = 0;

  function before() {
    const line = box.value.lastIndexOf('\n', box.selectionStart - 1) + 1;
    return box.selectionStart === box.selectionEnd ? box.value.slice(line, box.selectionStart) : '';
  }

  function atCaret(pattern) {
    const text = before();
    for (const { source, [pattern]: expression } of patterns) {
      const found = expression && text.match(expression)?.[1];
      if (found === undefined) continue;
      const length = found.length + source.trigger.length * (pattern === 'ended' ? 2 : 1);
      return { source, text: found, start: box.selectionStart - length, end: box.selectionStart };
    }
    return null;
  }

  async function update() {
    const mine = ++turn;
    const next = atCaret('begun');
    if (next?.start !== dismissed) dismissed = -1;
    if (!next || dismissed >= 0) return close();
    const found = (await next.source.find(next.text)).slice(0, MOST);
    if (mine !== turn || signal.aborted || document.activeElement !== box) return;
    if (!found.length) return close();
    word = next;
    options = found;
    show();
  }

  // `:smile:` is what was meant already, and needs no list. Where the source has to be loaded first people type on meanwhile, thus it is looked for anew.
  async function settle() {
    const done = atCaret('ended');
    if (!done) return;
    const typed = box.value.slice(done.start, done.end);
    const option = await done.source.whole(done.text);
    if (!option || signal.aborted || document.activeElement !== box) return;
    const start = box.value.lastIndexOf(typed, box.selectionStart - typed.length);
    if (start < 0 || box.selectionStart < typed.length || /\S/.test(box.value.charAt(start - 1))) return;
    const beyond = box.selectionStart - start - typed.length;
    if (!insert(box, start, start + typed.length, option.text)) return;
    box.setSelectionRange(box.selectionStart + beyond, box.selectionStart + beyond);
    done.source.took?.(option);
  }

  function show() {
    if (!list) {
      list = document.createElement('div');
      list.id = id;
      list.className = 'completion';
      list.role = 'listbox';
      // The focus stays in the box, also where an option is clicked.
      list.addEventListener('pointerdown', e => e.preventDefault());
      list.addEventListener('click', e => {
        const index = [...list.children].indexOf(e.target.closest('[role="option"]'));
        if (index >= 0) take(index);
      });
      box.parentElement.append(list);
    }
    list.ariaLabel = word.source.name;
    list.replaceChildren(...options.map(draw));
    list.style.bottom = `${box.parentElement.clientHeight - box.offsetTop + GAP}px`;
    list.style.maxHeight = `${box.getBoundingClientRect().top - GAP - ROOM}px`;
    box.setAttribute('aria-autocomplete', 'list');
    box.setAttribute('aria-controls', id);
    select(0);
  }

  function draw(option, index) {
    const row = document.createElement('div');
    row.id = `${id}-${index}`;
    row.role = 'option';
    const icon = document.createElement('span');
    icon.className = 'completion-icon';
    icon.ariaHidden = 'true';
    icon.textContent = option.icon;
    const label = document.createElement('span');
    label.className = 'completion-label';
    label.textContent = option.label;
    row.append(icon, label);
    return row;
  }

  function select(index) {
    active = index;
    [...list.children].forEach((row, i) => row.ariaSelected = String(i === active));
    list.children[active].scrollIntoView({ block: 'nearest' });
    box.setAttribute('aria-activedescendant', `${id}-${active}`);
  }

  function close() {
    turn++;
    if (!list) return;
    list.remove();
    list = undefined;
    for (const name of ['aria-autocomplete', 'aria-controls', 'aria-activedescendant']) box.removeAttribute(name);
  }

  function take(index) {
    const option = options[index];
    const { source, start } = word;
    const end = box.selectionEnd;
    close();
    const space = /^\s/.test(box.value.slice(end)) ? '' : ' ';
    if (insert(box, start, end, option.text + space)) source.took?.(option);
  }

  on(box, 'keydown', e => {
    if (list && word.source.strict && atCaret('begun')?.text !== word.text) close();
    if (!list || e.isComposing || e.keyCode === 229 || e.ctrlKey || e.altKey || e.metaKey || e.shiftKey) return;   // 229: an input method is still composing
    if (e.key === 'ArrowDown') select((active + 1) % options.length);
    else if (e.key === 'ArrowUp') select((active + options.length - 1) % options.length);
    else if (e.key === 'Enter' || e.key === 'Tab') take(active);
    else if (e.key === 'Escape') {
      dismissed = word.start;
      close();
    } else return;
    e.preventDefault();
    e.stopImmediatePropagation();
  }, true);
  on(box, 'input', e => {
    if (e.inputType?.startsWith('history')) return close();   // who takes `:tada:` back wants these letters
    // Phones compose every word: they get the list, while nothing is replaced below an input method's hands.
    if (!e.isComposing && e.inputType === 'insertText') settle();
    update();
  });
  on(box, 'compositionend', () => { settle(); update(); });
  on(box, 'blur', close);
  // The caret went elsewhere.
  on(document, 'selectionchange', () => { if (list && atCaret('begun')?.start !== word.start) close(); });
  signal.addEventListener('abort', close);
}
