/**
 * A plain text as a quotation: each line with its mark (RFC 3676 section 4.5), an empty one without a space at its end. Pure.
 * @param text its lines end with LF
 */
export const quotedText = (text: string): string => text.replace(/^/gm, '> ').replace(/^> $/gm, '>');
