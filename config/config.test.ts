import { expect } from 'chai';
import { BadSetting, readConfig } from './config.ts';

const refused = (env: Record<string, string>): string => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof BadSetting) return error.message;
    throw error;
  }
  return '';
};

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'hautement-secret' };

describe('settings', () => {
  it('needs none for a demo on the embedded database', () => {
    const config = readConfig({});
    expect([config.demo, config.database, config.port, config.url.origin]).to.deep.equal([
      true,
      null,
      4200,
      'http://localhost:4200',
    ]);
    expect(Object.isFrozen(config)).to.equal(true);
  });

  for (const [env, name] of [
    [{ PORT: 'abc' }, 'PORT'],
    [{ PREAU_URL: 'preau.exemple.fr' }, 'PREAU_URL'],
    [{ PREAU_URL: 'https://preau.exemple.fr/chemin' }, 'PREAU_URL'],
    [{ PREAU_URL: 'http://preau.exemple.fr' }, 'PREAU_URL'],
    [{ DATABASE_URL: 'mysql://x/y' }, 'DATABASE_URL'],
    [{ DATABASE_OWNER_URL: 'postgres://o@h/d' }, 'DATABASE_URL'],
    [{ DATABASE_URL: 'postgres://a@h/d' }, 'DATABASE_DOOR_URL'],
    [{ SMTP_URL: 'http://x' }, 'SMTP_URL'],
    [{ MAIL_FROM: 'Préau <a@b.fr>' }, 'MAIL_FROM'],
    [{ FILES_URL: 'ftp://x' }, 'FILES_URL'],
    [{ FILES_URL: 's3://seau' }, 'FILES_URL'],
    [{ FILES_URL: 's3://?region=fr-par', ...KEYS }, 'FILES_URL'],
    [{ FILES_URL: 's3://seau/../autre seau?region=fr-par', ...KEYS }, 'FILES_URL'],
    [{ FILES_URL: 's3://seau?region=fr-par&endpoint=http://s3.exemple.fr', ...KEYS }, 'FILES_URL'],
    [{ FILES_URL: 's3://seau?region=fr-par&endpoint=s3.exemple.fr', ...KEYS }, 'FILES_URL'],
    [{ FILES_URL: 's3://seau?region=fr-par&acl=public', ...KEYS }, 'FILES_URL'],
    [{ FILES_URL: 's3://AKIA:hautement-secret@seau?region=fr-par', ...KEYS }, 'FILES_URL'],
    [{ FILES_URL: 's3://seau?region=fr-par', AWS_ACCESS_KEY_ID: 'x' }, 'AWS_SECRET_ACCESS_KEY'],
    [{ FILES_PER_SCHOOL: 'beaucoup' }, 'FILES_PER_SCHOOL'],
    [{ PREAU_SECRET: 'court' }, 'PREAU_SECRET'],
    [{ PREAU_DEMO: '0' }, 'PREAU_SECRET'],
    [{ PREAU_DEMO: 'oui' }, 'PREAU_DEMO'],
    [{ TRUST_PROXY: '2' }, 'TRUST_PROXY'],
  ] as [Record<string, string>, string][])
    it(`refuses ${JSON.stringify(env)} in one sentence that names ${name}`, () => {
      const said = refused(env);
      expect(said)
        .to.include(name)
        .and.match(/^[^\n]+\.\)?\.?$/);
    });

  it('takes a folder or an S3 bucket for files, and never repeats a key', () => {
    const FILES_URL = 's3://seau-ecoles/preau/prod?region=fr-par&endpoint=https://s3.fr-par.exemple.fr';
    expect(readConfig({ FILES_URL, ...KEYS }).filesBucket).to.deep.equal({
      name: 'seau-ecoles',
      prefix: 'preau/prod',
      region: 'fr-par',
      endpoint: 'https://s3.fr-par.exemple.fr',
      keyId: 'AKIA',
      key: 'hautement-secret',
    });
    expect(readConfig({ FILES_URL: 's3://seau?region=eu-west-3', ...KEYS }).filesBucket).to.deep.include({
      prefix: '',
      endpoint: null,
    });
    expect(readConfig({ FILES_URL: 'file:///srv/preau', ...KEYS })).to.deep.include({
      filesBucket: null,
      filesFolder: '/srv/preau',
    });
    expect(refused({ FILES_URL: 's3://AKIA:hautement-secret@seau?region=fr-par' })).not.to.include('hautement');
  });

  it('S18 lets the mail servers of accounts be on a private network in the demo only, unless it is asked for', () => {
    const real = {
      PREAU_DEMO: '0',
      PREAU_URL: 'https://preau.exemple.fr',
      PREAU_SECRET: 'ab'.repeat(32),
      DATABASE_URL: 'postgres://a@h/d',
      DATABASE_DOOR_URL: 'postgres://p@h/d',
      SMTP_URL: 'smtps://h',
    };
    expect(readConfig({}).smtpPrivateHosts).to.equal(true);
    expect(readConfig(real).smtpPrivateHosts).to.equal(false);
    expect(readConfig({ ...real, SMTP_PRIVATE_HOSTS: '1' }).smtpPrivateHosts).to.equal(true);
  });

  it('takes plain http on loopback and private networks only', () => {
    for (const url of [
      'http://localhost:4200',
      'http://127.0.0.1',
      'http://10.1.2.3',
      'http://192.168.1.10:8080',
      'http://ecole.local',
    ])
      expect(refused({ PREAU_URL: url }), url).to.equal('');
    expect(refused({ PREAU_URL: 'http://8.8.8.8' })).to.include('https://');
  });
});
