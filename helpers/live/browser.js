/* The microphone of the browser: it sends its sound to the kernel, and shows on screen how it goes. */

const BLOCK_S = 0.04; // longer blocks delay the sound, shorter ones mean more messages
const QUANTUM = 128; // samples that a worklet gets at a time
const WARM_UP_S = 0.1; // while the graph is put together, its thread leaves out a moment
const UPDATE_MS = 250;
const QUIETEST_DB = -60; // left end of the meter
const WAITING_S = 1.5; // sound on its way for so long waits for a kernel that is busy

const WORKLET = `registerProcessor("blocks", class extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    this.size = processorOptions.size;
    this.early = ${WARM_UP_S} * sampleRate;
    this.begin();
  }
  begin() {
    this.block = new Float32Array(this.size);
    this.filled = 0;
  }
  process([[input]]) {
    this.early -= ${QUANTUM};
    if (this.early > 0) return true;
    if (!this.filled) this.frame = currentFrame;
    if (input) this.block.set(input, this.filled); // no input: silence
    this.filled += ${QUANTUM};
    if (this.filled === this.size) {
      this.port.postMessage({ frame: this.frame, block: this.block }, [this.block.buffer]);
      this.begin();
    }
    return true;
  }
});`;

const WHY = { NotAllowedError: "refused", NotFoundError: "no_device", NotReadableError: "taken" };

class Microphone {
  constructor(model) {
    this.model = model;
    this.views = new Set();
    this.session = null; // what is open: one, however many views
    this.status = "";
    this.level = null; // dBFS
    model.on("msg:custom", (message) => this.answer(message));
    model.on("comm_live_update", () => this.stop("gone"));
    if (!navigator.mediaDevices) this.say("insecure");
  }

  say(key, values = {}) {
    const sentence = key ? this.model.get("texts")[key] : "";
    this.status = sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    this.draw();
  }

  async start() {
    if (!navigator.mediaDevices) return this.say("insecure");
    if (!window.AudioWorkletNode) return this.say("old");
    const session = { stream: crypto.randomUUID(), tracks: [], heard: null, listening: false, power: 0, drawn: 0 };
    this.session = session;
    this.say("asking");
    const stopped = () => session !== this.session && (release(session), true);
    try {
      session.context = new AudioContext(); // within the click, because some browsers start none later
      const media = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false }, // they distort or remove barks
      });
      session.tracks = media.getTracks();
      if (stopped()) return;
      const url = URL.createObjectURL(new Blob([WORKLET], { type: "text/javascript" }));
      await session.context.audioWorklet.addModule(url).finally(() => URL.revokeObjectURL(url));
      await session.context.resume();
      if (stopped()) return;
      this.listen(session, media);
    } catch (error) {
      release(session);
      if (session !== this.session) return;
      this.session = null;
      this.say(WHY[error.name] ?? "failed", { reason: `${error.name}: ${error.message}` });
    }
  }

  listen(session, media) {
    const { context, tracks } = session;
    session.rate = Math.round(context.sampleRate);
    const node = new AudioWorkletNode(context, "blocks", {
      channelCount: 1, // stereo is averaged
      channelCountMode: "explicit",
      processorOptions: { size: QUANTUM * Math.max(1, Math.floor((BLOCK_S * session.rate) / QUANTUM)) },
    });
    node.port.onmessage = ({ data }) => this.hear(session, data);
    node.connect(context.destination); // it is silent, but a node without an output may not run
    context.createMediaStreamSource(media).connect(node);
    tracks.forEach((track) => (track.onended = () => session === this.session && this.stop("unplugged")));
    this.model.send({ start: session.stream, rate: session.rate });
  }

  hear(session, { frame, block }) {
    if (session !== this.session) return;
    this.model.send({ stream: session.stream, frame }, undefined, [block.buffer]);
    session.heard ??= frame; // the first one: nothing waits yet
    session.power = Math.max(session.power, block.reduce((sum, value) => sum + value * value, 0) / block.length);
    if (performance.now() - session.drawn < UPDATE_MS) return;
    session.drawn = performance.now();
    this.level = Math.max(QUIETEST_DB, Math.round(10 * Math.log10(session.power))); // of the loudest block since then
    session.power = 0;
    const seconds = (frame - session.heard) / session.rate;
    if (seconds > WAITING_S) this.say("waiting", { seconds: Math.round(seconds) });
    else this.say(session.listening ? "heard" : "unheard", { level: this.level });
  }

  answer({ heard, listening, stop, say }) {
    if (heard !== undefined && this.session) Object.assign(this.session, { heard, listening });
    if (stop !== undefined && stop === this.session?.stream) this.stop(say);
  }

  stop(key = "") {
    if (!this.session) return;
    release(this.session);
    this.session = null;
    this.level = null;
    this.say(key);
  }

  toggle() {
    if (!this.session) return this.start();
    this.model.send({ stop: this.session.stream });
    this.stop();
  }

  show(el) {
    const [line, button, meter, status] = ["div", "button", "meter", "span"].map((tag) => document.createElement(tag));
    const view = { button, meter, status };
    line.style = "display: flex; align-items: center; gap: 8px";
    button.className = "jupyter-widgets jupyter-button widget-button";
    button.style = "flex: none";
    button.onclick = () => this.toggle();
    Object.assign(meter, { min: QUIETEST_DB, max: 0, style: "flex: none; width: 80px" });
    line.append(button, meter, status);
    el.append(line);
    this.views.add(view);
    this.draw();
    return () => {
      this.views.delete(view);
      if (!this.views.size) this.stop();
    };
  }

  draw() {
    for (const { button, meter, status } of this.views) {
      button.textContent = this.model.get("texts")[this.session ? "stop" : "start"];
      meter.hidden = this.level === null;
      meter.value = this.level ?? QUIETEST_DB;
      status.textContent = this.status;
    }
  }
}

function release({ context, tracks }) {
  tracks.forEach((track) => track.stop());
  if (context?.state !== "closed") context?.close();
}

export default () => {
  let microphone;
  return {
    initialize({ model }) {
      microphone = new Microphone(model);
      return () => microphone.stop();
    },
    render({ el }) {
      return microphone.show(el);
    },
  };
};
