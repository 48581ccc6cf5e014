from aws_cdk import App
from hello_insights import HelloInsights

app = App()
nat_gateways = app.node.try_get_context("natGateways")
HelloInsights(app, "HelloInsights", nat_gateways=1 if nat_gateways is None else int(nat_gateways))
app.synth()
