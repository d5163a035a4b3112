import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { openPdf } from '../testing.ts';
import { type Pdf, pdf } from './pdf.ts';

const page = (body: string) =>
  `<!doctype html><html lang="fr"><head><title>Liste — École</title></head><body>${body}</body></html>`;
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
/** Until it is so; the runner's own limit ends what never comes. */
async function until(so: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await so())) await setTimeout(20);
}

describe('printing', function () {
  this.timeout(60_000);
  let printer: Pdf;
  afterEach(() => printer.close());

  it('gives a tagged PDF in French with its title, its small objects packed', async () => {
    printer = pdf();
    const lines = Array.from({ length: 400 }, (_, at) => `<p>Ligne ${at}</p>`).join('');
    const bytes = await printer.print(page(`<h1>Liste</h1>${lines}`));
    const read = openPdf(bytes);
    expect(read).to.include({ title: 'Liste — École', language: 'fr', tagged: true });
    expect(read.text(0)).to.include('Ligne 0');
    expect(read.text(read.pages - 1)).to.include('Ligne 399');
    expect(bytes.includes('/ObjStm')).to.equal(true);
    expect(bytes.includes('/StructElem'), 'no tag is left in clear').to.equal(false);
  });

  it('reaches neither the network nor a file of the machine', async () => {
    printer = pdf();
    const asked: (string | undefined)[] = [];
    const network = createServer((request, answer) => {
      asked.push(request.url);
      answer.end();
    }).listen(0, '127.0.0.1');
    await once(network, 'listening');
    const there = `http://127.0.0.1:${(network.address() as AddressInfo).port}`;
    const bytes = await printer.print(
      page(
        `<h1>Liste</h1><style>@import "${there}/a.css";</style><iframe src="file:///etc/passwd"></iframe><iframe src="${there}/b"></iframe><img src="${there}/c.png">`,
      ),
    );
    network.close();
    expect(openPdf(bytes).text(0)).to.include('Liste').and.not.include('root:');
    expect(asked).to.deep.equal([]);
  });

  it('closes the browser once nobody prints, and opens another when somebody does', async () => {
    printer = pdf({ idle: 50 });
    await printer.print(page('<h1>Un</h1>'));
    const pid = (await printer.process()) as number;
    await until(() => !isAlive(pid));
    expect(await printer.process()).to.equal(null);
    expect(openPdf(await printer.print(page('<h1>Deux</h1>'))).text(0)).to.include('Deux');
  });

  it('never closes it under a page that is being printed or waits', async () => {
    printer = pdf({ idle: 0 });
    const all = await Promise.all(
      Array.from({ length: 6 }, async (_, at) =>
        openPdf(await printer.print(page(`<h1>Page ${at}</h1>`)))
          .text(0)
          .trim(),
      ),
    );
    expect(all).to.deep.equal(['Page 0', 'Page 1', 'Page 2', 'Page 3', 'Page 4', 'Page 5']);
  });

  it('starts a new browser when the one it had has died, before a page or under it', async () => {
    printer = pdf();
    await printer.print(page('<h1>Un</h1>'));
    const first = (await printer.process()) as number;
    process.kill(first, 'SIGKILL');
    expect(openPdf(await printer.print(page('<h1>Deux</h1>'))).text(0)).to.include('Deux');
    const second = (await printer.process()) as number;
    const long = printer.print(page(`<h1>Trois</h1>${'<p>Ligne</p>'.repeat(2000)}`));
    process.kill(second, 'SIGKILL');
    expect(openPdf(await long).text(0)).to.include('Trois');
    expect(await printer.process()).not.to.be.oneOf([first, second, null]);
  });
});
