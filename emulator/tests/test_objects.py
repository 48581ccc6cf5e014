"""S3's conditional writes, by which several writers share an object."""

import concurrent.futures
import unittest

from botocore.exceptions import ClientError

from emulator.tests.server import Server

BUCKET = "objects"


class Objects(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().ready()
        cls.addClassCleanup(cls.server.stop)
        cls.s3 = cls.server.client("s3")
        cls.s3.create_bucket(Bucket=BUCKET)

    def put(self, key: str, body: str, **conditions) -> str:
        return self.s3.put_object(Bucket=BUCKET, Key=key, Body=body.encode(), **conditions)["ETag"]

    def refused(self, act) -> tuple[str, int]:
        with self.assertRaises(ClientError) as error:
            act()
        return error.exception.response["Error"]["Code"], error.exception.response["ResponseMetadata"]["HTTPStatusCode"]

    def test_if_none_match_writes_only_what_is_not_there(self):
        self.put("new", "1", IfNoneMatch="*")
        self.assertEqual(self.refused(lambda: self.put("new", "2", IfNoneMatch="*")), ("PreconditionFailed", 412))
        self.assertEqual(self.s3.get_object(Bucket=BUCKET, Key="new")["Body"].read(), b"1")

    def test_if_match_writes_and_deletes_only_what_was_read(self):
        first = self.put("old", "1")
        second = self.put("old", "2", IfMatch=first)
        self.assertEqual(self.refused(lambda: self.put("old", "3", IfMatch=first)), ("PreconditionFailed", 412))
        self.assertEqual(self.refused(lambda: self.s3.delete_object(Bucket=BUCKET, Key="old", IfMatch=first)), ("PreconditionFailed", 412))
        self.assertEqual(self.refused(lambda: self.put("none", "1", IfMatch=first)), ("NoSuchKey", 404))
        self.s3.delete_object(Bucket=BUCKET, Key="old", IfMatch=second)
        self.assertEqual(self.refused(lambda: self.s3.get_object(Bucket=BUCKET, Key="old")), ("NoSuchKey", 404))
        self.s3.delete_object(Bucket=BUCKET, Key="old")

    def test_one_of_many_writers_wins(self):
        def write(number: int) -> bool:
            try:
                return bool(self.put("race", str(number), IfNoneMatch="*"))
            except ClientError:
                return False

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            self.assertEqual(sum(pool.map(write, range(20))), 1)

    def test_objects_are_listed_by_prefix_page_by_page(self):
        for key in ("list/b", "list/a", "lists/a"):
            self.put(key, "")
        first = self.s3.list_objects_v2(Bucket=BUCKET, Prefix="list/", MaxKeys=1)
        second = self.s3.list_objects_v2(Bucket=BUCKET, Prefix="list/", ContinuationToken=first["NextContinuationToken"])
        self.assertEqual([each["Key"] for page in (first, second) for each in page["Contents"]], ["list/a", "list/b"])
        self.assertFalse(second["IsTruncated"])
