// What a page does better with JavaScript. Each of these works without it.
const byId = id => document.getElementById(id);
const zip = byId('zip');

// Finder: the browser's position becomes a ZIP code, which its owner sees before anything is asked with it.
const locate = byId('locate');
if (locate && navigator.geolocation) {
  const say = words => { byId('locate-status').textContent = locate.dataset[words]; };
  const position = () => new Promise((found, failed) =>
    navigator.geolocation.getCurrentPosition(found, failed, { timeout: 10000, maximumAge: 600000 }));
  locate.hidden = false;
  locate.addEventListener('click', async () => {
    say('asking');
    try {
      const { coords } = await position();
      // Two decimals, about half a mile, are enough to find a ZIP code.
      const body = new URLSearchParams({ latitude: coords.latitude.toFixed(2), longitude: coords.longitude.toFixed(2) });
      const answer = await fetch(locate.dataset.url, { method: 'POST', body, credentials: 'omit' });
      zip.value = (await answer.json()).zip;
      zip.focus();
      say('found');
    } catch {
      say('failed');
    }
  });
}

// Home: the answer for a ZIP code appears below it. When there is none, the finder has it.
const finder = byId('finder');
if (finder) {
  const found = byId('found');
  const link = (href, words, kind) => {
    const a = document.createElement('a');
    Object.assign(a, { href, textContent: words, className: kind });
    return a;
  };
  finder.addEventListener('submit', async event => {
    const code = /^\s*(\d{5})([- ]?\d{4})?\s*$/.exec(zip.value)?.[1];
    if (!code) return;
    event.preventDefault();
    try {
      const answer = await fetch(`${finder.dataset.nearest}?zip=${code}`, { credentials: 'omit' });
      const { text, ask, call, phone } = await answer.json();
      const said = document.createElement('p'), ways = document.createElement('p');
      said.textContent = text;
      ways.className = 'actions';
      if (ask) ways.append(link(ask, finder.dataset.ask, 'button'), link(call, phone, 'button quiet-button'));
      ways.append(link(`${finder.action}?zip=${code}`, finder.dataset.all, ''));
      found.replaceChildren(said, ways);
    } catch {
      finder.submit();
    }
  });
}

const form = byId('request');
if (form) {
  needed();
  nearest();
  count();
  sendOnce();
}

// Where the request would go, as soon as the ZIP code is whole.
function nearest() {
  const status = byId('nearest'), clinic = byId('clinic');
  let asked = '', wait, stop = new AbortController();
  // The text moves what is below it, which must not take the field that is being filled in out of view.
  const say = text => {
    const focused = form.querySelector(':focus'), place = focused?.getBoundingClientRect();
    status.textContent = text;
    if (place && place.bottom > 0 && place.top < innerHeight) focused.scrollIntoView({ block: 'nearest' });
  };

  const ask = async url => {
    stop = new AbortController();
    try {
      const answer = await fetch(url, { signal: stop.signal, credentials: 'omit' });
      if (answer.ok) say((await answer.json()).text);
    } catch {
      // Superseded or offline: the clinic is found when the form is sent.
    }
  };
  const look = () => {
    const code = /^\s*(\d{5})([- ]?\d{4})?\s*$/.exec(zip.value)?.[1];
    const visit = form.querySelector('[name=visit]:checked')?.value ?? '';
    const url = code && !clinic.value ? `${form.dataset.nearest}?${new URLSearchParams({ zip: code, visit })}` : '';
    if (url === asked) return;
    asked = url;
    stop.abort();
    clearTimeout(wait);
    say('');
    if (url) wait = setTimeout(ask, 300, url);
  };
  zip.addEventListener('input', look);
  form.addEventListener('change', look);
  addEventListener('pageshow', look);
}

// Which of phone and email is needed follows from the way to be reached.
function needed() {
  const mark = () => {
    const byEmail = form.querySelector('[name=contact]:checked')?.value === 'email';
    for (const [id, isNeeded] of [['phone', !byEmail], ['email', byEmail]]) {
      const label = form.querySelector(`label[for=${id}]`);
      label.dataset.words ??= label.textContent;
      label.textContent = label.dataset.words + (isNeeded ? '' : ` ${form.dataset.optional}`);
      byId(id).setAttribute('aria-required', isNeeded);
    }
  };
  form.addEventListener('change', mark);
  addEventListener('pageshow', mark);
}

// How much of the note is left: seen at once, said to a screen reader after a pause.
function count() {
  const note = byId('note'), shown = byId('note-count'), { most, left, over } = shown.dataset;
  const status = document.createElement('p');
  status.className = 'hidden';
  status.setAttribute('role', 'status');
  shown.after(status);
  shown.setAttribute('aria-hidden', 'true');
  let wait;
  const show = () => {
    const rest = most - [...note.value.trim()].length;
    shown.textContent = rest < 0 ? `${over} ${-rest}` : `${left} ${rest}`;
  };
  note.addEventListener('input', () => {
    show();
    clearTimeout(wait);
    wait = setTimeout(() => { status.textContent = shown.textContent; }, 1000);
  });
  addEventListener('pageshow', show);
}

// A second click while the first is on its way is not sent. The server would store it once anyway.
function sendOnce() {
  const send = byId('send'), words = send.textContent;
  let leaving = false, wait;
  const rest = () => {
    leaving = false;
    send.textContent = words;
    send.removeAttribute('aria-disabled');
  };
  form.addEventListener('submit', event => {
    // A button with an address of its own, like the language, sends nothing to a clinic.
    if (event.submitter?.hasAttribute('formaction')) return;
    if (leaving) {
      event.preventDefault();
      return;
    }
    leaving = true;
    send.textContent = send.dataset.sending;
    send.setAttribute('aria-disabled', 'true');
    // No event says that a page was stopped from leaving.
    clearTimeout(wait);
    wait = setTimeout(rest, 10000);
  });
  addEventListener('pageshow', rest);
}
