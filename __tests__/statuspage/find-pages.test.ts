import { describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/domain/errors.ts';
import type { Page } from '../../src/domain/page.ts';
import { choosePages, findUnseen } from '../../src/statuspage/find-pages.ts';

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

describe('a name that is no page', () => {
  test('is reported with the pages that the key sees, in the order of their names', () => {
    expect(messageOf(() => choosePages(['shpo'], [shop, acme]))).toBe(
      'Could not find the status page: no page has the slug or name "shpo". Did you mean "shop"? ' +
        `This key sees "Acme" (acme, ${acme.id}), "Acme Shop" (shop, ${shop.id}).`,
    );
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

  test('reports that the key sees none', () => {
    expect(messageOf(() => choosePages(['acme'], []))).toBe(
      'Could not find the status page: no page has the slug or name "acme". This key sees no page at all.',
    );
  });
});

describe('a name of several pages', () => {
  test('is refused, with what tells them apart', () => {
    expect(messageOf(() => choosePages(['twin'], visible))).toBe(
      `Could not find the status page: "twin" is the name of 2 pages. Give the slug: eu or ${twins[1]?.id}.`,
    );
  });

  test('is reported together with every name that is none, a line each', () => {
    const lines = messageOf(() => choosePages(['twin', 'acme', 'nobody'], visible)).split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^Could not find the status page: "twin" is the name of 2 pages/),
      expect.stringMatching(/^Could not find the status page: no page has the slug or name "nobody"/),
    ]);
  });
});
