import type { Context, Middleware } from 'koa';
import helmet from 'koa-helmet';
import { Stop } from './stop.ts';

/** Content Security Policy and friends: nothing inline, nothing from elsewhere, framed by nobody. */
export const headers = (secure: boolean): Middleware =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        // Drawings of the themes are data: addresses in the stylesheet.
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    // helmet's no-referrer would turn Origin into null and refuse every form of a browser without Sec-Fetch-Site.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: secure ? { maxAge: 31_536_000 } : false,
    xFrameOptions: { action: 'deny' },
  });

/**
 * Unsafe requests come from our own pages only: Sec-Fetch-Site says same-origin, or, where a browser does not send it,
 * Origin is ours. Before routing, so that no route can forget it.
 */
export function sameOrigin(origin: string): Middleware {
  return async (ctx, next) => {
    if (!['GET', 'HEAD', 'OPTIONS'].includes(ctx.method) && !fromUs(ctx, origin)) {
      throw new Stop(403, 'Cette demande vient d’un autre site. Ouvrez la page dans Préau puis recommencez.');
    }
    return next();
  };
}

function fromUs(ctx: Context, origin: string): boolean {
  const site = ctx.get('Sec-Fetch-Site');
  return site ? site === 'same-origin' : ctx.get('Origin') === origin;
}

/** A wrong % in the address, a NUL, a lone surrogate: 400 in French before anything reads it (case B50). */
export const readableAddress: Middleware = async (ctx, next) => {
  try {
    const path = decodeURIComponent(ctx.path);
    decodeURIComponent(ctx.querystring.replaceAll('+', ' '));
    if (/\p{Cc}/u.test(path) || /%00/.test(ctx.querystring)) throw new URIError('control character');
  } catch {
    throw new Stop(400, 'Cette adresse est mal écrite. Vérifiez-la, ou repartez de l’accueil.');
  }
  return next();
};
