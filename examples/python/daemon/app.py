from aws_cdk import App
from hello_daemon import HelloDaemon

app = App()
HelloDaemon(app, "HelloDaemon")
app.synth()
