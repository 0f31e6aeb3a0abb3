/* The page: it opens the microphone or a file, asks the model about each window, and shows what it says. */

import * as ort from "./ort.wasm.bundle.min.mjs";
import { Detector, Resampler, joined, level } from "./detector.js";
import { texts } from "./texts.js";

const MOST = 10; // windows that may wait for the model: a device slower than that skips the oldest
const QUIETEST_DB = -60; // left end of the meter
const LOWEST_HZ = 50; // bottom of the picture
const DARKEST_DB = -100;
const BRIGHTEST_DB = -25;
const COLOURS = [[0, 0, 4], [81, 18, 124], [183, 55, 121], [252, 137, 97], [252, 253, 191]]; // matplotlib's magma
const WHY = { NotAllowedError: "refused", NotFoundError: "no_device", NotReadableError: "taken" };

const at = (id) => document.getElementById(id);

// ---- what it says ---------------------------------------------------------------------------------------------------

const said = { language: navigator.language.startsWith("ko") ? "ko" : "en", status: ["loading", {}], events: [] };

const text = (key, values = {}) => texts[said.language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

function say(key, values = {}) {
  said.status = [key, values];
  at("status").textContent = text(key, values);
}

function write() {
  document.documentElement.lang = said.language;
  document.title = at("title").textContent = about.title || readable(at("label").selectedOptions[0].value);
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
  at("picture").setAttribute("aria-label", text("picture"));
  at("toggle").textContent = text(session ? "stop" : "start");
  at("language").textContent = text("other");
  at("language").lang = said.language === "ko" ? "en" : "ko";
  say(...said.status);
  said.events.forEach(([line, event]) => (line.textContent = described(event)));
}

function measure(id, value, words = "–") {
  at(id).value = value;
  at(`${id}-value`).textContent = words;
}

const readable = (label) => label.replaceAll("_", " ");

const fixed = (number, digits = 2) => number.toFixed(digits);

function described(event) {
  const when = event.clock?.toLocaleTimeString(said.language) ?? text("at", { seconds: fixed(event.start, 1) });
  const values = { when, peak: fixed(event.peak), seconds: fixed(event.end - event.start, 1) };
  return text(event.end === null ? "lasting" : "event", values);
}

// ---- what the model says --------------------------------------------------------------------------------------------

const about = await (await fetch("model.json")).json();
let session = null; // what the microphone has open
ort.env.wasm.numThreads = 1; // more would need headers that static hosts do not send
ort.env.wasm.proxy = true; // in a worker: the page stays alive meanwhile

const loaded = ort.InferenceSession.create("model.onnx");

/** The probability of each label in samples [n] at the model's rate. */
export async function judge(samples) {
  const audio = new ort.Tensor("float32", samples.slice(), [1, samples.length]);
  return (await (await loaded).run({ audio })).probabilities.data;
}

const threshold = () => Number(at("threshold").value);

async function step(detector, window) {
  const index = about.labels.indexOf(at("label").value);
  const probability = detector.isLoud(window) ? (await judge(window.sound))[index] : 0;
  detector.threshold = threshold();
  measure("probability", probability, fixed(probability));
  return { probability, event: detector.step(window, probability) };
}

/** Show an event that begins, or what has become of it. */
function show(event, begun) {
  let line = said.events.find(([, known]) => known === event)?.[0];
  if (!line) {
    line = document.createElement("li");
    if (begun) event.clock = new Date(begun + 1000 * event.start);
    said.events.push([line, event]);
    at("events").prepend(line); // the newest on top
  }
  line.textContent = described(event);
}

function forget() {
  said.events = [];
  at("events").replaceChildren();
}

/** Listen to a whole recording [n] at the model's rate: its events, and the highest probability. */
export async function listen(samples, progress = () => {}) {
  const detector = new Detector(about, threshold());
  const found = new Set();
  let peak = 0;
  const follow = async (windows) => {
    for (const window of windows) {
      const { probability, event } = await step(detector, window);
      peak = Math.max(peak, probability);
      if (event) found.add(event);
    }
  };
  for (let begin = 0; begin < samples.length; begin += about.rate) {
    await follow(detector.windows(samples.subarray(begin, begin + about.rate)));
    progress(detector.heard / about.rate);
  }
  await follow(detector.rest());
  detector.finish();
  return { events: [...found], peak };
}

// ---- the microphone -------------------------------------------------------------------------------------------------

const context = new AudioContext(); // at the device's rate, because Firefox opens a microphone at no other; it sleeps
const worklet = context.audioWorklet?.addModule("worklet.js");

async function start() {
  if (!navigator.mediaDevices || !worklet) return say("insecure");
  const mine = (session = { waiting: [], skipped: 0, tracks: [], nodes: [], detector: new Detector(about, threshold()) });
  forget();
  write();
  say("asking");
  try {
    const resumed = context.resume(); // within the click, because some browsers start none later
    const wanted = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }; // they distort barks
    const media = await navigator.mediaDevices.getUserMedia({ audio: wanted });
    mine.tracks = media.getTracks();
    await Promise.all([resumed, worklet]);
    if (mine !== session) return release(mine);
    connect(mine, media);
    say("listening");
  } catch (error) {
    if (mine === session) stop(WHY[error.name] ?? "failed", { reason: `${error.name}: ${error.message}` });
  }
}

function connect(mine, media) {
  const source = context.createMediaStreamSource(media);
  const mono = { channelCount: 1, channelCountMode: "explicit" }; // stereo is averaged
  const microphone = new AudioWorkletNode(context, "microphone", { ...mono, processorOptions: { rate: about.rate } });
  const analyser = new AnalyserNode(context, { ...mono, fftSize: 2048, smoothingTimeConstant: 0 });
  source.connect(analyser);
  source.connect(microphone).connect(context.destination); // it is silent, but a node without an output may not run
  microphone.port.onmessage = ({ data }) => mine === session && hear(mine, data);
  mine.nodes = [source, microphone, analyser];
  mine.tracks.forEach((track) => (track.onended = () => mine === session && stop("unplugged")));
  draw(mine, analyser);
}

async function hear(mine, samples) {
  const { detector, waiting } = mine;
  waiting.push(...detector.windows(samples));
  mine.begun = Date.now() - (1000 * detector.heard) / about.rate;
  const loudness = Math.max(QUIETEST_DB, level(samples));
  measure("level", loudness, `${Math.round(loudness)} dBFS`);
  const late = waiting.splice(0, Math.max(0, waiting.length - MOST)).length;
  if (late) say("late", { skipped: (mine.skipped += late) });
  if (mine.busy) return;
  mine.busy = true;
  try {
    while (waiting.length && mine === session) {
      const { event } = await step(detector, waiting.shift());
      if (event && mine === session) show(event, mine.begun);
    }
    mine.busy = false;
  } catch (error) {
    if (mine === session) stop("broken", { reason: error.message });
  }
}

function stop(key, values) {
  const mine = session;
  session = null;
  release(mine);
  const event = mine.detector.finish();
  if (event) show(event);
  measure("level", QUIETEST_DB);
  measure("probability", 0);
  say(key, values);
  write();
}

function release({ tracks, nodes }) {
  tracks.forEach((track) => track.stop());
  for (const node of nodes) {
    node.disconnect();
    node.port?.postMessage("end"); // the worklet's
  }
  if (!session) context.suspend();
}

// ---- the picture ----------------------------------------------------------------------------------------------------

function draw(mine, analyser) {
  const { width, height } = at("picture");
  const pen = at("picture").getContext("2d");
  const levels = new Float32Array(analyser.frequencyBinCount);
  const column = pen.createImageData(1, height);
  const top = about.rate / 2;
  const bins = Array.from({ length: height }, (_, row) => {
    const hertz = top * (LOWEST_HZ / top) ** (row / height); // logarithmic, as ears are
    return Math.min(levels.length - 1, Math.round((hertz * analyser.fftSize) / context.sampleRate));
  });
  const next = () => {
    if (mine !== session) return;
    analyser.getFloatFrequencyData(levels);
    bins.forEach((bin, row) => column.data.set(colour(levels[bin]), 4 * row));
    pen.drawImage(pen.canvas, -1, 0);
    pen.putImageData(column, width - 1, 0);
    requestAnimationFrame(next);
  };
  next();
}

function colour(decibels) {
  const share = Math.min(1, Math.max(0, (decibels - DARKEST_DB) / (BRIGHTEST_DB - DARKEST_DB))) * (COLOURS.length - 1);
  const below = Math.min(COLOURS.length - 2, Math.floor(share));
  const mixed = COLOURS[below].map((value, channel) => value + (share - below) * (COLOURS[below + 1][channel] - value));
  return [...mixed, 255];
}

// ---- a file ---------------------------------------------------------------------------------------------------------

async function judgeFile(file) {
  const { name } = file;
  if (session) stop("stopped");
  forget();
  at("toggle").disabled = at("file").disabled = true;
  try {
    const sound = await context.decodeAudioData(await file.arrayBuffer()).catch(() => null); // at the context's rate
    if (!sound) return say("no_sound", { name });
    const channels = Array.from({ length: sound.numberOfChannels }, (_, channel) => sound.getChannelData(channel));
    const mono = channels[0].map((_, place) => channels.reduce((sum, one) => sum + one[place], 0) / channels.length);
    const samples = resampled(mono, context.sampleRate);
    const progress = (heard) => say("judging", { name, seconds: fixed(heard, 0) });
    const { events, peak } = await listen(samples, progress);
    events.forEach((event) => show(event));
    say("judged", { name, seconds: fixed(samples.length / about.rate, 1), count: events.length, peak: fixed(peak) });
  } catch (error) {
    say("broken", { reason: error.message });
  } finally {
    at("toggle").disabled = at("file").disabled = false;
    at("file").value = ""; // so that the same file can be chosen again
    measure("probability", 0);
  }
}

/** A whole recording at the model's rate. */
export function resampled(samples, rate) {
  const resampler = new Resampler(rate, about.rate);
  const blocks = [resampler.push(samples), ...(rate === about.rate ? [] : [resampler.flush()])];
  return joined(...blocks).subarray(0, Math.round((samples.length * about.rate) / rate));
}

// ---- all of it at work ----------------------------------------------------------------------------------------------

at("label").append(...about.menu.map((label) => new Option(readable(label), label)));
at("threshold").value = about.threshold;
at("threshold").oninput = () => (at("threshold-value").textContent = fixed(threshold()));
at("threshold").oninput();
at("label").onchange = write;
at("language").onclick = () => {
  said.language = said.language === "ko" ? "en" : "ko";
  write();
};
at("toggle").onclick = () => (session ? stop("stopped") : start());
at("file").onchange = ({ target }) => target.files.length && judgeFile(target.files[0]);
write();
try {
  await Promise.all([judge(new Float32Array(about.samples)), worklet]); // the first call is slow
  at("toggle").disabled = at("file").disabled = false;
  say("ready");
} catch (error) {
  say("broken", { reason: error.message });
}
