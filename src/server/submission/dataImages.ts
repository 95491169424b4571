/** Images that lie in the html itself (signatures, mail of other code): most readers show them only when they come along as files. */
import { writeFile } from 'node:fs/promises';
import type { MailContext } from '../context';
import { imageType } from '../messages/inlineImages';
import { uploadedContentId } from './images';
import type { SpooledFile } from './outbox';
import { newSpoolFile } from './spool';

const DATA_IMAGE = /<img\b[^>]*? src="data:image\/[\w.+-]+;base64,([^"]+)"[^>]*>/g;

/**
 * Writes the images of sanitised html into the spool and names them by Content-ID; what is no image goes.
 * @param html at most some megabytes, as a row holds it
 */
export async function spoolDataImages(
  mail: MailContext,
  outboxId: string,
  html: string,
): Promise<{ html: string; files: SpooledFile[] }> {
  const files = new Map<string, SpooledFile | null>();
  for (const [, encoded = ''] of html.matchAll(DATA_IMAGE)) {
    if (!files.has(encoded)) files.set(encoded, await spoolImage(mail, outboxId, encoded, files.size + 1));
  }
  const named = html.replace(DATA_IMAGE, (tag, encoded: string) => {
    const contentId = files.get(encoded)?.contentId;
    return contentId ? tag.replace(/ src="[^"]*"/, ` src="cid:${contentId}"`) : '';
  });
  return { html: named, files: [...files.values()].filter((file) => file !== null) };
}

async function spoolImage(
  mail: MailContext,
  outboxId: string,
  encoded: string,
  number: number,
): Promise<SpooledFile | null> {
  const bytes = Buffer.from(encoded, 'base64');
  const contentType = imageType(bytes);
  if (!contentType) return null;
  const { id, folder } = await newSpoolFile(mail, outboxId);
  await writeFile(`${folder}/${id}`, bytes, { mode: 0o600 });
  const filename = `image-${number}.${contentType.replace(/^image\//, '')}`;
  return { id, filename, contentType, size: bytes.length, contentId: uploadedContentId(id) };
}
