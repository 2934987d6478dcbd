import { assert, suite } from '../../../../fixtures/suite.ts';
import { jdbcOptions, jdbcTarget } from './jdbc.ts';

const test = suite('jdbc');

test('the password is only in the password line, with its colons escaped', () => {
  const target = jdbcTarget(
    'postgresql://an%40na:p%3Aw%5Cd%2F@db.shop.example:6432/the%20shop?sslmode=require',
  );
  assert.is(target.passwordLine, 'db.shop.example:6432:the shop:an@na:p\\:w\\\\d/');
  assert.is(
    target.url,
    'jdbc:postgresql://db.shop.example:6432/the%20shop?sslmode=require&ApplicationName=couture+build+on+spark',
  );
  assert.is(target.user, 'an@na');
  assert.not.match(jdbcOptions(target), 'p:w');
});

test('a password in the URL parameters is handled the same way', () => {
  const target = jdbcTarget('postgres://anna@localhost/shop?password=secret');
  assert.is(target.passwordLine, 'localhost:5432:shop:anna:secret');
  assert.not.match(target.url, 'secret');
});

test('quotes are escaped in SQL literals', () => {
  assert.match(jdbcOptions(jdbcTarget(`postgres://o'hara:x@localhost/shop`)), `user 'o\\'hara'`);
});
