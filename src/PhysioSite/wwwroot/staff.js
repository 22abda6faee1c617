// What the staff desk does better with JavaScript: live updates, the end of a session, and keys. Everything else works without it.
const body = document.body, byId = id => document.getElementById(id);
const list = byId('arrivals');
let leaving = false;
addEventListener('submit', event => { leaving ||= event.target.method !== 'dialog'; });
addEventListener('pageshow', () => { leaving = false; });

restore();
selectAll();
copyForRecord();
shareNote();
if (body.dataset.live) {
  listen();
  keys();
}

// One connection says that something changed; the page then reads its list again, which does not extend the session.
function listen() {
  const title = document.title;
  let events, timer, refreshed = Date.now(), wait;
  const connect = () => {
    events = new EventSource(body.dataset.live);
    events.addEventListener('session', event => {
      session(JSON.parse(event.data).seconds);
      // Times in words change, and another process of the site may have stored something.
      if (list && Date.now() - refreshed > 60000) refresh();
    });
    events.addEventListener('changed', event => {
      if (list) soon();
      else versionChanged(JSON.parse(event.data).version);
    });
    events.addEventListener('colleagues', event => openBy(JSON.parse(event.data)));
    events.addEventListener('ended', ended);
    events.addEventListener('replaced', () => {
      // This tab is one of many. It listens again when somebody looks at it.
      events.close();
      document.addEventListener('visibilitychange', () => {
        if (document.hidden) return;
        refresh();
        connect();
      }, { once: true });
    });
    let isFirst = true;
    events.onopen = () => {
      // What happened while the connection was lost.
      if (list && !isFirst) soon();
      isFirst = false;
    };
    events.onerror = () => {
      // The browser connects again by itself, except after an answer that is not a stream.
      if (events.readyState === EventSource.CLOSED) {
        clearTimeout(timer);
        timer = setTimeout(connect, 30000);
        if (list) soon();
      }
    };
  };
  connect();
  addEventListener('pagehide', () => events.close());
  addEventListener('pageshow', event => { if (event.persisted) connect(); });

  function ended() {
    events.close();
    clearTimeout(timer);
    sessionEnded();
  }

  function soon() {
    clearTimeout(wait);
    wait = setTimeout(refresh, 300);
  }

  function refresh() {
    if (leaving || !list) return;
    refreshed = Date.now();
    const request = new XMLHttpRequest();
    request.open('GET', list.dataset.list);
    request.responseType = 'document';
    request.setRequestHeader('Staff-Background', '1');
    request.onload = () => {
      if (request.status === 401) ended();
      else if (request.status === 200 && request.response?.getElementById('arrivals') && !leaving) show(request.response);
    };
    request.send();
  }

  // Rows stay where they are: their cells change, those that left the list are marked, and new ones are counted above the list.
  function show(page) {
    const fresh = new Map([...page.querySelectorAll('tr[data-reference]')].map(row => [row.id, row]));
    for (const row of document.querySelectorAll('tr[data-reference]')) {
      const now = fresh.get(row.id);
      row.classList.toggle('gone', !now);
      if (!now) {
        const when = row.querySelector('.when');
        if (when) when.textContent = 'left this list';
        continue;
      }
      fresh.delete(row.id);
      row.className = now.className;
      row.dataset.version = now.dataset.version;
      [...row.cells].forEach((cell, i) => {
        if (!cell.classList.contains('check')) replace(cell, now.cells[i]);
      });
    }
    for (const id of ['summary', 'notices']) replace(byId(id), page.getElementById(id));
    for (const tab of document.querySelectorAll('.tabs a')) {
      replace(tab.querySelector('.count'), page.querySelector(`.tabs a[data-tab="${tab.dataset.tab}"] .count`));
    }
    const { size } = fresh, said = size ? `${size} new: show` : '';
    if (list.textContent !== said) {
      const link = document.createElement('a');
      link.href = list.dataset.list;
      link.textContent = said;
      list.replaceChildren(...(size ? [link] : []));
      document.title = size ? `(${size}) ${title}` : title;
    }
  }

  // Focus stays on the control at the same place.
  function replace(old, now) {
    if (!old || !now || old.innerHTML === now.innerHTML) return;
    const controls = () => [...old.querySelectorAll('a, button')];
    const focused = controls().indexOf(document.activeElement);
    old.replaceChildren(...[...document.importNode(now, true).childNodes]);
    controls()[focused]?.focus();
  }
}

// On the page of a request.
function openBy(names) {
  note('open-by', names.length ? `${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} this open.` : '');
}

function versionChanged(version) {
  const shown = versionShown();
  note('changed', shown && +shown !== version ? 'This request has changed since you opened it.' : '', 'Load it again');
}

function versionShown() {
  return document.querySelector('main form:not(.undo) input[name=Version]')?.value;
}

function note(id, text, action) {
  let shown = byId(id);
  if (!shown) {
    shown = document.createElement('p');
    shown.id = id;
    shown.setAttribute('role', 'status');
    document.querySelector('main h1')?.after(shown);
  }
  shown.className = text ? 'notice' : 'hidden';
  shown.textContent = text;
  if (text && action) {
    const link = document.createElement('a');
    link.href = location.href;
    link.textContent = action;
    shown.append(' ', link);
    link.addEventListener('click', event => {
      event.preventDefault();
      keep();
      location.reload();
    });
  }
}

// Two minutes before the session ends, the page offers to stay.
function session(seconds) {
  const bar = byId('session');
  clearTimeout(session.warn);
  if (seconds > 120) {
    bar.hidden = true;
    session.warn = setTimeout(warn, (seconds - 120) * 1000, 120);
  } else {
    warn(seconds);
  }

  function warn(left) {
    keep();
    if (!bar.hidden) return;
    const stay = document.createElement('button');
    stay.className = 'button';
    stay.textContent = 'Stay signed in';
    stay.addEventListener('click', async () => {
      try {
        const answer = await fetch(body.dataset.stay);
        if (answer.redirected || !answer.ok) return sessionEnded();
        const left = (await answer.json()).seconds;
        bar.hidden = left > 110;
        if (bar.hidden) session(left);
        else bar.replaceChildren('Your session ends now, because it has lasted for a whole day. What you typed is kept.');
      } catch {
        bar.append(' The site does not answer. Try again.');
      }
    });
    const time = left > 60 ? 'two minutes' : 'one minute';
    bar.replaceChildren(`You will be signed out in ${time}, because nothing was clicked for some time. `, stay);
    bar.hidden = false;
  }
}

function sessionEnded() {
  keep();
  clearTimeout(session.warn);
  const bar = byId('session'), link = document.createElement('a');
  link.className = 'button';
  link.href = `/staff/sign-in?${new URLSearchParams({ to: location.pathname + location.search, ended: true })}`;
  link.textContent = 'Sign in again';
  bar.replaceChildren('You were signed out. What you typed on this page is kept until you sign in. ', link);
  bar.hidden = false;
}

// What was typed in the last minutes of a session, or sent after its end or while the network was cut, is kept in this tab until the
// page is opened again by the same person. Signing out deletes it.
function fields() {
  return [...document.querySelectorAll('main form[method=post] :is(input, select, textarea)')]
    .filter(field => field.name && !['hidden', 'password', 'checkbox', 'radio', 'search'].includes(field.type))
    .map(field => [`${(field.form.getAttribute('action') ?? '').split('returnUrl')[0]} ${field.name}`, field]);
}

function keep(sent = false) {
  const typed = fields().filter(([, field]) => field.value !== (field.defaultValue ?? ''));
  if (!typed.length) return;
  const values = Object.fromEntries(typed.map(([name, field]) => [name, field.value]));
  store({ member: body.dataset.member, path: location.pathname, version: versionShown(), values, sent });
}

function store(draft) {
  sessionStorage.setItem('draft', JSON.stringify(draft));
}

function restore() {
  addEventListener('submit', event => { if (event.target.matches('main form')) keep(true); });
  const draft = JSON.parse(sessionStorage.getItem('draft'));
  if (!draft) return;
  // Instead of the page of the form: nothing was stored, for example because the session has ended.
  if (byId('expired')) return store({ ...draft, sent: false });
  if (!body.dataset.member) return;
  const isMine = draft.member === body.dataset.member;
  if (isMine && !draft.sent && draft.path !== location.pathname) return;
  sessionStorage.removeItem('draft');
  // The version is the same as before only if nothing was stored, because the network was cut.
  const isLost = draft.sent && draft.path === location.pathname && draft.version && draft.version === versionShown();
  if (!isMine || draft.sent && !isLost) return;
  let restored = 0;
  for (const [name, field] of fields()) {
    const typed = draft.values[name];
    if (typed !== undefined && typed !== field.value && field.value === (field.defaultValue ?? '')) {
      field.value = typed;
      restored++;
    }
  }
  if (restored) note('restored', 'What you typed before is back. It is not saved yet.');
}

function selectAll() {
  const held = byId('held');
  if (!held) return;
  const all = document.createElement('button');
  all.type = 'button';
  all.className = 'quiet-button';
  all.textContent = 'Check all';
  all.addEventListener('click', () => { for (const box of held.querySelectorAll('[name=reference]')) box.checked = true; });
  held.querySelector('.actions').append(all);
}

function keys() {
  const dialog = byId('keys'), button = byId('keys-button'), on = byId('keys-on');
  on.checked = !/(^|; )staff-keys=off/.test(document.cookie);
  button.hidden = false;
  button.addEventListener('click', () => dialog.showModal());
  on.addEventListener('change', () => {
    document.cookie = `staff-keys=${on.checked ? 'on; max-age=0' : 'off; max-age=31536000'}; path=/staff; samesite=strict`;
  });

  const rows = () => [...document.querySelectorAll('tr[data-reference]:not(.gone) th a')];
  const current = () => document.activeElement.closest?.('tr[data-reference]') ?? null;
  const move = step => {
    const all = rows(), at = all.findIndex(link => link.closest('tr') === current());
    all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + step))]?.focus();
  };
  const press = handler => {
    const where = current() ?? (list ? null : document.querySelector('main'));
    where?.querySelector(`button[formaction*="handler=${handler}"], form[action*="handler=${handler}"] button`)?.click();
  };
  const schedule = () => {
    const link = current()?.querySelector('th a');
    if (link) location.href = `${link.href}#agreed`;
    else byId('agreed')?.focus();
  };
  const actions = {
    j: () => move(1),
    k: () => move(-1),
    c: () => press('Claim'),
    n: () => press('NoAnswer'),
    s: schedule,
    '/': () => {
      const find = document.querySelector('main [role=search] input[type=search]');
      if (find) find.focus();
      else location.href = '/staff/search';
    },
    '?': () => dialog.showModal(),
  };
  addEventListener('keydown', event => {
    // The box of a dialog that was just closed has the focus until the page is drawn again.
    const isField = !dialog.contains(event.target) && event.target.closest?.('input, select, textarea, [contenteditable]');
    if (!on.checked || dialog.open || event.ctrlKey || event.altKey || event.metaKey || event.repeat && !'jk'.includes(event.key)
      || isField) return;
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : null;
    if (!action) return;
    event.preventDefault();
    action();
  });
  if (location.hash === '#agreed') byId('agreed')?.focus();
}

// The button that copies a request for the clinic's medical record.
function copyForRecord() {
  const copy = byId('copy');
  if (!copy || !navigator.clipboard) return;
  copy.hidden = false;
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(byId('emr').value);
    copy.textContent = copy.dataset.done;
  });
}

// A note that was typed in one form of a request goes with the button of another, unless that form has its own.
function shareNote() {
  for (const form of document.querySelectorAll('form:has(textarea[name=Note])')) {
    form.addEventListener('submit', () => {
      const own = form.elements.Note;
      const typed = [...document.querySelectorAll('textarea[name=Note]')].map(note => note.value.trim()).filter(Boolean);
      if (own.value.trim() === '' && typed.length === 1) own.value = typed[0];
    });
  }
}
