from aws_cdk import App
from hello_fargate import HelloFargate

app = App()
nat_gateways = app.node.try_get_context("natGateways")
HelloFargate(
    app,
    "HelloFargate",
    collection_id=app.node.get_context("collectionId"),
    nat_gateways=1 if nat_gateways is None else int(nat_gateways),
)
app.synth()
