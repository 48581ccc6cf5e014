from aws_cdk import App
from hello_ec2 import HelloEc2

app = App()
HelloEc2(
    app,
    "HelloEc2",
    collection_id=app.node.get_context("collectionId"),
    api_key_secret_arn=app.node.get_context("apiKeySecretArn"),
)
app.synth()
