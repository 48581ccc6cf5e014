// The CDK warns of its own use of its deprecated members; those warnings are not this library's.
process.env.JSII_DEPRECATED = 'quiet';
// The SDK's remark on the version of Node says nothing of what is tested.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
