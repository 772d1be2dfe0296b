import { describe, expect, test } from '@jest/globals';
import { describeVisible, isPageId, type Page } from '../../src/domain/page.ts';

const shop: Page = { id: '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a02', slug: 'shop', name: 'Acme Shop' };

describe('a UUID is known', () => {
  test.each([shop.id, shop.id.toUpperCase()])('as %s', (name) => {
    expect(isPageId(name)).toBe(true);
  });

  test.each(['acme', shop.id.slice(1), `${shop.id}0`, shop.id.replaceAll('-', ''), `{${shop.id}}`, ''])(
    'and not as %j',
    (name) => {
      expect(isPageId(name)).toBe(false);
    },
  );
});

describe('a name that is no page', () => {
  test('is near by its name too, and by its UUID', () => {
    const others = Array.from({ length: 10 }, (_, at) => ({ id: `id-${at}`, slug: `page-${at}` }));
    expect(describeVisible([...others, shop], 'acme shup')).toMatch(/^This key sees "Acme Shop".+, and 1 more$/);
    expect(describeVisible([...others, shop], shop.id.replace('6f', '6e'))).toMatch(/^This key sees "Acme Shop"/);
  });

  test('is listed with ten pages at most', () => {
    const many = Array.from({ length: 13 }, (_, at) => ({ id: `id-${at}`, slug: `page-${at}` }));
    const text = describeVisible(many, 'page-12');
    expect(text).toMatch(/^This key sees "page-0" .+"page-12" \(page-12, id-12\), .+, and 3 more$/);
    expect(text.match(/id-/g)).toHaveLength(10);
    expect(describeVisible(many.slice(0, 10), 'page-1')).not.toContain('more');
  });

  test('is made of pages that have nothing but an id', () => {
    expect(describeVisible([{ id: 'a1' }], 'x')).toBe('This key sees "a1" (a1)');
  });
});
