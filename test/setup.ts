// The CDK warns about deprecated members that it uses itself. This library does not cause those warnings.
process.env.JSII_DEPRECATED = 'quiet';
// The SDK's warning about the version of Node is not about what is tested.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
