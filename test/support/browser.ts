/** A browser as far as signing in needs one: cookies by host, path and SameSite, redirects, forms and pages that go on. */

export type Page = Readonly<{ url: string; status: number; text: string; headers: Headers; body: any }>;
interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly strict: boolean;
}
type Asked = Readonly<{
  /** Where the navigation began; absent: in the address bar. */
  from?: string;
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}>;

const MOST_REDIRECTS = 20;
const unescaped = (text: string) => text.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"');

export class Browser {
  private readonly jars = new Map<string, Map<string, Cookie>>();
  /** `served`: by the host of an address, where it is served in truth. */
  constructor(private readonly served: Readonly<Record<string, string>>) {}

  cookie(host: string, name: string): string | undefined {
    return this.jars.get(host)?.get(name)?.value;
  }
  private keep({ host, pathname }: URL, headers: Headers): void {
    const jar = this.jars.get(host) ?? new Map<string, Cookie>();
    this.jars.set(host, jar);
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(/; */);
      const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      const of = (wanted: string) =>
        attributes.find((each) => each.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
      const ended = of('max-age') === '0' || Date.parse(of('expires') ?? '2999-01-01') < Date.now();
      const path = of('path') ?? pathname.slice(0, pathname.lastIndexOf('/') + 1);
      if (ended) jar.delete(name);
      else jar.set(name, { name, value, path, strict: of('samesite')?.toLowerCase() === 'strict' });
    }
  }
  private cookies({ host, hostname, pathname }: URL, from: string | undefined): string {
    const crossing = from !== undefined && new URL(from).hostname !== hostname;
    return [...(this.jars.get(host)?.values() ?? [])]
      .filter(({ path, strict }) => pathname.startsWith(path) && !(strict && crossing))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  /** Without following a redirect, as a script of the page does with `from`. */
  async ask(address: string, { from, method = 'GET', headers = {}, body }: Asked = {}): Promise<Page> {
    const url = new URL(address);
    const to = `${this.served[url.host] ?? url.origin}${url.pathname}${url.search}`;
    const cookie = this.cookies(url, from);
    const sent = { ...headers, ...(cookie !== '' && { cookie }) };
    const response = await fetch(to, {
      method,
      headers: sent,
      redirect: 'manual',
      ...(body !== undefined && { body }),
    });
    this.keep(url, response.headers);
    const text = await response.text();
    const json = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
    return { url: address, status: response.status, text, headers: response.headers, body: json && JSON.parse(text) };
  }
  /** A navigation: follows redirects, all of which count as begun where the first one was, up to `until`. */
  async go(address: string, asked: Asked = {}, until: (url: string) => boolean = () => false): Promise<Page> {
    let page = await this.ask(address, asked);
    for (let n = 0; n < MOST_REDIRECTS; n++) {
      const location = page.headers.get('location');
      if (location === null) return page;
      const next = new URL(location, page.url).href;
      if (until(next)) return { ...page, url: next };
      page = await this.ask(next, asked.from === undefined ? {} : { from: asked.from });
    }
    throw new Error(`too many redirects from ${address}`);
  }
  /** Fills in the form of a page, with what it holds already. */
  submit(
    { url, text }: Page,
    fields: Readonly<Record<string, string>>,
    until?: (url: string) => boolean,
  ): Promise<Page> {
    const action = unescaped(/<form[^>]* action="([^"]+)"/.exec(text)![1]!);
    const hidden = [...text.matchAll(/<input type="hidden" name="(\w+)" value="(\w+)"/g)].map(([, n, v]) => [n, v]);
    const body = new URLSearchParams({ ...Object.fromEntries(hidden), ...fields }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.go(new URL(action, url).href, { from: url, method: 'POST', headers, body }, until);
  }
  /** Where a page goes by itself. */
  goOn(page: Page): Promise<Page> {
    const to = unescaped(/http-equiv="refresh" content="0;url=([^"]*)"/.exec(page.text)![1]!);
    return this.go(new URL(to, page.url).href, { from: page.url });
  }
}
