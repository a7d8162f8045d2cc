import { createHash } from 'node:crypto';

/**
 * The Content-Security-Policy of a page that loads and runs nothing: its own style sheet is all that a browser may use.
 * @param style without quotes, angle brackets and ampersands: React would escape them, and its hash would be another
 * @param frameAncestors who may show the page in a frame
 */
export function staticPagePolicy(style: string, frameAncestors: "'none'" | "'self'"): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${frameAncestors}`,
  ].join('; ');
}
