import Router from '@koa/router';
import Koa from 'koa';
import type { Container } from '../container.ts';
import { errors } from './errors.ts';
import { headers, readableAddress, sameOrigin } from './guard.ts';
import { routerPath } from './paths.ts';
import { walk } from './walk.ts';

/** The HTTP side of a house: guards, assets, then one walk per declared route. */
export function buildApp(container: Container): Koa {
  const { house } = container;
  const secure = house.config.url.protocol === 'https:';
  const app = new Koa({ proxy: house.config.trustProxy });
  app.on('error', (error) => house.log.error({ err: error }, 'http'));

  const router = new Router({ strict: false });
  // Words before parameters, so that /eleves/nouveau is not read as the pupil « nouveau ».
  const routes = [...house.modules.routes].sort((a, b) => parameters(a.path) - parameters(b.path));
  for (const route of routes) router[route.method](routerPath(route), walk(container, route));
  // A school's bare address: its door decides where it leads.
  router.get('/:rne', (ctx) => ctx.redirect(`/${encodeURIComponent(ctx.params.rne ?? '')}/accueil/`));

  app
    .use(async (ctx, next) => {
      ctx.cookies.secure = secure;
      // Whatever a page does not say otherwise of itself stays out of search engines (F11-08).
      ctx.set('X-Robots-Tag', 'noindex');
      return next();
    })
    .use(headers(secure))
    .use(errors(house))
    .use(readableAddress)
    .use(house.assets.serve)
    .use(sameOrigin(house.config.url.origin))
    .use(router.routes());
  return app;
}

const parameters = (path: string) => (path.match(/:/g) ?? []).length;
