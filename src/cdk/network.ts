import { CfnResource } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { networkAcl } from './network-acls';
import { routesOfTable } from './routes';
import { StageIndex } from './stage-index';
import { lookedUpSubnets } from './vpc-lookups';
import { BlockPublicAccess, Fact, NetworkAclFacts, Route, RouteDestination, SubnetFacts, Unknown, VpcFacts } from '../egress';

/** What is known of a subnet whoever stands in it. */
export interface SubnetNetwork extends Omit<SubnetFacts, 'publicIpv4'> {
  /** Whether instances get a public address here unless they are told otherwise. */
  readonly mapPublicIpOnLaunch: Fact<boolean>;
  readonly vpc: string | undefined;
}

/** Reads the network of one stage, each thing once. */
export class NetworkResolver {
  public static of(index: StageIndex): NetworkResolver {
    return index.once('network', () => new NetworkResolver(index));
  }

  private constructor(public readonly index: StageIndex) {}

  /** How a reader finds what a value names: the construct's path, without the L1 beneath it, or the literal id. */
  public nameOf(value: unknown, from: CfnResource): string {
    return this.nameOfIdentity(this.index.identity(value, from)) ?? `(known only to CloudFormation, in ${from.node.path})`;
  }

  public text(value: unknown, what: string): Fact<string> {
    return typeof value === 'string' && !value.includes('${') ? value : { unknown: `${what} is known only to CloudFormation` };
  }

  public prefixList(value: unknown, from: CfnResource): Extract<RouteDestination, { prefixList: string }> {
    const name = this.nameOf(value, from);
    const list = this.index.find(this.index.identity(value, from));
    const entries = list && this.index.read(list).Entries;
    const cidrs = Array.isArray(entries) ? entries.map((entry: any) => entry.Cidr) : undefined;
    return {
      prefixList: name,
      cidrs: cidrs?.every((cidr: unknown) => typeof cidr === 'string' && !cidr.includes('${'))
        ? cidrs
        : { unknown: `the ranges of prefix list ${name} are not part of this app` },
    };
  }

  /** @param imported  the VPC as the app holds it, for what a look-up tells of its subnets */
  public subnet(identity: string, imported: ec2.IVpc): SubnetNetwork {
    return this.index.once(`subnet ${identity}`, () => this.readSubnet(identity, imported));
  }

  /** @param throughNat  whether what is behind NAT gateways is read, too; their own subnets are read without */
  public routesOf(subnet: string, throughNat = true): Fact<readonly Route[]> {
    return this.index.once(`routes ${subnet} ${throughNat}`, () => {
      const resource = this.index.find(subnet);
      if (!resource) return { unknown: `the routes of subnet ${this.nameOfIdentity(subnet)} are not part of this app` };
      const [association] = this.index.by('AWS::EC2::SubnetRouteTableAssociation', 'SubnetId').get(subnet) ?? [];
      // A subnet without an association uses the VPC's main table, which holds nothing but the local routes.
      if (!association) return [];
      const table = this.index.identity(this.index.read(association).RouteTableId, association);
      return table === undefined || !this.index.find(table)
        ? { unknown: `the route table of subnet ${this.nameOfIdentity(subnet)} is not part of this app` }
        : this.index.once(`table ${table} ${throughNat}`, () => routesOfTable(this, table, throughNat));
    });
  }

  public networkAclOf(subnet: string): Fact<NetworkAclFacts> {
    return this.index.once(`acl of ${subnet}`, () => networkAcl(this, subnet));
  }

  /** @param imported  the VPC as the app holds it, for one that was looked up */
  public vpc(identity: string | undefined, imported: ec2.IVpc): Fact<VpcFacts> {
    const resource = this.index.find(identity);
    if (identity === undefined && lookedUpSubnets(imported).size > 0) return lookedUpVpc(imported);
    if (!resource) return { unknown: `VPC ${this.nameOfIdentity(identity) ?? ''} is not part of this app`.replace('  ', ' ') };
    return this.index.once(`vpc ${identity}`, () => this.readVpc(identity!, resource));
  }

  public gatewayEndpoints(): readonly { readonly id: string; readonly service: string; readonly tables: readonly string[] }[] {
    return this.index.once('gateway endpoints', () => this.index.ofType('AWS::EC2::VPCEndpoint')
      .map(endpoint => ({ endpoint, properties: this.index.read(endpoint) }))
      .filter(({ properties }) => (properties.VpcEndpointType ?? 'Gateway') === 'Gateway')
      .map(({ endpoint, properties }) => ({
        id: readable(endpoint.node.path),
        service: serviceOf(properties.ServiceName),
        tables: this.identities(properties.RouteTableIds, endpoint),
      })));
  }

  public propagations(): readonly { readonly gateway: string; readonly tables: readonly string[] }[] {
    return this.index.once('propagations', () => this.index.ofType('AWS::EC2::VPNGatewayRoutePropagation').map(propagation => {
      const { VpnGatewayId, RouteTableIds } = this.index.read(propagation);
      return { gateway: this.nameOf(VpnGatewayId, propagation), tables: this.identities(RouteTableIds, propagation) };
    }));
  }

  public nameOfIdentity(identity: string | undefined): string | undefined {
    return identity?.includes('#') ? readable(identity.split('#')[0]) : identity;
  }

  private identities(values: unknown, from: CfnResource): string[] {
    return (Array.isArray(values) ? values : []).map(value => this.index.identity(value, from)).filter(id => id !== undefined);
  }

  private readSubnet(identity: string, imported: ec2.IVpc): SubnetNetwork {
    const id = this.nameOfIdentity(identity)!;
    const resource = this.index.find(identity);
    if (!resource) return this.readImportedSubnet(id, imported);
    const { VpcId, MapPublicIpOnLaunch, Ipv6CidrBlock, Ipv6Native, EnableDns64 } = this.index.read(resource);
    return {
      id,
      routes: this.routesOf(identity),
      networkAcl: this.networkAclOf(identity),
      // Whether a task gets an IPv6 address depends on an account setting (dualStackIPv6) too; an IPv6-only subnet has no other.
      ipv6: Ipv6Native === true ? true
        : Ipv6CidrBlock === undefined && !this.hasIpv6Block(identity) ? false
          : { unknown: `whether tasks get an IPv6 address in ${id} depends on the account setting dualStackIPv6` },
      dns64: EnableDns64 === true,
      mapPublicIpOnLaunch: MapPublicIpOnLaunch === undefined ? false : this.flag(MapPublicIpOnLaunch, `MapPublicIpOnLaunch of ${id}`),
      vpc: this.index.identity(VpcId, resource),
      blockPublicAccessExclusion: this.exclusionOf(identity, this.index.identity(VpcId, resource)),
    };
  }

  private readImportedSubnet(id: string, imported: ec2.IVpc): SubnetNetwork {
    const lookedUp = lookedUpSubnets(imported).get(id);
    const outside = (what: string): Unknown => ({ unknown: `${what} of subnet ${id} are not part of this app` });
    if (lookedUp === 'Public') {
      return {
        id,
        // The look-up calls a subnet public for its route to an internet gateway.
        routes: [{ destination: { cidr: '0.0.0.0/0' }, target: { kind: 'internet-gateway', id: 'that the VPC look-up saw' } }],
        networkAcl: LOOKED_UP_ACL,
        ipv6: false,
        dns64: false,
        mapPublicIpOnLaunch: { unknown: `whether subnet ${id} gives instances public addresses was not looked up` },
        vpc: undefined,
      };
    }
    return {
      id,
      routes: lookedUp === undefined ? outside('the routes') : {
        unknown: lookedUp === 'Private'
          ? `the VPC look-up calls subnet ${id} private, which a NAT gateway, a transit gateway or a tag can cause`
          : `the VPC look-up calls subnet ${id} isolated, but does not see a way out through an instance, a firewall or a transit gateway`,
      },
      networkAcl: outside('the network ACL rules'),
      ipv6: outside('the IPv6 ranges'),
      dns64: outside('the DNS settings'),
      mapPublicIpOnLaunch: outside('the address settings'),
      vpc: undefined,
    };
  }

  private hasIpv6Block(subnet: string): boolean {
    return this.index.by('AWS::EC2::SubnetCidrBlock', 'SubnetId').has(subnet);
  }

  private flag(value: unknown, what: string): Fact<boolean> {
    return typeof value === 'boolean' ? value : { unknown: `${what} is known only to CloudFormation` };
  }

  private readVpc(identity: string, resource: CfnResource): VpcFacts {
    const { EnableDnsSupport, CidrBlock } = this.index.read(resource);
    const more = this.index.by('AWS::EC2::VPCCidrBlock', 'VpcId').get(identity) ?? [];
    const cidrs = [CidrBlock, ...more.map(block => this.index.read(block).CidrBlock).filter(cidr => cidr !== undefined)];
    const id = readable(resource.node.path);
    return {
      id,
      cidrs: cidrs.every(cidr => typeof cidr === 'string' && !cidr.includes('${'))
        ? cidrs
        : { unknown: `the ranges of VPC ${id} are known only to CloudFormation` },
      dnsSupport: EnableDnsSupport === undefined ? true : this.flag(EnableDnsSupport, `EnableDnsSupport of VPC ${id}`),
      domainNameServers: this.domainNameServers(identity),
      blockPublicAccess: this.blockPublicAccess(),
      endpoints: this.endpointsOf(identity),
    };
  }

  private domainNameServers(vpc: string): Fact<readonly string[]> {
    const [association] = this.index.by('AWS::EC2::VPCDHCPOptionsAssociation', 'VpcId').get(vpc) ?? [];
    if (!association) return ['AmazonProvidedDNS'];
    const { DhcpOptionsId } = this.index.read(association);
    const options = this.index.find(this.index.identity(DhcpOptionsId, association));
    if (!options) return { unknown: `DHCP options ${this.nameOf(DhcpOptionsId, association)} are not part of this app` };
    return this.index.read(options).DomainNameServers ?? ['AmazonProvidedDNS'];
  }

  /** A setting of the account and region: off unless this app turns it on. */
  private blockPublicAccess(): Fact<BlockPublicAccess> {
    const [options] = this.index.ofType('AWS::EC2::VPCBlockPublicAccessOptions');
    if (!options) return 'off';
    const mode = this.index.read(options).InternetGatewayBlockMode;
    return mode === 'block-bidirectional' || mode === 'block-ingress' || mode === 'off'
      ? mode
      : { unknown: `the mode of VPC block public access in ${readable(options.node.path)} is known only to CloudFormation` };
  }

  private exclusionOf(subnet: string, vpc: string | undefined): Fact<'none' | 'allow-bidirectional' | 'allow-egress'> {
    const type = 'AWS::EC2::VPCBlockPublicAccessExclusion';
    const [exclusion] = this.index.by(type, 'SubnetId').get(subnet) ?? this.index.by(type, 'VpcId').get(vpc ?? '') ?? [];
    if (!exclusion) return 'none';
    const mode = this.index.read(exclusion).InternetGatewayExclusionMode;
    return mode === 'allow-bidirectional' || mode === 'allow-egress'
      ? mode
      : { unknown: `the mode of the exclusion ${readable(exclusion.node.path)} is known only to CloudFormation` };
  }

  private endpointsOf(vpc: string): readonly string[] {
    return (this.index.by('AWS::EC2::VPCEndpoint', 'VpcId').get(vpc) ?? [])
      .map(endpoint => serviceOf(this.index.read(endpoint).ServiceName));
  }
}

/**
 * A look-up does not read network ACLs. The one of a public subnet is taken to be as AWS makes it: the alternative, to call
 * every looked-up VPC unknown, would say nothing to anybody.
 */
const LOOKED_UP_ACL: NetworkAclFacts = {
  id: 'a network ACL that the VPC look-up does not read',
  entries: (['egress', 'ingress'] as const).map(direction => ({ ruleNumber: 100, direction, action: 'allow', protocol: '-1', cidr: '0.0.0.0/0' })),
};

/** Its settings are not looked up either, and are taken to be as AWS makes them. */
function lookedUpVpc(vpc: ec2.IVpc): VpcFacts {
  const id = vpc.vpcId;
  return {
    id,
    cidrs: [vpc.vpcCidrBlock],
    dnsSupport: true,
    domainNameServers: ['AmazonProvidedDNS'],
    blockPublicAccess: 'off',
    endpoints: { unknown: `the endpoints of VPC ${id} are not part of this app` },
  };
}

/** The last part of an endpoint's service name: `ecr.api` of `com.amazonaws.eu-west-1.ecr.api`. */
function serviceOf(serviceName: unknown): string {
  const text = typeof serviceName === 'string' ? serviceName : JSON.stringify(serviceName ?? '');
  return /\.(ecr\.api|ecr\.dkr|[a-z0-9-]+)$/.exec(text)?.[1] ?? text;
}

/** The path of the L2 construct, where the L1 stands in one by the CDK's customary ids. */
export function readable(path: string): string {
  return path.replace(/\/(Resource|Subnet|VPC|NATGateway|IGW|RouteTable)$/, (whole, last) => last === 'Resource' || last === 'Subnet' ? '' : whole);
}
