import { ListHostedZonesByVPCCommand, ListResourceRecordSetsCommand, Route53Client, Route53ClientConfig } from '@aws-sdk/client-route-53';

export const client = (configuration: Route53ClientConfig) => new Route53Client(configuration);

export const commands = { ListHostedZonesByVPCCommand, ListResourceRecordSetsCommand };
