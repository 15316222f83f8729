/** Who can read a file. */
import { statSync } from 'node:fs';

/**
 * Whether others than this user can read a secret's file, by PostgreSQL's rule: mode 0600, or 0640 where it belongs to
 * root and a group lends it out. Throws what the file system says.
 */
export function openToOthers(path: string): boolean {
  const { mode, uid } = statSync(path);
  return (mode & (uid === 0 ? 0o027 : 0o077)) !== 0;
}
