"""The launcher serves only loopback, and never outlives the process that started it."""

import io
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request
import zipfile

from emulator.tests.server import Server

ROOT = pathlib.Path(__file__).parents[2]


class Launcher(unittest.TestCase):
    def test_serves_only_loopback_until_sigterm(self):
        server = Server().ready()
        self.addCleanup(server.stop)
        host, port = server.endpoint.removeprefix("http://").split(":")
        self.assertEqual(host, "127.0.0.1")
        with socket.socket() as probe:
            # All of 127/8 is this machine. A server that binds every interface would answer here.
            self.assertNotEqual(probe.connect_ex(("127.0.0.2", int(port))), 0)
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual(server.process.wait(timeout=120), 0)

    def test_refuses_another_host(self):
        server = Server(environment={"BIND_HOST": "0.0.0.0"})
        output, error = server.process.communicate(timeout=120)
        self.assertEqual(server.process.returncode, 1)
        self.assertIn("serves only 127.0.0.1", error)

    def test_ends_when_its_input_closes_and_begins_empty_each_time(self):
        for _ in range(2):
            server = Server().ready()
            secrets = server.client("secretsmanager")
            self.assertEqual(secrets.list_secrets()["SecretList"], [])
            secrets.create_secret(Name="postman/api-key")
            self.assertEqual(server.stop(), 0)
        with self.assertRaises(urllib.error.URLError):
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(server.endpoint, timeout=2)


    def test_leaves_no_folder_of_a_function(self):
        with tempfile.TemporaryDirectory() as folder:
            server = Server(environment={"TMPDIR": folder}).ready()
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w") as archive:
                archive.writestr("index.js", "exports.handler = async () => 1;")
            functions = server.client("lambda")
            functions.create_function(FunctionName="one", Runtime="nodejs20.x", Handler="index.handler", Role="arn:aws:iam::123456789012:role/any", Code={"ZipFile": file.getvalue()})
            self.assertEqual(functions.invoke(FunctionName="one")["Payload"].read(), b"1")
            self.assertNotEqual(os.listdir(folder), [])
            server.stop()
            self.assertEqual(os.listdir(folder), [])


class Install(unittest.TestCase):
    def run_install(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run([str(ROOT / "emulator/install"), *arguments], capture_output=True, text=True, env={**os.environ, **environment}, timeout=900)

    def test_needs_no_network_when_it_is_done(self):
        done = self.run_install(PIP_NO_INDEX="1", PIP_FIND_LINKS="")
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    def test_refuses_a_package_whose_hash_is_another(self):
        with tempfile.TemporaryDirectory() as folder:
            requirements = pathlib.Path(folder) / "requirements.txt"
            requirements.write_text(f"six==1.17.0 --hash=sha256:{'0' * 64}\n")
            target = pathlib.Path(folder) / "target"
            refused = self.run_install(str(requirements), str(target))
            self.assertNotEqual(refused.returncode, 0)
            # So the next install starts over.
            self.assertFalse((target / "stamp").exists())
