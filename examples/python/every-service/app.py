from aws_cdk import App
from hello_every_service import HelloEveryService

app = App()
HelloEveryService(app, "HelloEveryService")
app.synth()
