// Text of pasted HTML, and that no input takes long.
import { assert, suite } from '../../fixtures/suite.ts';
import { textOfHtml } from './text-of-html.ts';

const test = suite('text of HTML');

test('blocks are lines, cells have tabs between them, and what is no text is left out', () => {
  const cases: Readonly<Record<string, string>> = {
    '<p>One</p>\n<p> Two <b>bold</b>  words </p>': 'One\nTwo bold words',
    'a<br>b<BR/>c': 'a\nb\nc',
    '<table>\n<tr> <td>A</td> <td> B </td> </tr><tr><td></td><td>2</td></tr></table>': 'A\tB\n\t2',
    '<head><title>T</title></head><style>p > a {}</style><!-- <p>no</p> -->Yes<script>1 < 2</script>': 'Yes',
    '5 < 6 &amp;&#32;7 &gt; 6 &#x41;&nope;&quot;&#0;': '5 < 6 & 7 > 6 A&nope;"\ufffd',
    '<ul><li>x</li><li>y</li></ul>z': 'x\ny\nz',
    '<style>never closed': '',
    'cut <b': 'cut',
    'İstanbul<br>İzmir <b>ı</b><STYLE>p{}</STYLE>!': 'İstanbul\nİzmir ı!',
    '<html><head><meta charset="utf-8"><body>No end of the head': 'No end of the head',
    '<title-card>Custom</title-card> <p-x>elements</p-x>': 'Custom elements',
    'One<div>Two</div><div>Three</div>': 'One\nTwo\nThree',
    '<ul><li>No<li>end tags</ul>': 'No\nend tags',
    '&#38;lt; &amp;#60; &#xD800;': '&lt; &#60; \ufffd',
  };
  for (const [html, text] of Object.entries(cases)) assert.is(textOfHtml(html), text, html);
});

test('a megabyte of anything is read in one pass', () => {
  for (const part of [
    '<',
    '<br ',
    '<style>',
    '<!-- ',
    '</td>',
    ' \n<b>x</b> ',
    '&',
    '<tr><td>a</td> ',
    '  ',
    '  <p>',
    '<title></title>',
  ]) {
    // What is quadratic takes longer than a test may.
    assert.ok(textOfHtml(part.repeat(1_000_000 / part.length)).length < 1_000_001, part);
  }
});
