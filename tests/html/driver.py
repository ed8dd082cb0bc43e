"""A headless Chromium in a network namespace of its own, driven over WebDriver with the standard library alone.

alone() first: it starts the calling program again where there is no network but loopback, so that a page that asks
for anything from elsewhere can only fail, and is seen to have asked.
"""
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
           "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
           "--disable-default-apps", "--metrics-recording-only", "--force-color-profile=srgb", "--window-size=1280,900"]


def alone():
    if os.environ.get("RA_BROWSER_ALONE"):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    unshare = ["unshare", "--net"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
    os.execvpe("unshare", unshare + [sys.executable, *sys.argv], {**os.environ, "RA_BROWSER_ALONE": "1"})


class Browser:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="ra-browser-")
        self.log = open(os.path.join(self.folder, "driver.log"), "w+")
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=self.log, stderr=subprocess.STDOUT)
        self.port = self.session = None
        try:
            self.port = self._wait_for_port()
            got = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "goog:loggingPrefs": {"browser": "ALL"},
                "goog:chromeOptions": {"args": OPTIONS + ["--user-data-dir=" + os.path.join(self.folder, "profile")]}}}})
            self.session = got["sessionId"]
        except Exception:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _wait_for_port(self):
        for _ in range(200):
            with open(self.log.name) as f:
                found = re.search(r"started successfully on port (\d+)", f.read())
            if found:
                return int(found.group(1))
            if self.driver.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("chromedriver does not start: " + open(self.log.name).read()[-500:])

    def close(self):
        if self.session:
            try:
                self.call("DELETE", "/session/" + self.session)
            except Exception as e:
                print("the browser ended badly: %s" % e)
        self.driver.terminate()
        try:
            self.driver.wait(10)
        except subprocess.TimeoutExpired:
            self.driver.kill()
            self.driver.wait()
        self.log.close()
        shutil.rmtree(self.folder, True)

    def call(self, method, path, body=None):
        request = urllib.request.Request("http://127.0.0.1:%d%s" % (self.port, path), method=method,
                                         data=json.dumps(body).encode() if body is not None else None,
                                         headers={"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as e:
            raise RuntimeError("%s: %s" % (path, json.load(e)["value"]["message"][:500])) from None

    def do(self, path, **body):
        return self.call("POST", "/session/%s%s" % (self.session, path), body)

    def cdp(self, command, **params):
        return self.do("/goog/cdp/execute", cmd=command, params=params)

    def run(self, script, *args):
        return self.do("/execute/sync", script=script, args=list(args))

    def run_async(self, script, *args):
        return self.do("/execute/async", script=script, args=list(args))

    def view(self, width, height=900, dark=False, media="screen", script=True):
        """How the next page is looked at."""
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                 mobile=width < 600)
        self.cdp("Emulation.setEmulatedMedia", media=media,
                 features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.cdp("Emulation.setScriptExecutionDisabled", value=not script)

    def open(self, path):
        self.do("/url", url="file://" + path)

    def messages(self):
        """What the page wrote to the console since the last call: errors of the policy and of the network too."""
        return ["%s: %s" % (e["level"], e["message"]) for e in self.do("/se/log", type="browser")]

    def picture(self, to, whole=True):
        """A PNG of the whole page, or of what the window shows."""
        size = self.cdp("Page.getLayoutMetrics")["cssContentSize" if whole else "cssVisualViewport"]
        width, height = (size["width"], size["height"]) if whole else (size["clientWidth"], size["clientHeight"])
        shot = self.cdp("Page.captureScreenshot", captureBeyondViewport=True, clip={
            "x": 0, "y": 0, "width": width, "height": min(height, 12000), "scale": 1})
        with open(to, "wb") as f:
            f.write(base64.b64decode(shot["data"]))
