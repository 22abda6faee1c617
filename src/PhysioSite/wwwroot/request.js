// One request on the staff desk. Everything works without it.
const copy = document.getElementById('copy');
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById('emr').value);
    copy.textContent = copy.dataset.done;
  });
}

// A note that was typed in one form goes with the button of another, unless that form has its own.
for (const form of document.querySelectorAll('form:has(textarea[name=Note])')) {
  form.addEventListener('submit', () => {
    const own = form.elements.Note;
    const typed = [...document.querySelectorAll('textarea[name=Note]')].map(note => note.value.trim()).filter(Boolean);
    if (own.value.trim() === '' && typed.length === 1) {
      own.value = typed[0];
    }
  });
}
