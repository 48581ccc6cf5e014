"""Python reads this file at its start: what sleeps, asks the benchmark's server to let the time pass.

So waits of minutes take no time here, and the account's time is what would have passed. A thread of a pool counts as working until its task has
ended: the time jumps only if all that work sleep.
"""

import concurrent.futures
import http.client
import os
import random
import time

_, _, _host = os.environ["BENCHMARK_CLOCK"].rpartition("/")


def _tell(path):
    connection = http.client.HTTPConnection(_host)
    connection.request("POST", path)
    connection.getresponse().read()
    connection.close()


def _sleep(seconds):
    _tell(f"/clock/sleep?ms={seconds * 1000}")


_submit = concurrent.futures.ThreadPoolExecutor.submit


def _counted(self, task, *args):
    def run():
        try:
            return task(*args)
        finally:
            _tell("/clock/worker?count=-1")

    _tell("/clock/worker?count=1")
    return _submit(self, run)


# The waits of retries are drawn: with the same numbers in each run, a script fails at the same service.
random.seed(0)
time.sleep = _sleep
concurrent.futures.ThreadPoolExecutor.submit = _counted
