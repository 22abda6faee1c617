// Reads an iCalendar object from standard input and prints what ical.js understands of it as JSON.
import ICAL from 'ical.js';

let text = '';
for await (const part of process.stdin.setEncoding('utf8')) text += part;
const calendar = new ICAL.Component(ICAL.parse(text));
for (const zone of calendar.getAllSubcomponents('vtimezone')) {
  ICAL.TimezoneService.register(new ICAL.Timezone(zone), zone.getFirstPropertyValue('tzid'));
}
const components = calendar.getAllSubcomponents('vevent');
const component = components[0];
const event = new ICAL.Event(component);
const start = component.getFirstProperty('dtstart');
const attendee = component.getFirstProperty('attendee');
console.log(JSON.stringify({
  events: components.length,
  method: calendar.getFirstPropertyValue('method'),
  zones: calendar.getAllSubcomponents('vtimezone').map(zone => zone.getFirstPropertyValue('tzid')),
  uid: event.uid,
  sequence: event.sequence,
  zone: start.getParameter('tzid'),
  start: event.startDate.toJSDate().toISOString(),
  end: event.endDate.toJSDate().toISOString(),
  summary: event.summary,
  location: event.location,
  description: event.description,
  status: component.getFirstPropertyValue('status'),
  organizer: component.getFirstPropertyValue('organizer'),
  attendee: attendee?.getFirstValue() ?? null,
  url: component.getFirstPropertyValue('url'),
}));
