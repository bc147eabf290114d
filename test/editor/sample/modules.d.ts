// The little of the sample's packages that it uses, so that its type check is clean without installing them: a sample
// gets this file as node_modules/@types/node/index.d.ts.
declare module '@nestjs/common' {
  type Constructor = abstract new (...args: never[]) => unknown;
  type MethodOrClass = MethodDecorator & ClassDecorator;
  export interface ExecutionContext { switchToHttp(): { getRequest<T>(): T } }
  export interface CanActivate { canActivate(context: ExecutionContext): boolean | Promise<boolean> }
  export function Module(metadata: { imports?: unknown[]; controllers?: Constructor[]; providers?: unknown[]; exports?: unknown[] }): ClassDecorator;
  export function Injectable(): ClassDecorator;
  export function Controller(prefix?: string): ClassDecorator;
  export function UseGuards(...guards: Constructor[]): MethodOrClass;
  export function HttpCode(status: number): MethodDecorator;
  export function Get(path?: string): MethodDecorator;
  export function Post(path?: string): MethodDecorator;
  export function Put(path?: string): MethodDecorator;
  export function Patch(path?: string): MethodDecorator;
  export function Delete(path?: string): MethodDecorator;
  export function Body(property?: string): ParameterDecorator;
  export function Param(property?: string, ...pipes: unknown[]): ParameterDecorator;
  export function Query(property?: string): ParameterDecorator;
  export function Req(): ParameterDecorator;
  export class ParseUUIDPipe {}
  export class ValidationPipe { constructor(options?: { whitelist?: boolean }) }
  export enum HttpStatus { TOO_MANY_REQUESTS = 429 }
  export class HttpException extends Error { constructor(message: string, status: number) }
  export class BadRequestException extends Error {}
  export class ConflictException extends Error {}
  export class ForbiddenException extends Error {}
  export class NotFoundException extends Error {}
  export class UnauthorizedException extends Error {}
  export class Logger {
    constructor(context?: string);
    log(message: string): void;
    debug(message: string): void;
    warn(message: string): void;
    error(message: string): void;
  }
}

declare module '@nestjs/core' {
  interface Application { setGlobalPrefix(prefix: string): void; useGlobalPipes(...pipes: unknown[]): void; listen(port: number): Promise<void> }
  export const NestFactory: { create(module: abstract new (...args: never[]) => unknown): Promise<Application> };
}

declare module '@nestjs/jwt' {
  export class JwtService {
    constructor(options: { secret?: string });
    signAsync(claims: object, options: { expiresIn: number }): Promise<string>;
    verifyAsync<T extends object>(token: string): Promise<T>;
  }
  export const JwtModule: { register(options: { global?: boolean; secret?: string | undefined }): unknown };
}

declare module '@nestjs/typeorm' {
  export function InjectRepository(entity: abstract new (...args: never[]) => unknown): ParameterDecorator;
  export const TypeOrmModule: { forRoot(options: object): unknown; forFeature(entities: unknown[]): unknown };
}

declare module 'typeorm' {
  type Many<T> = { [K in keyof T]?: T[K] extends Date | null | string | number ? T[K] : unknown };
  interface ColumnOptions { name?: string; type?: string; length?: number; unique?: boolean; nullable?: boolean; select?: boolean; default?: unknown }
  interface FindOptions<T> { where?: Many<T>; relations?: { [K in keyof T]?: boolean }; order?: { [K in keyof T]?: 'ASC' | 'DESC' }; skip?: number; take?: number }
  interface SelectQueryBuilder<T> {
    addSelect(column: string): this;
    where(condition: string, parameters?: Record<string, unknown>): this;
    getOne(): Promise<T | null>;
  }
  export interface DataSourceOptions { type: 'postgres'; url: string; entities: string[]; migrations: string[] }
  export class DataSource { constructor(options: DataSourceOptions) }
  export interface QueryRunner { query(sql: string): Promise<unknown> }
  export interface MigrationInterface { up(queryRunner: QueryRunner): Promise<void>; down(queryRunner: QueryRunner): Promise<void> }
  export class Repository<T> {
    find(options?: FindOptions<T>): Promise<T[]>;
    findOne(options: FindOptions<T>): Promise<T | null>;
    findOneBy(where: Many<T>): Promise<T | null>;
    findOneOrFail(options: FindOptions<T>): Promise<T>;
    create(entity: Many<T>): T;
    save(entity: T): Promise<T>;
    update(id: string, change: Many<T>): Promise<unknown>;
    remove(entity: T): Promise<T>;
    createQueryBuilder(alias: string): SelectQueryBuilder<T>;
  }
  export function Entity(name?: string): ClassDecorator;
  export function Unique(columns: string[]): ClassDecorator;
  export function Column(options?: ColumnOptions | string): PropertyDecorator;
  export function PrimaryGeneratedColumn(kind?: 'uuid'): PropertyDecorator;
  export function CreateDateColumn(options?: ColumnOptions): PropertyDecorator;
  export function UpdateDateColumn(options?: ColumnOptions): PropertyDecorator;
  export function JoinColumn(options: { name: string }): PropertyDecorator;
  export function ManyToOne<T>(target: () => abstract new (...args: never[]) => T, inverse?: ((entity: T) => unknown) | object, options?: object): PropertyDecorator;
  export function OneToMany<T>(target: () => abstract new (...args: never[]) => T, inverse: (entity: T) => unknown): PropertyDecorator;
}

declare module 'bcrypt' {
  export function hash(text: string, rounds: number): Promise<string>;
  export function compare(text: string, hash: string): Promise<boolean>;
}

declare module 'class-validator' {
  export function IsEmail(): PropertyDecorator;
  export function IsString(): PropertyDecorator;
  export function IsHexadecimal(): PropertyDecorator;
  export function Length(minimum: number, maximum: number): PropertyDecorator;
  export function MinLength(length: number): PropertyDecorator;
  export function MaxLength(length: number): PropertyDecorator;
}

declare module 'node:crypto' {
  export function randomUUID(): string;
  export function randomBytes(length: number): { toString(encoding: 'hex'): string };
}

declare const __dirname: string;
declare const process: { readonly env: Record<string, string | undefined> };
