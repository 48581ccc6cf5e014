// The CDK warns of its own use of its deprecated members; those warnings are not this library's.
process.env.JSII_DEPRECATED = 'quiet';
