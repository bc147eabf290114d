import { activeRecord } from './activeRecord.js';
import { alembic } from './alembic.js';
import { aspnet } from './aspnet.js';
import { chi } from './chi.js';
import { dbMigrate } from './dbMigrate.js';
import { djangoMigrations } from './djangoMigrations.js';
import { djangoModels } from './djangoModels.js';
import { djangoUrls } from './djangoUrls.js';
import { drizzle } from './drizzle.js';
import { echo } from './echo.js';
import { efMigrations } from './efMigrations.js';
import { efModels } from './efModels.js';
import { eloquent } from './eloquent.js';
import { express } from './express.js';
import { fastapi } from './fastapi.js';
import { fastify } from './fastify.js';
import { flask } from './flask.js';
import { gin } from './gin.js';
import { gorm } from './gorm.js';
import { hono } from './hono.js';
import { jpa } from './jpa.js';
import { knexMigrations } from './knexMigrations.js';
import { laravelMigrations } from './laravelMigrations.js';
import { laravelRoutes } from './laravelRoutes.js';
import { nestGraphql } from './nestGraphql.js';
import { nestjs } from './nestjs.js';
import { netHttp } from './netHttp.js';
import { nextjs } from './nextjs.js';
import { nodePgMigrate } from './nodePgMigrate.js';
import { routesOf } from './nodeRoutes.js';
import { prisma } from './prisma.js';
import { railsMigrations, railsSchema } from './railsMigrations.js';
import { railsRoutes } from './railsRoutes.js';
import type { Recogniser } from './recogniser.js';
import { sequelize } from './sequelize.js';
import { sequelizeMigrations } from './sequelizeMigrations.js';
import { spring } from './spring.js';
import { sql } from './sql.js';
import { sqlalchemy } from './sqlalchemy.js';
import { typeorm } from './typeorm.js';
import { typeormMigrations } from './typeormMigrations.js';

const nodeDialects = [express, fastify, hono];

/** All frameworks and dialects that are recognised; the next one is a file of its own and a line here. */
export const recognisers: readonly Recogniser[] = [
  nestjs, nestGraphql, ...nodeDialects.map((dialect) => routesOf(dialect, () => nodeDialects.filter((other) => other !== dialect))), nextjs,
  prisma, sql, typeorm, typeormMigrations, drizzle, sequelize, sequelizeMigrations, knexMigrations, nodePgMigrate, dbMigrate,
  fastapi, flask, djangoUrls, djangoModels, djangoMigrations, sqlalchemy, alembic,
  laravelRoutes, laravelMigrations, eloquent,
  gin, echo, chi, netHttp, gorm,
  railsRoutes, railsMigrations, railsSchema, activeRecord,
  spring, jpa,
  aspnet, efMigrations, efModels,
];
