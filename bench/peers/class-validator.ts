// Shapes as classes with the decorators of class-validator, as far as it can say what they are.

import 'reflect-metadata';
import { plainToInstance, Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  ValidateNested,
  validateSync,
} from 'class-validator';

class Point3 {
  @IsNumber() x!: number;
  @IsNumber() y!: number;
  @IsNumber() z!: number;
}

class ObjectSimple {
  @IsObject() @ValidateNested() @Type(() => Point3) scale!: Point3;
  @IsObject() @ValidateNested() @Type(() => Point3) position!: Point3;
  @IsObject() @ValidateNested() @Type(() => Point3) rotate!: Point3;
  @IsObject() @ValidateNested() @Type(() => Point3) pivot!: Point3;
}

class Instant {
  @IsNumber() time!: number;
  @IsNumber() zone!: number;
}

class Channel {
  @IsNumber() id!: number;
  @IsString() code!: string;
  @IsString() name!: string;
  @IsNumber() sequence!: number;
  @IsBoolean() exclusive!: boolean;
  @IsNumber() priority!: number;
  @IsObject() @ValidateNested() @Type(() => Instant) created_at!: Instant;
}

class Account {
  @IsNumber() id!: number;
  @IsString() code!: string;
  @IsObject() @ValidateNested() @Type(() => Instant) created_at!: Instant;
}

class Enterprise {
  @IsNumber() id!: number;
  @IsObject() @ValidateNested() @Type(() => Account) account!: Account;
  @IsString() name!: string;
  @IsNumber() grade!: number;
  @IsObject() @ValidateNested() @Type(() => Instant) created_at!: Instant;
}

class Member {
  @IsNumber() id!: number;
  @IsObject() @ValidateNested() @Type(() => Account) account!: Account;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => Enterprise) enterprise!: Enterprise | null;
  @IsArray() @IsString({ each: true }) emails!: string[];
  @IsObject() @ValidateNested() @Type(() => Instant) created_at!: Instant;
  @IsBoolean() authorized!: boolean;
}

class ObjectHierarchical {
  @IsNumber() id!: number;
  @IsObject() @ValidateNested() @Type(() => Channel) channel!: Channel;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => Member) member!: Member | null;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => Account) account!: Account | null;
  @IsString() href!: string;
  @IsString() referrer!: string;
  @IsArray() @IsNumber({}, { each: true }) ip!: number[];
  @IsObject() @ValidateNested() @Type(() => Instant) created_at!: Instant;
}

class ObjectRecursive {
  @IsOptional() @IsObject() @ValidateNested() @Type(() => ObjectRecursive) parent!: ObjectRecursive | null;
  @IsNumber() id!: number;
  @IsString() code!: string;
  @IsString() name!: string;
  @IsNumber() sequence!: number;
  @IsObject() @ValidateNested() @Type(() => Instant) created_at!: Instant;
}

class Hobby {
  @IsString() name!: string;
  @IsNumber() rank!: number;
  @IsString() body!: string;
}

class Person {
  @IsString() name!: string;
  @IsString() email!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Hobby) hobbies!: Hobby[];
}

class Employee {
  @IsNumber() id!: number;
  @IsString() name!: string;
  @IsNumber() age!: number;
  @IsNumber() grade!: number;
  @IsObject() @ValidateNested() @Type(() => Instant) employed_at!: Instant;
}

class Department {
  @IsNumber() id!: number;
  @IsString() code!: string;
  @IsNumber() sales!: number;
  @IsObject() @ValidateNested() @Type(() => Instant) created_at!: Instant;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Employee) employees!: Employee[];
}

class Company {
  @IsNumber() id!: number;
  @IsNumber() serial!: number;
  @IsString() name!: string;
  @IsObject() @ValidateNested() @Type(() => Instant) established_at!: Instant;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Department) departments!: Department[];
}

class ArrayRecursive {
  @IsArray() @ValidateNested({ each: true }) @Type(() => ArrayRecursive) children!: ArrayRecursive[];
  @IsNumber() id!: number;
  @IsString() code!: string;
  @IsNumber() sequence!: number;
  @IsObject() @ValidateNested() @Type(() => Instant) created_at!: Instant;
}

/** The classes of values, or of their items where values are arrays. */
const classes = {
  objectSimple: ObjectSimple,
  objectHierarchical: ObjectHierarchical,
  objectRecursive: ObjectRecursive,
  arraySimple: Person,
  arrayHierarchical: Company,
  arrayRecursive: ArrayRecursive,
};

export const isExpressible = (shape: string): shape is keyof typeof classes => Object.hasOwn(classes, shape);

/** Makes instances, which is not measured. */
export const instancesOf = (shape: keyof typeof classes, values: readonly unknown[]): readonly unknown[] =>
  values.map((value) => plainToInstance(classes[shape] as new () => object, value));

/** Throws what is wrong with an instance, or with any of an array; takes away what its class does not have. */
export function validate(value: unknown): void {
  for (const instance of Array.isArray(value) ? value : [value]) {
    const errors = validateSync(instance, { whitelist: true });
    if (errors.length > 0) throw new Error(String(errors[0]));
  }
}
