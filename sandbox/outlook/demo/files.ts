/** Real small files: what a click on an attachment opens. */
import { crc32, deflateRawSync, deflateSync } from 'node:zlib';

export interface DemoFile {
  name: string;
  type: string;
  bytes: Buffer;
}

export const PDF = 'application/pdf';
export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** A one-page PDF with lines of text (Latin letters). */
export function pdf(name: string, lines: string[]): DemoFile {
  const safe = (line: string) => line.replace(/[^\x20-\x7e]/g, '?').replace(/[\\()]/g, '\\$&');
  const rows = lines.map((line, index) => `${index ? '0 -22 Td ' : ''}(${safe(line)}) Tj`);
  const stream = `BT /F1 14 Tf 60 780 Td ${rows.join(' ')} ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const trailer = `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return { name, type: PDF, bytes: Buffer.from(text + trailer, 'latin1') };
}

/** A bar chart as PNG; `hue` picks the colour of the bars. */
export function png(
  name: string,
  bars: number[],
  colour: [number, number, number],
  width = 320,
  height = 140,
): DemoFile {
  const rows = Buffer.alloc((width * 3 + 1) * height, 0xff);
  const slot = Math.floor(width / bars.length);
  const highest = Math.max(...bars);
  for (let y = 0; y < height; y++) {
    const row = y * (width * 3 + 1);
    rows[row] = 0;
    for (let x = 0; x < width; x++) {
      const bar = bars[Math.floor(x / slot)] ?? 0;
      const inside = x % slot > 6 && x % slot < slot - 6 && height - y <= (bar / highest) * (height - 10);
      if (inside || y === height - 1) rows.set(inside ? colour : [120, 120, 120], row + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))];
  return { name, type: 'image/png', bytes: Buffer.concat([signature, ...chunks]) };
}

export function csv(name: string, rows: (string | number)[][]): DemoFile {
  const text = rows.map((row) => row.join(',')).join('\r\n');
  return { name, type: 'text/csv; charset=utf-8', bytes: Buffer.from(`\ufeff${text}\r\n`) };
}

/** A Word document of plain paragraphs. */
export function docx(name: string, paragraphs: string[]): DemoFile {
  const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  const body = paragraphs.map((text) => `<w:p><w:r><w:t>${escape(text)}</w:t></w:r></w:p>`).join('');
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  const openxml = 'http://schemas.openxmlformats.org';
  const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
  const bytes = zip({
    '[Content_Types].xml': `${head}<Types xmlns="${openxml}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${word}"/></Types>`,
    '_rels/.rels': `${head}<Relationships xmlns="${openxml}/package/2006/relationships"><Relationship Id="rId1" Type="${openxml}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    'word/document.xml': `${head}<w:document xmlns:w="${openxml}/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
  });
  return { name, type: DOCX, bytes };
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function zip(files: Record<string, string>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = Buffer.from(text);
    const packed = deflateRawSync(data);
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, path, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, path]));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
