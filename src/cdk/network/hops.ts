import { forwarder } from './forwarders';
import { gatewayRoutes } from './internet-gateways';
import { natGateway } from './nat-gateways';
import { HopReader } from './route-targets';

/** Reads the hops of a subnet's routes, each with the routes of its own subnet. */
export const HOPS: HopReader = { name: 'with hops', natGateway, forwarder, gatewayRoutes };
