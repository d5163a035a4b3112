import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';

const ROOT = path.resolve(import.meta.dirname, '..');
const file = (name: string) => readFileSync(path.join(ROOT, 'config', name), 'utf8');
const UNITS = ['preau.service', 'preau-backup.service', 'preau-backup.timer'];
const start: string = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).scripts.start;

/** Settings as config.ts reads them, and as example.env lists them. */
const read = new Set([...file('config.ts').matchAll(/\benv\.([A-Z_]+)/g)].map(([, name]) => name as string));
const listed = new Set([...file('example.env').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name as string));

/** Directives of a unit: `ExecStart`, with its values. */
function directives(unit: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of file(unit).split('\n')) {
    if (!line || /^[#[]/.test(line)) continue;
    const [, name = '', value = ''] = /^([A-Z][A-Za-z]+)=(.*)$/.exec(line) ?? [];
    expect(name, `${unit}: ${line}`).to.not.equal('');
    found.set(name, [...(found.get(name) ?? []), value]);
  }
  return found;
}

describe('what runs a house for real', () => {
  it('I-05 lists every setting the house reads, and no other', () => {
    expect([...listed].sort()).to.deep.equal([...read].sort());
  });

  it('I-05 P13 starts in systemd as npm start does, saves every night and keeps thirty days', () => {
    const server = directives('preau.service');
    const backup = directives('preau-backup.service');
    expect(server.get('ExecStart')).to.deep.equal([`/srv/preau/app/node_modules/.bin/${start}`]);
    expect(backup.get('ExecStart')?.[0]).to.match(/ core\/scripts\/cli\.ts backup --to \S+ --keep 30$/);
    for (const unit of [server, backup]) {
      const [program = '', script = ''] = (unit.get('ExecStart') ?? [''])[0]?.split(' ') ?? [];
      expect(existsSync(path.join(ROOT, script)), script).to.equal(true);
      expect(existsSync(path.join(ROOT, program.replace('/srv/preau/app/', ''))), program).to.equal(true);
      for (const [name, value] of [
        ['User', 'preau'],
        ['NoNewPrivileges', 'yes'],
        ['ProtectSystem', 'strict'],
        ['CapabilityBoundingSet', ''],
      ] as const)
        expect(unit.get(name), name).to.deep.equal([value]);
    }
    // The server does not know the tables' owner.
    expect(server.get('EnvironmentFile')).to.deep.equal(['/etc/preau/preau.env']);
    expect(backup.get('EnvironmentFile')).to.include('/etc/preau/owner.env');
    expect(directives('preau-backup.timer').get('OnCalendar')).to.deep.equal(['*-*-* 02:00:00']);
  });

  it('I-05 is understood by systemd itself, where it is there', function () {
    const folder = mkdtempSync(path.join(tmpdir(), 'preau-units-'));
    try {
      for (const unit of UNITS) writeFileSync(path.join(folder, unit), file(unit).replaceAll('/srv/preau/app', ROOT));
      const told = execFileSync('systemd-analyze', ['verify', ...UNITS.map((unit) => path.join(folder, unit))], {
        encoding: 'utf8',
        stdio: 'pipe',
      });
      expect(told).to.equal('');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return this.skip();
      throw error;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('I-05 starts in a container as npm start does, as a plain user, from files that are there', () => {
    const steps = file('Containerfile');
    const [, command = ''] = /^CMD (\[.*\])$/m.exec(steps) ?? [];
    expect(JSON.parse(command).join(' ')).to.equal(start);
    expect(steps).to.match(/^FROM node:24-/m);
    expect(steps).to.match(/^USER node$/m);
    const copied = [...steps.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names]) => (names as string).split(' '));
    for (const name of copied) expect(existsSync(path.join(ROOT, name)), name).to.equal(true);
    // All that a start reads is in it.
    expect(copied).to.include.members(['config', 'core', 'migrations', 'plugins', 'themes', 'views']);
    expect(steps).to.include('/sante');
  });

  it('I-05 names no setting the house does not know, nor a file that is not there', () => {
    const known = new Set([...read, 'NODE_ENV', 'POSTGRES_PASSWORD_FILE']);
    const named = [...UNITS, 'compose.yaml', 'Containerfile', 'nginx.conf', 'Caddyfile', 'roles.sql'].flatMap((name) =>
      [...file(name).matchAll(/\b([A-Z]+(?:_[A-Z]+)+)\b/g)].map(([, word]) => word as string),
    );
    const settings = named.filter((word) => !/^(AF|X)_/.test(word));
    expect(settings.filter((word) => !known.has(word))).to.deep.equal([]);
    for (const name of [...file('compose.yaml').matchAll(/config\/([\w-]+(?:\.[\w-]+)*)/g)].map(
      ([, one]) => one as string,
    ))
      if (!/^(preau|owner)\.env$/.test(name)) expect(existsSync(path.join(ROOT, 'config', name)), name).to.equal(true);
    expect(file('compose.yaml')).to.include('./roles.sql:');
    for (const role of ['preau_owner', 'preau_app', 'preau_door'])
      expect(file('roles.sql')).to.include(`create role ${role} login`);
  });

  it('I-05 has HTTPS in front that tells the visitor’s own address and takes fifteen files of 20 MB', () => {
    expect(file('nginx.conf'))
      .to.include('proxy_set_header X-Forwarded-For $remote_addr;')
      .and.include('client_max_body_size 320m;');
    expect(file('Caddyfile')).to.include('max_size 320MB');
    for (const name of ['nginx.conf', 'Caddyfile']) {
      const text = file(name).replace(/#.*$/gm, '');
      expect(text.split('{').length, name).to.equal(text.split('}').length);
      expect(text).to.include('127.0.0.1:4200');
    }
  });
});
