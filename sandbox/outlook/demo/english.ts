/** English business conversations; {placeholders} are filled from the thread, odd turns are the owner's replies. */
import type { Script } from './foreign';

export const ENGLISH: Script[] = [
  {
    subject: 'Invoice {number} for {month}',
    file: 'pdf',
    turns: [
      'Hi {me},\n\nPlease find attached invoice {number} for {month}. Payment terms are 30 days as usual.\n\nLet me know if you need a purchase order reference on it.',
      'Thanks {them}, received. Could you add PO {po} and resend? Our accounts team will not book it otherwise.',
      'Of course, here is the corrected copy with PO {po}.',
      'Perfect, approved and on its way to accounting.',
    ],
  },
  {
    subject: '{company}: contract renewal',
    file: 'docx',
    turns: [
      'Hi {me},\n\nOur agreement runs out at the end of the quarter. I have attached a draft for the next twelve months. The changes are in sections 3 and 7 only.',
      'Hello {them},\n\nThanks for the early draft. Section 7 is fine. In section 3 we would need the old notice period of 60 days.',
      '60 days works for us. I will have legal update it and send the final version on Monday.',
      'Great. Bob, could you please review the final version before I sign?',
      'Final version from legal is attached. Nothing else has changed.',
    ],
  },
  {
    subject: 'Q{quarter} numbers for the board deck',
    file: 'csv',
    turns: [
      '{me}, could you send me the regional split for Q{quarter}? I need it for the board deck by Thursday noon.',
      'Attached. Note that the Nordics include the one-off order from Wingtip.',
      'Thank you! I will add a footnote for the one-off.',
    ],
  },
  {
    subject: 'Shipment {po} delayed at customs',
    turns: [
      'Hi {me},\n\nunfortunately shipment {po} is held at customs: the commercial invoice lists 40 units and the packing list 44. Can you confirm which one is right?',
      '44 is right, four units are warranty replacements at no charge. Do you need a pro forma for those?',
      'Yes please, with a nominal value. Then it should be released tomorrow.',
      'Sent to the broker. Please keep me posted.',
      'Released this morning. New ETA is Friday before noon.',
      'Thanks for pushing this through, {them}!',
    ],
  },
  {
    subject: 'Onboarding plan for new account managers',
    turns: [
      'Hi {me}, two new account managers start on the first of next month. Could your team take them for a half-day on pricing?',
      'Happy to. Tuesday or Wednesday morning in their first week would suit us best.',
      'Wednesday it is. I will book the large meeting room.',
    ],
  },
  {
    subject: 'Follow-up on our call: {company} pilot',
    turns: [
      'Hello {me},\n\nthank you for your time today. As agreed:\n\n1. We start the pilot with 25 users.\n2. You name a contact for single sign-on.\n3. We meet every second Tuesday.\n\nDid I miss anything?',
      'Complete, thank you. Our contact for single sign-on is Carol (in copy).',
      'Welcome, Carol! I will send you the questionnaire separately.',
    ],
  },
  {
    subject: 'Price increase as of {month}',
    turns: [
      'Dear {me},\n\nas announced, our list prices go up by 3.5 % in {month}. Orders placed before the end of this month keep the old price.',
      'Hi {them}, thanks for the notice. Can we lock the current price for the frame order until the end of the year?',
    ],
  },
  {
    subject: 'Photos from the {company} site visit',
    file: 'pdf',
    turns: [
      'Hi {me}, attached is the short report from the site visit. The loading dock needs repair before winter, everything else looks good.',
      'Thanks, very helpful. I have asked facilities for a quote.',
    ],
  },
  {
    subject: 'Support ticket #{number}: export stops at 10,000 rows',
    turns: [
      'Hi {me},\n\nwe could reproduce the problem. The export stops silently at 10,000 rows when a filter on a linked table is set. A fix is planned for this week.',
      'Good to hear. Is there a workaround until then? Our month-end closing is on Friday.',
      'Yes: export by month and join the files. I have written down the steps below.\n\n- open the view\n- filter by month\n- export as CSV',
      'That worked, thank you.',
    ],
  },
  {
    subject: 'Travel to {city} next month',
    turns: [
      'Hi {me}, flights to {city} are getting expensive. Shall I book the 7:40 departure for you?',
      'Yes please, aisle seat. And the hotel near the station, if it still has rooms.',
      'Both booked, the confirmation numbers are in your calendar.',
    ],
  },
  {
    subject: 'Security questionnaire for {company}',
    file: 'docx',
    turns: [
      'Hello {me},\n\nour security team asks for the attached questionnaire before we can sign. Most answers can be taken from your white paper.',
      'Hello {them}, we will have it back to you within a week.',
      'Any news? Our sign-off meeting has moved to Monday.',
      'Attached, complete except for question 41, where we are waiting for the auditor.',
    ],
  },
  {
    subject: 'Minutes: weekly sales meeting',
    turns: [
      'All,\n\nshort minutes of today:\n\n- Forecast is 4 % over plan.\n- {company} moves to the next stage.\n- The price list will be updated on the 15th.\n\nPlease shout if something is wrong.',
    ],
  },
  {
    subject: 'Can you approve order {po}?',
    turns: [
      'Hi {me}, order {po} is over the limit and needs your approval today, otherwise we lose the slot in {city}.',
      'Approved.',
    ],
  },
  {
    subject: 'Introduction: {me} and {company}',
    turns: [
      'Hi {me},\n\nI would like to introduce you to my colleagues at {company}. They look for a partner in {city} and your name came up immediately. I will let you take it from here.',
      'Thank you for the introduction! Would a call on Thursday at 10:00 work?',
      'Thursday at 10:00 is perfect, I will send an invite.',
    ],
  },
  {
    subject: 'Draft agenda for the {city} workshop',
    turns: [
      'Hi {me}, here is a first agenda:\n\n09:30 Welcome\n10:00 Process walkthrough\n12:30 Lunch\n13:30 Integration with the order system\n16:00 Wrap-up\n\nComments welcome.',
      'Looks good. I would swap the integration part and the walkthrough, because our IT colleagues leave at noon.',
      'Done, updated agenda is on the shared drive.',
    ],
  },
];

export const CITIES = ['Lisbon', 'Gdansk', 'Rotterdam', 'Lviv', 'Munich', 'Lyon', 'Osaka', 'Bilbao'];
export const MONTHS = ['September', 'October', 'November', 'December', 'January'];
