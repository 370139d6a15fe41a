// A picture on its way to the server, which makes a small square of it.
import { forget, token } from '../../js/antiforgery.js';

const read = answer => answer.json().catch(() => null);   // whatever stands between may answer with a page for people

async function put(file, again) {
  const answer = await fetch('/api/me/avatar', { method: 'PUT', body: file, headers: { RequestVerificationToken: await token(), 'Content-Type': file.type || 'application/octet-stream' } });
  if (answer.ok) return { ok: true };
  const problem = await read(answer);
  if (answer.status === 403 && problem?.code === 'forbidden' && again) { forget(); return put(file, false); }   // the token was of another session of this browser
  return { ok: false, code: problem?.code ?? 'unavailable', detail: problem?.detail };
}

export async function send(input, most) {
  const [file] = input.files;
  input.value = '';   // so that the same one can be chosen again
  if (!file) return { ok: false, code: 'invalid', detail: null };
  if (most && file.size > most) return { ok: false, code: 'too_large' };
  try {
    return await put(file, true);
  } catch {
    return { ok: false };
  }
}
