import { alembic } from './alembic.js';
import { djangoMigrations } from './djangoMigrations.js';
import { djangoModels } from './djangoModels.js';
import { djangoUrls } from './djangoUrls.js';
import { echo } from './echo.js';
import { eloquent } from './eloquent.js';
import { express } from './express.js';
import { fastapi } from './fastapi.js';
import { fastify } from './fastify.js';
import { flask } from './flask.js';
import { gin } from './gin.js';
import { gorm } from './gorm.js';
import { hono } from './hono.js';
import { laravelMigrations } from './laravelMigrations.js';
import { laravelRoutes } from './laravelRoutes.js';
import { nestjs } from './nestjs.js';
import { netHttp } from './netHttp.js';
import { nextjs } from './nextjs.js';
import { routesOf } from './nodeRoutes.js';
import { prisma } from './prisma.js';
import type { Recogniser } from './recogniser.js';
import { sql } from './sql.js';
import { sqlalchemy } from './sqlalchemy.js';

const nodeDialects = [express, fastify, hono];

/** All frameworks and dialects that are recognised; the next one is a file of its own and a line here. */
export const recognisers: readonly Recogniser[] = [
  nestjs, ...nodeDialects.map((dialect) => routesOf(dialect, () => nodeDialects.filter((other) => other !== dialect))), nextjs,
  prisma, sql,
  fastapi, flask, djangoUrls, djangoModels, djangoMigrations, sqlalchemy, alembic,
  laravelRoutes, laravelMigrations, eloquent,
  gin, echo, netHttp, gorm,
];
