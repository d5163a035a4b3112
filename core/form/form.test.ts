import { expect } from 'chai';
import fc from 'fast-check';
import {
  attachments,
  checkForm,
  choice,
  choices,
  date,
  email,
  type Field,
  type Form,
  hidden,
  longText,
  number,
  password,
  richText,
  type Typed,
  text,
  tick,
  upload,
} from './form.ts';

/** What one field makes of what a browser sent: the value, or the message. */
function check(field: Field<unknown>, sent?: Typed[string]): { value?: unknown; message?: string } {
  const checked = checkForm({ field }, sent === undefined ? {} : { field: sent });
  return 'errors' in checked ? { message: checked.errors.field } : { value: checked.input.field };
}
const value = (expected: unknown) => ({ value: expected });
const message = (expected: string) => ({ message: expected });

describe('the fields of a form', () => {
  describe('a line of text', () => {
    it('must be filled in, and spaces fill nothing in', () => {
      for (const sent of [undefined, '', '   ', '\t\n', '\0', '\u00a0'])
        expect(check(text('Titre'), sent), JSON.stringify(sent)).to.deep.equal(message('Remplissez « Titre ».'));
    });

    it('loses the spaces around it and keeps those inside', () => {
      expect(check(text('Titre'), '  Sortie  au parc ')).to.deep.equal(value('Sortie  au parc'));
    });

    it('takes as many letters as it says, and not one more', () => {
      expect(check(text('Titre', { max: 5 }), '12345')).to.deep.equal(value('12345'));
      expect(check(text('Titre', { max: 5 }), ' 12345 ')).to.deep.equal(value('12345'));
      expect(check(text('Titre', { max: 5 }), '123456')).to.deep.equal(
        message('Raccourcissez : 5 caractères au plus.'),
      );
      expect(check(text('Titre'), 'a'.repeat(200))).to.have.property('value');
      expect(check(text('Titre'), 'a'.repeat(201))).to.have.property('message');
    });

    it('is nothing at all when it may be left empty and is', () => {
      const field = text('Titre', { optional: true, max: 5 });
      for (const sent of [undefined, '', '  ']) expect(check(field, sent)).to.deep.equal(value(null));
      expect(check(field, 'abc')).to.deep.equal(value('abc'));
      expect(check(field, '123456')).to.deep.equal(message('Raccourcissez : 5 caractères au plus.'));
    });

    it('loses what no database takes: NUL and lone surrogates', () => {
      expect(check(text('Titre'), 'a\0b')).to.deep.equal(value('ab'));
      expect(check(text('Titre'), 'a\ud800b')).to.deep.equal(value('a\ufffdb'));
    });

    it('has one writing for each letter, however the keyboard made it (NFC)', () => {
      expect(check(text('Prénom'), 'Ame\u0301lie')).to.deep.equal(value('Am\u00e9lie'));
      expect(check(text('Prénom', { max: 6 }), 'Ame\u0301lie')).to.deep.equal(value('Am\u00e9lie'));
    });

    it('keeps every letter of the world, and what looks like code', () => {
      for (const sent of ['Nguyễn', 'Łukasz', 'محمد', '李', "d'Œuvre", '<b>&"', "'; drop table people; --", '🌱'])
        expect(check(text('Nom'), sent)).to.deep.equal(value(sent.normalize('NFC')));
    });

    it('takes the first when it is sent twice, and no file', () => {
      expect(check(text('Titre'), ['un', 'deux'])).to.deep.equal(value('un'));
      expect(check(text('Titre'), { name: 'a.txt', bytes: Buffer.from('a') })).to.deep.equal(
        message('Remplissez « Titre ».'),
      );
    });
  });

  it('several lines of text keep their lines and may be longer', () => {
    expect(check(longText('Message'), 'un\r\n\r\ndeux'))
      .to.have.property('value')
      .that.matches(/^un\r?\n\r?\ndeux$/);
    expect(check(longText('Message'), 'a'.repeat(4000))).to.have.property('value');
    expect(check(longText('Message'), 'a'.repeat(4001))).to.deep.equal(
      message('Raccourcissez : 4000 caractères au plus.'),
    );
    expect(check(longText('Message', { max: 10 }), 'a'.repeat(11))).to.have.property('message');
    expect(check(longText('Message', { optional: true }))).to.deep.equal(value(null));
  });

  describe('a day', () => {
    const WRONG = 'Cette date n’existe pas. Écrivez-la ainsi : 2026-11-25, ou 25/11/2026.';

    it('is written as the calendar or as people write it, and is kept one way', () => {
      for (const sent of ['2026-11-25', '25/11/2026', '25-11-2026', '25.11.2026', ' 25/11/2026 '])
        expect(check(date('Jour'), sent), sent).to.deep.equal(value('2026-11-25'));
      expect(check(date('Jour'), '1/2/2026')).to.deep.equal(value('2026-02-01'));
    });

    it('must exist', () => {
      for (const sent of [
        '31/02/2026',
        '2026-02-31',
        '29/02/2026',
        '31/04/2026',
        '0/1/2026',
        '32/01/2026',
        '2026-13-01',
        '2026-00-10',
        '0000-01-01',
        '25/11/26',
        '2026/11/25',
        '11/25/2026',
        '2026-11-25T08:00',
        'demain',
        '2026-11-25; drop',
        '٢٠٢٦-١١-٢٥',
      ])
        expect(check(date('Jour'), sent), sent).to.deep.equal(message(WRONG));
      expect(check(date('Jour'), '29/02/2028')).to.deep.equal(value('2028-02-29'));
      expect(check(date('Jour'), '29/02/1900')).to.deep.equal(message(WRONG));
      expect(check(date('Jour'), '29/02/2000')).to.deep.equal(value('2000-02-29'));
    });

    it('must be given, unless it may be left empty', () => {
      expect(check(date('Jour'))).to.deep.equal(message('Remplissez « Jour ».'));
      expect(check(date('Jour', { optional: true }), '')).to.deep.equal(value(null));
      expect(check(date('Jour', { optional: true }), '31/02/2026')).to.deep.equal(message(WRONG));
      expect(check(date('Jour', { optional: true }), '25/11/2026')).to.deep.equal(value('2026-11-25'));
    });

    it('takes every day there is, both ways, and gives it back the same', () => {
      fc.assert(
        fc.property(
          fc.date({ min: new Date('1900-01-01'), max: new Date('2999-12-31'), noInvalidDate: true }),
          (day) => {
            const iso = day.toISOString().slice(0, 10);
            expect(check(date('Jour'), iso)).to.deep.equal(value(iso));
            expect(check(date('Jour'), iso.split('-').reverse().join('/'))).to.deep.equal(value(iso));
          },
        ),
      );
    });
  });

  it('an e-mail address has a name, an @ and a domain, and is kept as typed', () => {
    for (const sent of ['a@exemple.fr', 'Karine.Braud+ecole@ac-lyon.fr', 'x_y@sous.domaine.exemple'])
      expect(check(email('Adresse'), ` ${sent} `), sent).to.deep.equal(value(sent));
    for (const sent of [
      'a',
      'a@',
      '@exemple.fr',
      'a@exemple',
      'a b@exemple.fr',
      'a@exemple.fr, b@exemple.fr',
      'a@@exemple.fr',
    ])
      expect(check(email('Adresse'), sent), sent).to.deep.equal(
        message('Cette adresse n’a pas la forme nom@domaine.fr.'),
      );
    // What would write a second line into a letter’s head.
    for (const sent of ['a@exemple.fr\r\nBcc: b@exemple.fr', 'a\n@exemple.fr'])
      expect(check(email('Adresse'), sent), sent).to.have.property('message');
    expect(check(email('Adresse'), `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(200)}.fr`)).to.have.property(
      'message',
    );
    expect(check(email('Adresse'))).to.deep.equal(message('Remplissez « Adresse ».'));
    expect(check(email('Adresse', { optional: true }), ' ')).to.deep.equal(value(null));
  });

  it('a number is whole and stands between its limits', () => {
    const field = number('Places', { min: 1, max: 30 });
    expect(check(field, '1')).to.deep.equal(value(1));
    expect(check(field, ' 30 ')).to.deep.equal(value(30));
    expect(check(field, '007')).to.deep.equal(value(7));
    for (const sent of [
      '0',
      '31',
      '-1',
      '1.5',
      '1,5',
      '1e1',
      '0x1',
      'dix',
      '1 000',
      '9'.repeat(30),
      'NaN',
      'Infinity',
      '²',
    ])
      expect(check(field, sent), sent).to.deep.equal(message('Écrivez un nombre entier de 1 à 30.'));
    expect(check(field)).to.deep.equal(message('Remplissez « Places ».'));
    expect(check(number('Places', { optional: true }), '')).to.deep.equal(value(null));
    expect(check(number('Places', { optional: true }), '0')).to.deep.equal(value(0));
    expect(check(number('Places', { optional: true, max: 5 }), '6')).to.deep.equal(
      message('Écrivez un nombre entier de 0 à 5.'),
    );
    expect(check(number('Degrés', { min: -20, max: 50 }), '-12')).to.deep.equal(value(-12));
  });

  it('a password is what was typed, to the last space', () => {
    for (const sent of [' Cerf volant ', '\tx', 'é\u0301', 'a\u00a0'])
      expect(check(password('Mot de passe'), sent)).to.deep.equal(value(sent));
    expect(check(password('Mot de passe'), ' ')).to.deep.equal(value(' '));
    expect(check(password('Mot de passe'))).to.deep.equal(message('Remplissez « Mot de passe ».'));
    expect(check(password('Mot de passe'), 'a'.repeat(200))).to.have.property('value');
    expect(check(password('Mot de passe'), 'a'.repeat(201))).to.have.property('message');
  });

  it('one among several is one of them', () => {
    const field = choice('Mode', { matin: 'Le matin', soir: 'Le soir', '': 'Rien' });
    expect(check(field, 'soir')).to.deep.equal(value('soir'));
    expect(check(field, '')).to.deep.equal(value(''));
    expect(check(field, ['matin', 'soir'])).to.deep.equal(value('matin'));
    for (const sent of [undefined, 'nuit', 'Soir', ' soir', 'constructor', '__proto__', 'toString'])
      expect(check(field, sent), String(sent)).to.deep.equal(message('Choisissez « Mode » dans la liste.'));
    expect(field.options?.map((one) => one.label)).to.deep.equal(['Le matin', 'Le soir', 'Rien']);
  });

  it('any number among several is a list, be it of none or of one', () => {
    const field = choices('Jours', { lundi: 'Lundi', mardi: 'Mardi' });
    expect(check(field)).to.deep.equal(value([]));
    expect(check(field, 'mardi')).to.deep.equal(value(['mardi']));
    expect(check(field, ['lundi', 'mardi'])).to.deep.equal(value(['lundi', 'mardi']));
    for (const sent of ['dimanche', ['lundi', 'dimanche'], '', 'constructor'])
      expect(check(field, sent), String(sent)).to.deep.equal(message('Choisissez « Jours » dans la liste.'));
    expect(check(field, { name: 'a', bytes: Buffer.alloc(0) }))
      .to.have.property('message')
      .that.is.a('string');
  });

  it('says in French too that a file is no list of choices', () => {
    const { message: said } = check(choices('Jours', { lundi: 'Lundi' }), { name: 'a', bytes: Buffer.alloc(0) });
    expect(said).to.equal('Choisissez « Jours » dans la liste.');
  });

  it('a field that may be left empty says what is wrong in the same French words', () => {
    const { message: address } = check(email('Adresse', { optional: true }), 'a@');
    const { message: places } = check(number('Places', { optional: true, max: 5 }), 'dix');
    const { message: day } = check(date('Jour', { optional: true }), '31/02/2026');
    expect({ address, places, day }).to.deep.equal({
      address: 'Cette adresse n’a pas la forme nom@domaine.fr.',
      places: 'Écrivez un nombre entier de 0 à 5.',
      day: 'Cette date n’existe pas. Écrivez-la ainsi : 2026-11-25, ou 25/11/2026.',
    });
  });

  it('a hidden value that is too long is told in French', () => {
    expect(check(hidden(), 'a'.repeat(201)).message)
      .to.match(/^[A-ZÉ].*\.$/)
      .and.not.match(/Too big|expected/);
  });

  it('a box is ticked or not', () => {
    expect(check(tick('D’accord'), 'on')).to.deep.equal(value(true));
    expect(check(tick('D’accord'), 'true')).to.deep.equal(value(true));
    for (const sent of [undefined, '', 'off', 'false', '0'])
      expect(check(tick('D’accord'), sent)).to.deep.equal(value(false));
  });

  it('a file is a file that has a name', () => {
    const file = { name: 'eleves.csv', bytes: Buffer.from('a') };
    expect(check(upload('Fichier'), file)).to.deep.equal(value(file));
    for (const sent of [undefined, '', 'eleves.csv', { name: '', bytes: Buffer.alloc(0) }])
      expect(check(upload('Fichier'), sent)).to.deep.equal(message('Choisissez un fichier.'));
    expect(upload('Fichier').max).to.equal(20_000_000);
  });

  it('a hidden value is carried as it is, within its limit', () => {
    expect(check(hidden(), ' x ')).to.deep.equal(value(' x '));
    expect(check(hidden())).to.deep.equal(value(''));
    expect(check(hidden(), 'a\0b')).to.deep.equal(value('ab'));
    expect(check(hidden(), 'a'.repeat(200))).to.have.property('value');
    expect(check(hidden(), 'a'.repeat(201))).to.have.property('message');
    expect(check(hidden({ max: 300 }), 'a'.repeat(300))).to.have.property('value');
  });
});

describe('a form as a whole', () => {
  const form: Form = { title: text('Titre', { max: 10 }), day: date('Jour', { optional: true }), sure: tick('Sûr') };

  it('drops every field it has not declared', () => {
    const typed = Object.assign(Object.create(null), {
      title: 'Parc',
      school_id: 'x',
      __proto__: 'x',
      constructor: 'x',
      _key: 'x',
    });
    const checked = checkForm(form, typed);
    expect(checked).to.deep.equal({ input: { title: 'Parc', day: null, sure: false } });
  });

  it('says everything that is wrong at once, each beside its field', () => {
    expect(checkForm(form, { title: 'beaucoup trop long', day: '31/02/2026' })).to.deep.equal({
      errors: {
        title: 'Raccourcissez : 10 caractères au plus.',
        day: 'Cette date n’existe pas. Écrivez-la ainsi : 2026-11-25, ou 25/11/2026.',
      },
    });
  });

  it('gives the handler nothing when one field is wrong', () => {
    expect(checkForm(form, { title: '', day: '2026-11-25' })).to.not.have.property('input');
  });

  it('without fields is always right', () => {
    expect(checkForm({}, { anything: 'x' })).to.deep.equal({ input: {} });
  });

  it('has an answer in French for anything a browser may send, and never throws', () => {
    const every: Form = {
      a: text('A'),
      b: longText('B', { optional: true }),
      c: date('C'),
      d: email('D'),
      e: number('E'),
      f: password('F'),
      g: choice('G', { x: 'X' }),
      h: choices('H', { x: 'X' }),
      i: tick('I'),
      j: upload('J'),
      k: hidden(),
      l: richText('L', { max: 20 }),
      m: attachments('M', { max: 1 }),
    };
    const names = [...Object.keys(every), 'l.html', 'm.kept', 'm.removed'];
    const piece = fc.string({ unit: 'binary', maxLength: 300 });
    const sent = fc.oneof(
      piece,
      fc.array(piece, { maxLength: 3 }),
      fc.record({ name: piece, bytes: fc.constant(Buffer.from('x')) }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), sent), (typed) => {
        const checked = checkForm(every, typed as Typed);
        if (!('errors' in checked)) return;
        for (const said of Object.values(checked.errors))
          expect(said)
            .to.match(/^[A-ZÉ].*\.$/)
            .and.not.match(/Invalid|expected/i);
      }),
      { numRuns: 500 },
    );
  });
});
