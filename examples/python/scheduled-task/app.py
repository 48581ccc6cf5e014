from aws_cdk import App
from hello_scheduled_task import HelloScheduledTask

app = App()
HelloScheduledTask(app, "HelloScheduledTask")
app.synth()
