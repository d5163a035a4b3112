import type { Problem } from '@preau/core';
import { expect } from 'chai';
import { readTable, type Table } from './read.ts';
import { bytesOf, tableFrom } from './samples.test.ts';

const HEADER = 'Nom élève;Prénom élève;Date naissance;Niveau;Libellé classe';
const LINE = 'ABADIE;Élodie;2019-02-14;CP;Les Acacias';

function refusalOf(bytes: Uint8Array): Problem {
  const table = readTable(bytes);
  if (!('refused' in table)) throw new Error('the file was read');
  return table.refused;
}

function read(bytes: Uint8Array): Table {
  const table = readTable(bytes);
  if ('refused' in table) throw new Error(table.refused.message);
  return table;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (sign) => sign.charCodeAt(0));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe('onde-import: bytes and lines', () => {
  describe('bytes', () => {
    it('reads Mac Roman when the header shows it (fact 4)', () => {
      const mac = latin1(`${HEADER}\r${LINE}\r`.replace(/é/g, '\x8E').replace(/è/g, '\x8F').replace(/É/g, '\x83'));
      const table = read(mac);
      expect(table.encoding).to.equal('macintosh');
      expect(table.header[0]).to.equal('Nom élève');
      expect(table.rows[0]?.cells[1]).to.equal('Élodie');
      expect(table.remarks[0]?.message).to.include('Mac');
    });

    it('takes off every byte order mark, even one turned into letters (fact 15)', () => {
      for (const marks of ['\uFEFF\uFEFF\uFEFF', 'ï»¿\uFEFFï»¿']) {
        expect(read(utf8(`${marks}${HEADER}\n${LINE}\n`)).header[0]).to.equal('Nom élève');
      }
    });

    it('reads UTF-16 big-endian, and UTF-16 without a mark', () => {
      const little = new Uint8Array(
        new Uint16Array([...`${HEADER}\r\n${LINE}`].map((sign) => sign.charCodeAt(0))).buffer,
      );
      expect(read(little).encoding).to.equal('utf-16le');
      const big = Uint8Array.from(
        [0xff, 0xfe, ...little],
        (_, i, whole = [0xff, 0xfe, ...little]) => whole[i ^ 1] ?? 0,
      );
      expect(read(big)).to.deep.include({ encoding: 'utf-16be', header: HEADER.split(';') });
    });

    it('refuses accents encoded twice, with the line (fact 13)', () => {
      const problem = refusalOf(utf8(`${HEADER}\n${LINE}\nABADIE;Ã‰lodie;2019-02-14;CP;A\n`));
      expect(problem.line).to.equal(3);
      expect(problem.value).to.equal('Ã‰lodie');
      expect(problem.message).to.include('accents sont abîmés').and.include('sans l’ouvrir dans un tableur');
    });

    it('refuses accents already lost', () => {
      expect(refusalOf(utf8(`${HEADER}\n${LINE.replace('É', '\uFFFD')}\n`)).message).to.include('perdues');
    });

    it('leaves Portuguese names alone: JOÃO is not damage', () => {
      expect(read(latin1('Nom élève;x\nJOÃO;SÃO\n')).rows[0]?.cells).to.deep.equal(['JOÃO', 'SÃO']);
    });

    it('names the line of another encoding in a file put together from two', () => {
      const both = Uint8Array.from([...utf8(`${HEADER}\n${LINE}\n`), ...latin1('DUPRÉ;Zoé;2019-05-17;CP;A\n')]);
      expect(refusalOf(both)).to.include({ line: 3 });
    });

    it('refuses a file cut in the middle of a letter', () => {
      const whole = utf8(`${HEADER}\n${LINE}\nÉ`);
      expect(refusalOf(whole.subarray(0, -1)).message).to.include('coupé');
    });

    it('takes out a stray NUL, and says where', () => {
      const table = read(utf8(`${HEADER}\n${LINE}\nDU\0PONT;Léa;2019-05-17;CP;A\n`));
      expect(table.rows[1]?.cells[0]).to.equal('DUPONT');
      expect(table.remarks[0]).to.include({ line: 3 });
      expect(table.remarks[0]?.message).to.include('1 caractère illisible retiré');
    });

    it('refuses other kinds of file in words', () => {
      expect(refusalOf(latin1('\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 etc')).message).to.include('.xls');
      expect(refusalOf(latin1('%PDF-1.7')).message).to.include('PDF');
      expect(
        refusalOf(latin1('PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.spreadsheet')).message,
      ).to.include('LibreOffice');
      expect(refusalOf(Uint8Array.from({ length: 4000 }, (_, i) => (i * 7919) % 32)).message).to.include(
        'n’est pas un fichier texte',
      );
      expect(refusalOf(utf8('\uFEFF \r\n\r\n')).message).to.include('vide');
      expect(refusalOf(utf8(';;;\n;;;\n')).message).to.include('vide');
    });

    it('puts no-break spaces where French wants them', () => {
      expect(refusalOf(bytesOf('v26')).message).to.match(/web\u00A0:/);
      expect(refusalOf(bytesOf('v14')).message).to.match(/«\u00A0\.csv\u00A0»/);
    });
  });

  describe('rows', () => {
    it('counts lines as a spreadsheet shows them, line breaks in cells included', () => {
      const table = tableFrom('a;b', '"x', 'y";1', '', ';', 'z;2');
      expect(table.rows).to.deep.equal([
        { line: 2, cells: ['x\ny', '1'] },
        { line: 6, cells: ['z', '2'] },
      ]);
    });

    it('keeps rows shorter or longer than the header, and quotes inside a cell', () => {
      const table = tableFrom('a;b;c', '1', '1;2;3;4', 'Résidence "Les Lilas";2;3');
      expect(table.rows.map((row) => row.cells)).to.deep.equal([
        ['1'],
        ['1', '2', '3', '4'],
        ['Résidence "Les Lilas"', '2', '3'],
      ]);
    });

    it('does not count separators inside quotes', () => {
      expect(tableFrom('"a;b;c;d",e', '1,2').separator).to.equal(',');
    });

    it('steps over Excel’s « sep= » line', () => {
      expect(tableFrom('sep=;', 'a;b', '1;2')).to.deep.include({
        header: ['a', 'b'],
        rows: [{ line: 3, cells: ['1', '2'] }],
      });
    });

    it('knows a last line without its line end', () => {
      expect(read(utf8('a;b;c\n1;2;3\n4;5')).endsInLine).to.equal(true);
      expect(read(utf8('a;b;c\n1;2;3\n')).endsInLine).to.equal(false);
    });

    it('refuses a quote closed too late: the lines it would swallow are pupils', () => {
      const lines = ['"a";"b";"c"', '"1";"2";"3', '"4";"5";"6"', '"7";"8";"9"'];
      expect(refusalOf(utf8(`${lines.join('\n')}\n`))).to.include({ line: 2 });
      const bare = ['a;b;c', '1;"2;3', '4;5;"Résidence; B"', '7;8;9'];
      expect(refusalOf(utf8(`${bare.join('\n')}\n`)).message).to.include('ligne 2');
    });

    it('reads spaces around quotes, doubled quotes, and line ends of every kind together', () => {
      const table = read(utf8('a;b\r"1" ; "dit ""Sacha"""\r\n2;"x\r\ny"\n3;'));
      expect(table.rows).to.deep.equal([
        { line: 2, cells: ['1', 'dit "Sacha"'] },
        { line: 3, cells: ['2', 'x\ny'] },
        { line: 5, cells: ['3', ''] },
      ]);
    });

    it('steps over a title above the header, and finds the separator below it', () => {
      const table = tableFrom('Liste des élèves 2025', '', 'a,b,c', '1,2,3');
      expect(table).to.deep.include({ separator: ',', header: ['a', 'b', 'c'] });
      expect(table.remarks[0]).to.include({ line: 1 });
    });

    it('reads accents written in two signs like those in one', () => {
      expect(read(utf8(`${HEADER}\n${LINE}\n`.normalize('NFD'))).rows[0]?.cells[1]).to.equal('Élodie');
    });

    it('reads 5 MB, ten times the largest school, to its last line', function () {
      this.timeout(10_000);
      const lines = Array.from(
        { length: 60_000 },
        (_, i) => `"ABADIE${i}";"Élodie";"2019-02-14";"CP";"12 rue des Tilleuls, bâtiment B"`,
      );
      const bytes = latin1(`${HEADER}\r\n${lines.join('\r\n')}`);
      const { rows } = read(bytes);
      expect(rows).to.have.length(60_000);
      expect(rows.at(-1)?.line).to.equal(60_001);
    });
  });
});
