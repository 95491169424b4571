import { describe, expect, test } from 'vitest';
import { sanitiseForEditor } from '../../../src/server/messages/sanitise';
import {
  filesToSend,
  imagesTakenAlong,
  originalContentId,
  originalFiles,
  originalOf,
  referredContentIds,
  uploadedContentId,
  withoutMissingImages,
  type OriginalPart,
} from '../../../src/server/submission/images';

const part = (values: Partial<OriginalPart>): OriginalPart => ({
  ...{ part: '2', filename: 'a.pdf', contentType: 'application/pdf', size: 7800, inline: false, contentId: null },
  ...values,
});
const logo = part({ part: '1.2', filename: 'l.png', contentType: 'image/png', inline: true, contentId: 'Logo@x' });
let ids = 0;
const newId = () => String(++ids);

describe('a Content-ID', () => {
  test('names the message and the part it comes from', () => {
    expect(originalOf(originalContentId('77', '1.2'))).toEqual({ messageId: '77', part: '1.2' });
    expect(originalOf(originalContentId('77', 'whole.3'))).toEqual({ messageId: '77', part: 'whole.3' });
  });

  test.each([
    'logo@x',
    '0.1@original.invalid',
    '77.1@upload.invalid',
    '77.@original.invalid',
    '77.1@original.invalid.x',
  ])('of another form (%s) names nothing', (id) => expect(originalOf(id)).toBeNull());

  test('of ours stays in the editor, and a foreign one goes with its image', () => {
    const own = `<img src="cid:${uploadedContentId('ab')}" />`;
    expect(sanitiseForEditor(own)).toBe(own);
    expect(sanitiseForEditor('<p>a<img src="cid:logo@x"><img src="cid:a@upload.invalid&quot; onerror=x"></p>')).toBe(
      '<p>a</p>',
    );
  });
});

test('html is read for the images it shows, each once', () => {
  expect(referredContentIds('<img alt="a" src="cid:a@x" /><img src="cid:b@x" /><img src="cid:a@x" /> cid:c@x')).toEqual(
    ['a@x', 'b@x'],
  );
  expect(referredContentIds(null)).toEqual([]);
});

test('an image whose file is not there is taken out', () => {
  const html = '<p><img src="cid:a@x" width="5" />b<img src="cid:c@x" /></p>';
  expect(withoutMissingImages(html, [{ contentId: 'c@x' }])).toBe('<p>b<img src="cid:c@x" /></p>');
});

test('an image that the text no longer shows stays behind, files go along', () => {
  const files = [{ contentId: 'a@x' }, { contentId: undefined }, { contentId: 'b@x' }];
  expect(filesToSend(files, '<img src="cid:b@x" />')).toEqual([{ contentId: undefined }, { contentId: 'b@x' }]);
  expect(filesToSend(files, null)).toEqual([{ contentId: undefined }]);
});

describe('of a message with a file, a logo and an image nobody shows', () => {
  const parts = [part({}), logo, part({ ...logo, part: '1.3', contentId: 'other@x' })];
  const lower = (id: string) => id.toLowerCase();

  test('the logo gets an address of ours', () => {
    expect([...imagesTakenAlong('77', parts, new Set(['logo@x']), lower)]).toEqual([
      ['logo@x', 'cid:77.1.2@original.invalid'],
    ]);
  });

  test('and of two with one Content-ID the first is the one', () => {
    const twice = [logo, part({ ...logo, part: '1.4' })];
    expect(imagesTakenAlong('77', twice, new Set(['logo@x']), lower).get('logo@x')).toBe('cid:77.1.2@original.invalid');
  });

  test.each([
    ['reply', ['l.png']],
    ['forward', ['a.pdf', 'l.png']],
  ] as const)('a %s takes along %j', (kind, names) => {
    const html = '<img src="cid:77.1.2@original.invalid" /><img src="cid:78.1.3@original.invalid" />';
    const files = originalFiles({ messageId: '77', kind }, parts, html, newId);
    expect(files.map(({ filename }) => filename)).toEqual(names);
    expect(files.at(-1)).toMatchObject({
      contentId: '77.1.2@original.invalid',
      source: { messageId: '77', part: '1.2' },
      size: 5700,
    });
  });
});
