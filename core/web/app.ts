import Router from '@koa/router';
import Koa from 'koa';
import type { Container } from '../container.ts';
import { IN_COMMUNE } from '../plugin/modules-of.ts';
import { errors } from './errors.ts';
import { headers, readableAddress, sameOrigin } from './guard.ts';
import { communePath, routerPath } from './paths.ts';
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
  for (const route of routes) {
    const go = walk(container, route);
    router[route.method](typed(routerPath(route)), go);
    if (IN_COMMUNE.includes(route.plugin) && (route.area === 'admin' || route.area === 'public'))
      router[route.method](typed(communePath(route)), go);
  }
  // A bare address is a door.
  const door = routes.find(({ plugin, area, path }) => plugin === 'accueil' && area === 'public' && path === '/');
  if (door) for (const bare of ['/:rne', '/commune/:insee']) router.get(bare, walk(container, door));

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

/** As it is typed by hand: the router then takes the address with its last slash and without. */
const typed = (path: string) => path.replace(/(?<=.)\/$/, '');

const parameters = (path: string) => (path.match(/:/g) ?? []).length;
