// The form of NoticeChoices.razor: shows what was chosen, and keeps what is changed at once.
import { ask, change, chime, choices, isQuiet, permission } from './notice-choices.js';
import { say } from './words.js';
import { isOn, isPossible, turnOff, turnOn } from './push.js';

const HOUR = 3600_000;
const MORNING = 8;

function until(choice) {
  if (choice === 'hour') return Date.now() + HOUR;
  if (choice !== 'tomorrow') return 0;
  const morning = new Date();
  morning.setDate(morning.getDate() + 1);
  return morning.setHours(MORNING, 0, 0, 0);
}

export function attach(form) {
  const stop = new AbortController();
  const field = name => form.querySelector(`[data-choice="${name}"]`);

  function show() {
    const chosen = choices();
    field('on').checked = chosen.on && permission() === 'granted';
    form.querySelector('[data-blocked]').hidden = permission() !== 'denied';
    for (const name of ['all', 'sound']) field(name).checked = chosen[name];
    if (document.activeElement !== field('words')) field('words').value = chosen.words;
    const quiet = field('quiet').querySelector('[value="on"]');
    quiet.hidden = !isQuiet();
    quiet.textContent = say('Until', new Date(chosen.quietUntil).toLocaleString(`${document.documentElement.lang}-u-nu-latn`, { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }));
    field('quiet').value = isQuiet() ? 'on' : 'off';
  }

  async function push(box) {
    const hint = form.querySelector('[data-push-hint]');
    box.disabled = true;
    hint.hidden = true;
    try {
      await (box.checked ? turnOn() : turnOff());
    } catch {
      hint.hidden = false;
    }
    box.checked = await isOn();
    box.disabled = false;
  }

  form.addEventListener('change', e => {
    const { choice } = e.target.dataset;
    if (choice === 'push') push(e.target);
    else if (choice === 'on' && e.target.checked && permission() !== 'granted') ask().then(show);
    else if (choice === 'quiet') { if (e.target.value !== 'on') change({ quietUntil: until(e.target.value) }); }
    else if (choice === 'words') change({ words: e.target.value });
    else if (choice) change({ [choice]: e.target.checked });
    if (choice === 'sound' && e.target.checked) chime();
  }, { signal: stop.signal });
  form.addEventListener('submit', e => e.preventDefault(), { signal: stop.signal });
  document.addEventListener('chatter:notices', show, { signal: stop.signal });
  show();
  field('push').disabled = true;
  if (isPossible()) isOn().then(on => { field('push').checked = on; field('push').disabled = false; });
  form.dataset.attached = '';
  return { dispose: () => stop.abort() };
}
