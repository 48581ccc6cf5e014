from aws_cdk import App
from hello_organisation import HelloMember, HelloOrganisation

app = App()
HelloOrganisation(app, "HelloOrganisation")
HelloMember(app, "HelloMember")
app.synth()
