import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRepository, spellRepository } from '../../src/domain/repository.ts';

const shop = { server: 'https://github.com', repository: 'acme/shop' };

describe('a repository', () => {
  test.each([
    'https://github.com/acme/shop',
    'https://github.com/acme/shop.git',
    'https://github.com//acme//shop//',
    'https://www.github.com/acme/shop',
    'https://github.com:443/acme/shop',
    'http://github.com/acme/shop',
    'https://github.com./acme/shop',
    'https://github.com/acme/shop.git?ref=main#readme',
    'https://token:x@GitHub.com/Acme/Shop.git/',
    'HTTPS://GITHUB.COM/ACME/SHOP.GIT',
    'git@github.com:acme/shop.git',
    'git@github.com:/acme/shop.git',
    'org-1234@github.com:Acme/Shop.git',
    'github.com:acme/shop.git',
    'ssh://git@github.com:22/acme/shop.git',
    'ssh://git@ssh.github.com:443/acme/shop.git',
    'git@ssh.github.com:acme/shop.git',
    'git+ssh://git@github.com/acme/shop.git',
    'git+https://github.com/acme/shop.git',
    'git://github.com/acme/shop.git',
    '  https://github.com/acme/shop.git\n',
  ])('is the same by %s', (address) => {
    expect(parseRepository(address)).toEqual(shop);
  });

  test.each([
    [
      'the server has a port of its own',
      'https://git.example.com:8443/group/sub/shop.git',
      'https://git.example.com:8443',
      'group/sub/shop',
    ],
    ['the server is in a folder', 'https://example.com/gitea/acme/shop', 'https://example.com', 'gitea/acme/shop'],
    ['GitLab is reached through the firewall', 'ssh://git@altssh.gitlab.com:443/a/b.git', 'https://gitlab.com', 'a/b'],
    [
      'Bitbucket is reached through the firewall',
      'ssh://git@altssh.bitbucket.org:443/a/b.git',
      'https://bitbucket.org',
      'a/b',
    ],
    ['a name has a blank', 'git@git.example.com:acme/The%20Shop.git', 'https://git.example.com', 'acme/the shop'],
    ['a name has a broken escape', 'https://git.example.com/acme/100%', 'https://git.example.com', 'acme/100%'],
    [
      'CodeCommit has a helper of its own',
      'codecommit::eu-west-1://profile@shop',
      'https://git-codecommit.eu-west-1.amazonaws.com',
      'v1/repos/shop',
    ],
    [
      'CodeCommit is reached by HTTPS',
      'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop',
      'https://git-codecommit.eu-west-1.amazonaws.com',
      'v1/repos/shop',
    ],
  ])('is known if %s', (_, address, server, repository) => {
    expect(parseRepository(address)).toEqual({ server, repository });
  });

  test.each([
    'https://acme@dev.azure.com/acme/The%20Shop/_git/shop',
    'https://acme.visualstudio.com/The%20Shop/_git/shop',
    'https://acme.visualstudio.com/DefaultCollection/The%20Shop/_git/shop',
    'git@ssh.dev.azure.com:v3/acme/The%20Shop/shop',
    'acme@vs-ssh.visualstudio.com:v3/acme/The%20Shop/shop',
  ])('of Azure is the same by %s', (address) => {
    expect(parseRepository(address)).toEqual({ server: 'https://dev.azure.com', repository: 'acme/the shop/shop' });
  });

  test.each([
    '',
    'shop',
    'acme/shop',
    '/srv/git/shop.git',
    '../shop',
    'C:\\git\\shop',
    'C:/git/shop',
    'file:///srv/git/shop.git',
    'file:/srv/git/shop.git',
    'arn:aws:s3:::bucket/shop.zip',
    'https://github.com/',
    'https://',
    'undefined/undefined',
    'git+codecommit::eu-west-1://shop',
    `https://github.com/${'a'.repeat(3_000)}`,
  ])('is not known by %j', (address) => {
    expect(parseRepository(address)).toBeUndefined();
  });

  const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,15}$/);
  const host = fc.stringMatching(/^[a-z][a-z0-9]{0,10}\.(example|test)\.(com|org)$/);

  test('is the same by every way to write its address', () => {
    const anyCase = (text: string, upper: boolean) => (upper ? text.toUpperCase() : text);
    const starts = (name: string) => [
      `https://${name}/`,
      `https://user:secret@${name}//`,
      `http://${name}:80/`,
      `ssh://git@${name}:2222/`,
      `git://${name}/`,
      `git@${name}:`,
      `${name}:/`,
    ];
    fc.assert(
      fc.property(
        host,
        fc.array(word, { minLength: 1, maxLength: 4 }),
        fc.nat({ max: 6 }),
        fc.constantFrom('', '/', '.git', '.git/', '.git//'),
        fc.boolean(),
        (name, path, start, end, upper) => {
          const address = `${starts(anyCase(name, upper))[start]}${anyCase(path.join('/'), upper)}${end}`;
          const repository = path.join('/').toLowerCase();
          expect(parseRepository(address)).toEqual({ server: `https://${name}`, repository });
        },
      ),
    );
  });

  test('keeps two repositories apart, and can be read again from what was read', () => {
    fc.assert(
      fc.property(host, word, word, word, (name, owner, one, other) => {
        fc.pre(one.toLowerCase() !== other.toLowerCase());
        const first = parseRepository(`git@${name}:${owner}/${one}.git`);
        const second = parseRepository(`git@${name}:${owner}/${other}.git`);
        expect(first).not.toEqual(second);
        expect(parseRepository(`${first?.server}/${first?.repository}`)).toEqual(first);
      }),
    );
  });

  test('never throws, whatever the address is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), (address) => {
        const parsed = parseRepository(address);
        if (parsed !== undefined) expect(parsed.server).toMatch(/^https:\/\/[^/]+$/);
      }),
    );
  });
});

describe('the one spelling of a repository', () => {
  test.each([
    ['https://github.com', 'acme/shop'],
    ['https://github.com/', 'Acme/Shop'],
    ['HTTPS://GitHub.com//', '/acme/shop/'],
  ])('is the same for %j and %j', (server, repository) => {
    expect(spellRepository({ server, repository })).toBe('https://github.com/acme/shop');
  });

  test('is the same whether the folder of a server counts to the server or to the name', () => {
    const one = spellRepository({ server: 'https://example.com/gitea/', repository: 'acme/shop' });
    const other = spellRepository({ server: 'https://example.com', repository: 'gitea/acme/shop' });
    expect(one).toBe(other);
  });

  test('is what is known, if no address is', () => {
    expect(spellRepository({ server: '', repository: '' })).toBe('');
    expect(spellRepository({ server: '', repository: 'Acme/Shop/' })).toBe('acme/shop');
  });
});
