import * as core from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';

/*
 * The members that are used for each service, each taken from its module once: the indices of aws-cdk-lib load the module again at
 * each mention of a member, which takes longer than most calls.
 */
export const {
  Annotations, ArnFormat, AspectPriority, Aspects, CfnCondition, CfnParameter, Duration, Fn, Lazy, Names, RemoveTag, Tag, TagManager, TagType, Token,
  TokenComparison,
} = core;
export const { isCfnResource } = core.CfnResource;
export const { isReference } = core.Reference;
export const { isStage, of: stageOf } = core.Stage;
export const { of: stackOf } = core.Stack;
export const { isUnresolved } = core.Token;
export const { isResolvable, reverseList, reverseNumber, reverseString } = core.Tokenization;
export const { BaseService, ContainerImage, ExternalService, LogDrivers } = ecs;
export const { Grant } = iam;
export const { isRole } = iam.Role;
export const { LogGroup, RetentionDays } = logs;
