import { describe, expect, test } from '@jest/globals';
import { choosePages, findUnseen } from '../../src/domain/choose-pages.ts';
import { UserError } from '../../src/domain/errors.ts';
import { describeVisible, isPageId, type Page } from '../../src/domain/page.ts';

const acme: Page = { id: '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a01', slug: 'acme', name: 'Acme', url: 'https://a.example' };
const shop: Page = { id: '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a02', slug: 'shop', name: 'Acme Shop' };
const twins: Page[] = [
  { id: '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a03', slug: 'eu', name: 'Twin' },
  { id: '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a04', name: 'TWIN' },
];
/** Its slug is another page's name. */
const mixed: Page = { id: '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a05', slug: 'acme-shop', name: 'shop' };
const visible = [acme, shop, ...twins, mixed];

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a page is named', () => {
  test.each([
    ['its UUID', acme.id, acme],
    ['its UUID in capitals', acme.id.toUpperCase(), acme],
    ['its slug', 'acme', acme],
    ['its slug in capitals', 'SHOP', shop],
    ['its name', 'Acme Shop', shop],
    ['its name regardless of case', 'aCME sHOP', shop],
    ['a slug before a name', 'acme-shop', mixed],
  ])('by %s', (_, name, page) => {
    expect(choosePages([name], visible)).toEqual([page]);
  });

  test('by a UUID that nobody has looked up', () => {
    expect(choosePages([acme.id.toUpperCase()], [])).toEqual([{ id: acme.id }]);
  });

  test('once, whatever it is called, and in the order of the names', () => {
    expect(choosePages(['shop', 'ACME', acme.id, 'Acme Shop', 'acme'], visible)).toEqual([shop, acme]);
    expect(choosePages([acme.id, acme.id.toUpperCase()], [])).toEqual([{ id: acme.id }]);
  });
});

describe('a UUID is known', () => {
  test.each([acme.id, acme.id.toUpperCase()])('as %s', (name) => {
    expect(isPageId(name)).toBe(true);
  });

  test.each(['acme', acme.id.slice(1), `${acme.id}0`, acme.id.replaceAll('-', ''), `{${acme.id}}`, ''])(
    'and not as %j',
    (name) => {
      expect(isPageId(name)).toBe(false);
    },
  );
});

describe('a name that is no page', () => {
  test('is told with the pages that the key sees, in the order of their names', () => {
    expect(messageOf(() => choosePages(['shpo'], [shop, acme]))).toBe(
      'Could not find the status page: no page has the slug or name "shpo". Did you mean "shop"? ' +
        `This key sees "Acme" (acme, ${acme.id}), "Acme Shop" (shop, ${shop.id}).`,
    );
  });

  test('is near by its name too, and by its UUID', () => {
    const others = Array.from({ length: 10 }, (_, at) => ({ id: `id-${at}`, slug: `page-${at}` }));
    expect(describeVisible([...others, shop], 'acme shup')).toMatch(/^This key sees "Acme Shop".+, and 1 more$/);
    expect(describeVisible([...others, shop], shop.id.replace('6f', '6e'))).toMatch(/^This key sees "Acme Shop"/);
  });

  test('is compared with slugs and names, and a UUID with UUIDs', () => {
    expect(messageOf(() => choosePages(['acme-shp'], visible))).toContain(' Did you mean "acme-shop"? ');
    expect(messageOf(() => choosePages(['Acme Shup'], visible))).toContain(' Did you mean "Acme Shop"? ');
    expect(findUnseen([shop.id.replace('02', '09')], [shop])?.message).toContain(` Did you mean "${shop.id}"? `);
    expect(findUnseen([shop.id.replaceAll(/[0-9]/g, '0')], [shop])?.message).not.toContain('Did you mean');
    expect(messageOf(() => choosePages(['website'], visible))).not.toContain('Did you mean');
  });

  test('with a comma asks for double quotes', () => {
    const inc: Page = { id: '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a06', slug: 'inc', name: 'Acme, Inc.' };
    expect(choosePages(['Acme, Inc.'], [shop, inc])).toEqual([inc]);
    expect(messageOf(() => choosePages(['Acme', 'Inc.'], [inc])).split('\n')).toEqual([
      `Could not find the status page: no page has the slug or name "Acme". Put double quotes around a name with a comma: "Acme, Inc.". This key sees "Acme, Inc." (inc, ${inc.id}).`,
      expect.stringContaining('no page has the slug or name "Inc."'),
    ]);
    expect(messageOf(() => choosePages(['Acme'], [inc]))).not.toContain('double quotes');
  });

  test('is told that the key sees none', () => {
    expect(messageOf(() => choosePages(['acme'], []))).toBe(
      'Could not find the status page: no page has the slug or name "acme". This key sees no page at all.',
    );
  });

  test('is told with ten pages at most', () => {
    const many = Array.from({ length: 13 }, (_, at) => ({ id: `id-${at}`, slug: `page-${at}` }));
    const text = describeVisible(many, 'page-12');
    expect(text).toMatch(/^This key sees "page-0" .+"page-12" \(page-12, id-12\), .+, and 3 more$/);
    expect(text.match(/id-/g)).toHaveLength(10);
    expect(describeVisible(many.slice(0, 10), 'page-1')).not.toContain('more');
  });

  test('is told of pages that have nothing but an id', () => {
    expect(describeVisible([{ id: 'a1' }], 'x')).toBe('This key sees "a1" (a1)');
  });
});

describe('a name of several pages', () => {
  test('is refused, with what tells them apart', () => {
    expect(messageOf(() => choosePages(['twin'], visible))).toBe(
      `Could not find the status page: "twin" is the name of 2 pages. Give the slug: eu or ${twins[1]?.id}.`,
    );
  });

  test('is told together with every name that is none, a line each', () => {
    const lines = messageOf(() => choosePages(['twin', 'acme', 'nobody'], visible)).split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^Could not find the status page: "twin" is the name of 2 pages/),
      expect.stringMatching(/^Could not find the status page: no page has the slug or name "nobody"/),
    ]);
  });
});
