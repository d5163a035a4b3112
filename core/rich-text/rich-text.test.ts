import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import sharp from 'sharp';
import { hostile } from '../testing/hostile.ts';
import { type Client, openSchool, type TestSchool } from '../testing.ts';
import { takePictures } from './gather.ts';
import { plainOf } from './plain.ts';
import { cleanRich, paragraphsOf, shownRich } from './sanitise.ts';

const sample = (name: string) => readFileSync(path.join(import.meta.dirname, 'samples', name), 'utf8');

describe('rich text, cleaned', () => {
  it('B30 keeps of a Word paste what one sees: bold, underline, a real list, the table', () => {
    const html = cleanRich(sample('B30-collage-word.html'));
    expect(html).to.equal(
      '<p><strong>Sortie au musée</strong></p>' +
        '<ul><li>Prévoir un <u>pique-nique</u></li><li>Autorisation signée avant le 15 mars</li></ul>' +
        '<table><tr><td>Départ</td><td>8 h 30</td></tr></table>plan',
    );
  });

  it('B30 makes numbered lines a numbered list, and ends a list where the paragraphs go on', () => {
    const line = (mark: string, words: string) =>
      `<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><!--[if !supportLists]--><span style='mso-list:Ignore'>${mark}<span>&nbsp; </span></span><!--[endif]-->${words}</p>\n`;
    const word = `<p>Avant</p>${line('1.', 'un')}${line('2.', 'deux')}<p>Entre</p>${line('·', 'trois')}`;
    expect(cleanRich(word)).to.equal(
      '<p>Avant</p><ol><li>un</li><li>deux</li></ol><p>Entre</p><ul><li>trois</li></ul>',
    );
  });

  it('B31 keeps lines 1 and 13 of eighteen, lets nothing run, and shows {{…}} as typed', () => {
    const lines = sample('B31-injections.html').trimEnd().split('\n');
    expect(lines).to.have.length(18);
    const cleaned = lines.map(cleanRich);
    expect(cleaned[0]).to.equal('<p>texte <strong>gras</strong> gardé</p>');
    expect(cleaned[12]).to.equal('<a href="https://exemple.fr/" rel="noopener noreferrer nofollow">lien gardé</a>');
    expect(cleaned[17]).to.equal('{{identifiant}} {{{motDePasse}}} {{#each users}}x{{/each}}');
    expect(cleaned.filter((_, at) => ![0, 12, 17].includes(at))).to.deep.equal([
      ...[
        '',
        '',
        '',
        '',
        'x',
        'x',
        'x',
        '',
        '<table></table>',
        'Se connecter',
        '<p>couvre tout</p>',
        '',
        '',
        '',
        '<p>clobber</p>',
      ],
    ]);
    // All of them in one text: what is never closed takes nothing along.
    for (const kept of [0, 12, 17]) expect(cleanRich(lines.join('\n'))).to.include(cleaned[kept] as string);
  });

  it('S18-05 gives only tags and addresses of the list, and the same when cleaned again, whatever comes in', () => {
    const allowed =
      /^(?:[^<>&]|&(?:amp|lt|gt|quot);|<br \/>|<\/?(?:p|strong|em|u|s|ul|ol|li|h3|blockquote|table|thead|tbody|tr|th|td)>|<a href="(?:https?:|mailto:)[^"<>]*" rel="noopener noreferrer nofollow">|<\/a>)*$/u;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const html = cleanRich(hostile(seed));
        expect(html).to.match(allowed);
        expect(cleanRich(html)).to.equal(html);
      }),
      { numRuns: 300 },
    );
  });

  it('cleans 64 KB of anything without holding up the house', () => {
    for (const piece of [
      '<p>',
      '<b>',
      '<!--',
      '<p style="mso-list:l0">',
      '<table><tr><td>',
      '&amp;',
      '<',
      '<svg>',
      '<![',
      '<br>',
    ])
      expect(plainOf(cleanRich(piece.repeat((64 * 1024) / piece.length)))).to.be.a('string');
  });

  it('reads in one pass what comes before any limit of length, whatever it is made of', () => {
    for (const piece of ['a', ' <x>', '\n ']) expect(plainOf(`<${piece.repeat(1_000_000)}`)).to.be.a('string');
    expect(takePictures(`${'<img '.repeat(2_400_000)}>`).pictures.size).to.equal(0);
  });

  it('makes paragraphs and links of what is typed without the editor, and text of all the rest', () => {
    const html = cleanRich(paragraphsOf('Bonjour <b>\r\nà tous\r\n\r\nVoir https://exemple.fr/a?b=1&c=2. Merci'));
    expect(html).to.equal(
      '<p>Bonjour &lt;b&gt;<br />à tous</p><p>Voir <a href="https://exemple.fr/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">https://exemple.fr/a?b=1&amp;c=2</a>. Merci</p>',
    );
  });

  it('reads a text in plain words, for a mail, a search, a signature', () => {
    const html =
      '<h3>Sortie</h3><p>Le 8 &amp; le 9<br />à « 9 h »</p><ul><li>pain</li><li>eau</li></ul><table><tr><td>Départ</td><td>8 h</td></tr></table>';
    expect(plainOf(html)).to.equal('Sortie\n\nLe 8 & le 9\nà « 9 h »\n\n– pain\n– eau\n\nDépart 8 h');
    expect(plainOf('<p><br /></p>')).to.equal('');
    expect(plainOf('<ul><li> <p>pain</p></li><li></li><li>eau</li></ul>')).to.equal('– pain\n\n–\n– eau');
  });

  it('takes pictures out of a text of 11 million characters in one pass, the same one once', () => {
    const [image = ''] = sample('B32-image-collee-base64.html').match(/<img[^>]*>/) ?? [];
    const { rest, pictures } = takePictures(`<p>Affiche :</p>${image.repeat(11_000_000 / image.length)}<p>Fin.</p>`);
    expect(rest).to.equal('<p>Affiche :</p><p>Fin.</p>');
    expect([...pictures.values()]).to.deep.equal(['affiche']);
    expect(takePictures('<img<img<img src="data:image/png;base64,'.repeat(100_000)).pictures.size).to.be.at.most(1);
  });

  it('shows a text cleaned once more, with its titles below the page’s own', () => {
    expect(shownRich('<h3>Sortie</h3><script>1</script>', 'h2')).to.equal('<h2>Sortie</h2>');
    expect(shownRich('<h3>Sortie</h3>', 'h3')).to.equal('<h3>Sortie</h3>');
  });
});

describe('rich text, sent', function () {
  this.timeout(60_000);
  let school: TestSchool;
  let direction: Client;
  before(async () => {
    school = await openSchool();
    direction = school.as('direction');
  });
  after(() => school.close());

  const NOTES = '/gestion/potager/notes';
  const last = async () =>
    (await school.db((db) => db('potager_notes').orderBy('class', 'desc').first())) as { id: string; body: string };
  const saidOf = (text: string) => /id="form-body-e">.*?<span>(.*?)<\/span>/s.exec(text)?.[1] ?? '';
  const shownOf = (text: string) => /name="body\.html" value="([^"]*)"/.exec(text)?.[1] ?? '';

  it('B31 shows a reader what was typed, and nothing that runs', async () => {
    const sent = await direction.post(NOTES, { class: 'A', 'body.html': sample('B31-injections.html') });
    expect(sent.status).to.equal(303);
    const { text } = await direction.get(`${NOTES}/${(await last()).id}`);
    const [, shown = ''] = /<div class="prose rich" hx-ignore>(.*?)<\/div>/s.exec(text) ?? [];
    expect(shown)
      .to.include('{{identifiant}} {{{motDePasse}}}')
      .and.include('<strong>gras</strong>')
      .and.include('lien gardé');
    expect(shown).not.to.match(/script|onerror|onload|style|<form|<img|<iframe|exterieur|id=/i);
  });

  const pasted = () => {
    const html = sample('B32-image-collee-base64.html').split('<!--')[0]?.trim() as string;
    return [html, html.match(/<img[^>]*>/)?.[0] as string] as const;
  };
  for (const size of [70_000, 1_100_000, 11_000_000])
    it(`B32 makes a pasted picture a file and loses no word, in a text of ${size} characters`, async () => {
      const [html, image] = pasted();
      const whole = html.replace(image, image.repeat(Math.ceil(size / image.length)));
      // The sample's own picture is cut: refused in words, with every word of the text.
      const refused = await direction.post(NOTES, { class: `B${size}`, 'body.html': whole });
      expect(refused.status).to.equal(422);
      expect(saidOf(refused.text)).to.include('« affiche.png » est abîmée').and.include('Votre texte est là');
      expect(shownOf(refused.text)).to.equal('&lt;p&gt;Affiche :&lt;/p&gt;&lt;p&gt;Fin du texte à garder.&lt;/p&gt;');

      const png = await sharp({ create: { width: 40, height: 40, channels: 3, background: 'red' } })
        .png()
        .toBuffer();
      const sound = whole.replaceAll(/base64,[^"]+/g, `base64,${png.toString('base64')}`);
      const answer = await direction.post(NOTES, { class: `B${size}`, 'body.html': sound });
      expect(answer.status, saidOf(answer.text)).to.equal(303);
      const id = answer.location?.split('/').pop();
      const { body } = await school.db((db) => db('potager_notes').where({ id }).first());
      expect(body).to.equal('<p>Affiche :</p><p>Fin du texte à garder.</p>');
      const files = await school.db((db) => db('files').where({ about: `potager:${id}` }));
      expect(files.map(({ name, type }) => [name, type])).to.deep.equal([['affiche.png', 'image/png']]);
    });

  it('B32 refuses a pasted bomb in words, with the text still there, and takes the text alone the next time', async () => {
    const data = readFileSync(path.join(import.meta.dirname, 'samples/B32-image-bombe.png')).toString('base64');
    const answer = await direction.post(NOTES, {
      class: 'C',
      'body.html': `<p>Avant</p><img src="data:image/png;base64,${data}"><p>Après</p>`,
    });
    expect(answer.status).to.equal(422);
    expect(saidOf(answer.text)).to.match(
      /L’image collée n’a pas été gardée.*20\s000 × 20\s000 points.*Votre texte est là/,
    );
    expect(shownOf(answer.text)).to.equal('&lt;p&gt;Avant&lt;/p&gt;&lt;p&gt;Après&lt;/p&gt;');
    expect((await direction.post(NOTES, { class: 'C', 'body.html': '<p>Avant</p><p>Après</p>' })).status).to.equal(303);
  });

  it('says that a text is too long, with the text still there', async () => {
    const answer = await direction.post(NOTES, { class: 'D', 'body.html': `<p>${'mot '.repeat(17_000)}fin</p>` });
    expect(answer.status).to.equal(422);
    expect(saidOf(answer.text)).to.include('Ce texte est trop long : 67 Ko avec sa mise en forme, 64 Ko au plus');
    expect(shownOf(answer.text)).to.include('mot fin&lt;/p&gt;');
    const empty = await direction.post(NOTES, { class: 'D', 'body.html': '<p><br></p>' });
    expect(saidOf(empty.text)).to.equal('Remplissez « Texte ».');
  });

  it('keeps the formatting without JavaScript while the words stay, and takes new words as paragraphs', async () => {
    const html = '<p>Bonjour <strong>à tous</strong></p><ul><li>pain</li></ul>';
    await direction.post(NOTES, { class: 'Z', 'body.html': html });
    const { id } = await last();
    const { text } = await direction.get(`${NOTES}/${id}`);
    const typed = /<textarea[^>]*>([^<]*)<\/textarea>/.exec(text)?.[1] ?? '';
    expect(typed).to.equal('Bonjour à tous\n\n– pain');
    const send = (body: string) => direction.post(`${NOTES}/${id}`, { class: 'Z', body, 'body.html': html });
    await send(typed.replaceAll('\n', '\r\n'));
    expect((await last()).body).to.equal(html);
    await send('Bonsoir\r\n\r\nà demain');
    expect((await last()).body).to.equal('<p>Bonsoir</p><p>à demain</p>');
  });

  it('S18-05 gives no page a 500, whatever text is sent and read', async () => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e6));
    console.log(`      500 hostile texts from SEED=${seed}`);
    const kept: string[] = [];
    for (let at = seed; at < seed + 500; at++) {
      const answer = await direction.post(NOTES, { class: 'H', 'body.html': hostile(at) });
      expect(answer.status, `hostile(${at})`).to.be.oneOf([303, 422]);
      if (answer.status === 303) kept.push(answer.location as string);
    }
    expect(kept).to.have.length.greaterThan(250);
    for (const address of kept.filter((_, at) => at % 10 === 0))
      expect((await direction.get(address)).status, address).to.equal(200);
  });
});
