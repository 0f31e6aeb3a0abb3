"""A sound card without hardware, for benchmarks and tests: what is played to it, its microphone hears.

It is a PulseAudio server in a folder of its own, so that several run side by side and none touches the user's. Debian:
pulseaudio, pulseaudio-utils, libasound2-plugins.
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

RATE = 44_100  # what ALSA opens PulseAudio at; the server keeps to it, so that nothing is resampled on the way
MICROPHONE = "virtual_mic"
SPEAKER = "virtual_speaker"

_SERVER = ("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes")
_ALSA = f"""</usr/share/alsa/alsa.conf>
pcm.!default {{ type pulse }}
pcm.{MICROPHONE} {{ type pulse device {MICROPHONE} }}
pcm.{SPEAKER} {{ type asym playback.pcm {{ type pulse device {SPEAKER} }} }}
"""


def missing():
    """What the virtual card needs and this computer lacks, in words; empty where it can run."""
    return ", ".join(program for program in ("pulseaudio", "pactl", "paplay") if not shutil.which(program))


class SoundCard:
    """A virtual card, from ``with`` to the end of it.

    Attributes
    ----------
    environment : dict, the variables by which PortAudio and PulseAudio's programs find it
    server : Popen
    """

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="card-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        (folder / "alsa.conf").write_text(_ALSA, encoding="utf-8")
        self.environment = {
            "ALSA_CONFIG_PATH": str(folder / "alsa.conf"),
            "PULSE_COOKIE": str(folder / "cookie"),
            "PULSE_SERVER": f"unix:{folder / 'native'}",
            "XDG_RUNTIME_DIR": str(folder),
        }
        modules = (
            f"module-native-protocol-unix auth-anonymous=1 socket={folder / 'native'}",
            f"module-null-sink sink_name={SPEAKER} rate={RATE}",
            f"module-remap-source master={SPEAKER}.monitor source_name={MICROPHONE}",
        )
        loads = [word for module in modules for word in ("-L", module)]
        with (folder / "log").open("w", encoding="utf-8") as log:
            variables = {**os.environ, **self.environment, "HOME": str(folder)}
            self.server = subprocess.Popen([*_SERVER, *loads], env=variables, stdout=log, stderr=log)
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        # Without a listener in a hurry the speaker, and with it the microphone, works in strides of two seconds.
        hurry = ("parec", "-d", MICROPHONE, "--latency-msec=20")
        self._hurry = self.start(*hurry, stdout=subprocess.DEVNULL)
        with self.start(*hurry, stdout=subprocess.PIPE) as first:  # the stride under way ends before sound comes
            first.stdout.read(1)
            first.kill()
        return self

    def __exit__(self, *_error):
        self.server.kill()  # also where it was stopped
        self.server.wait()
        if hasattr(self, "_hurry"):
            self._hurry.wait()  # it ends with the server
        self._folder.cleanup()

    def ask(self, *words):
        """What ``pactl`` says to these words."""
        variables = {**os.environ, **self.environment}
        said = {"capture_output": True, "encoding": "utf-8", "check": True}
        return subprocess.run(["pactl", *words], env=variables, **said).stdout

    def play(self, path, *options):
        """Begin to play a sound file (Popen, which ends with it)."""
        return self.start("paplay", "-d", SPEAKER, *options, str(path))

    def start(self, *command, stdout=None):
        """Start a program that finds the card (Popen)."""
        variables = {**os.environ, **self.environment}
        return subprocess.Popen(command, env=variables, stdout=stdout, stderr=subprocess.DEVNULL)

    def _wait(self):
        until = time.monotonic() + 10
        while True:
            try:
                self.ask("set-default-source", MICROPHONE)
                return
            except subprocess.CalledProcessError:
                if self.server.poll() is not None or time.monotonic() > until:
                    log = Path(self._folder.name, "log").read_text(encoding="utf-8")
                    raise RuntimeError(f"PulseAudio did not start:\n{log}") from None
                time.sleep(0.05)
