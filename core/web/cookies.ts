import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';

/** __Host- binds the cookie to this very host over https; on http (loopback and private networks only) the name cannot have it. */
const name = (ctx: Context, secure: boolean, plain: string) => ({ ctx, key: secure ? `__Host-${plain}` : plain });
const YEAR = 365 * 86_400_000;

export const readSession = (ctx: Context, secure: boolean): string | null => {
  const token = ctx.cookies.get(name(ctx, secure, 'preau').key) ?? '';
  return /^[\w-]{43}$/.test(token) ? token : null;
};

export function writeSession(ctx: Context, secure: boolean, token: string | null): void {
  ctx.cookies.set(name(ctx, secure, 'preau').key, token, {
    httpOnly: true,
    sameSite: 'lax',
    secure,
    path: '/',
    overwrite: true,
    maxAge: token ? YEAR : undefined,
  });
}

/** A device known to the house: a random name, and the schools it has signed in to (the first page shows their buttons, F02-01). */
export interface Device {
  id: string;
  schools: string[];
}

/** The device of a visit; a browser that shows none gets a name, kept only once it has signed in. */
export function readDevice(ctx: Context, secure: boolean): Device {
  const [id, ...schools] = (ctx.cookies.get(name(ctx, secure, 'preau-appareil').key) ?? '').split('.');
  if (!id || !/^[0-9a-f]{32}$/.test(id)) return { id: randomBytes(16).toString('hex'), schools: [] };
  return { id, schools: schools.filter((rne) => /^\d{7}[A-Z]$/.test(rne)) };
}

export function rememberDevice(ctx: Context, secure: boolean, rne: string, device: Device): void {
  const schools = [rne, ...device.schools.filter((other) => other !== rne)].slice(0, 8);
  ctx.cookies.set(name(ctx, secure, 'preau-appareil').key, [device.id, ...schools].join('.'), {
    httpOnly: true,
    sameSite: 'lax',
    secure,
    path: '/',
    overwrite: true,
    maxAge: YEAR,
  });
}
