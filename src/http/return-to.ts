/** Where a browser goes on after it has signed in: a page of this service, whatever it was told. */

const ELSEWHERE = 'https://elsewhere.invalid';

/**
 * The path, query and fragment of `path` as a browser reads them, if they lead to this same service; else `/`. What a
 * browser takes for another host (`//host`, `\\host`, a scheme, tabs and line ends that it leaves out) is not let
 * through, nor is what a header cannot hold.
 */
export function safeReturn(path: string | undefined): string {
  if (path === undefined || path.length > 2000 || !/^\/(?![/\\])/.test(path) || /[\p{C}\\]/u.test(path)) return '/';
  if (!URL.canParse(path, ELSEWHERE)) return '/';
  const { origin, pathname, search, hash } = new URL(path, ELSEWHERE);
  // Dots are taken out of a path as it is read, and may leave two slashes at its head.
  return origin === ELSEWHERE && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : '/';
}
