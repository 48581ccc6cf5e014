from aws_cdk import App
from hello_existing_service import HelloExistingService

app = App()
HelloExistingService(app, "HelloExistingService")
app.synth()
