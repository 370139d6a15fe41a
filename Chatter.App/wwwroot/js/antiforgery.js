// The token that requests by cookie need: asked for once a page, kept in memory only, and asked for again where it was refused.
let asked = null;

export function token() {
  asked ??= fetch('/api/antiforgery').then(answer => answer.ok ? answer.json() : Promise.reject(answer)).then(answer => answer.token);
  asked.catch(forget);
  return asked;
}

export function forget() { asked = null; }
