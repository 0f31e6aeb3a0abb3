/* Listening without a microphone or a page: resampling, windows and events. What `helpers.live.detector.Detector` makes
   of the same samples, this makes of them, too. */

const HOP_S = 0.1; // from one window to the next
const REFRACTORY_S = 0.5; // how long after an event no other one begins
const FRAME_S = 0.01; // in which an onset is looked for
const SILENCE_DBFS = -120;

const CROSSINGS = 48; // zero crossings of the sinc on each side
const ROLLOFF = 0.945; // middle of its slope, as a share of half the lower rate
const BETA = 9; // of the Kaiser window: ripples of −90 dB

/** A change of the sample rate, block by block: band-limited interpolation (J. O. Smith, "Digital Audio Resampling"). */
export class Resampler {
  constructor(from, to) {
    const divisor = greatestCommonDivisor(from, to);
    [this.up, this.down] = [to / divisor, from / divisor];
    const scale = Math.min(1, to / from) * ROLLOFF;
    this.half = Math.ceil(CROSSINGS / scale);
    this.kernels = Array.from({ length: this.up }, (_, phase) => kernel(phase / this.up, this.half, scale));
    this.rest = new Float32Array(this.half - 1); // silence before the beginning
    this.next = 0; // where in the rest the next output lies, in 1/up of a sample
  }

  /** The output that becomes ready with a block of input. */
  push(block) {
    if (this.up === this.down) return block;
    const sound = joined(this.rest, block);
    const output = [];
    let begin = 0;
    while ((begin = Math.floor(this.next / this.up)) + 2 * this.half <= sound.length) {
      const weights = this.kernels[this.next % this.up];
      let sum = 0;
      for (let tap = 0; tap < weights.length; tap++) sum += weights[tap] * sound[begin + tap];
      output.push(sum);
      this.next += this.down;
    }
    this.rest = sound.slice(begin);
    this.next -= begin * this.up;
    return Float32Array.from(output);
  }

  /** The output that still waits for input, as if silence followed. */
  flush() {
    return this.push(new Float32Array(this.half));
  }
}

function kernel(fraction, half, scale) {
  const places = Array.from({ length: 2 * half }, (_, tap) => tap - (half - 1) - fraction);
  const weights = places.map((place) => sinc(scale * place) * kaiser(place / half));
  const sum = weights.reduce((total, weight) => total + weight); // so that a constant stays what it is
  return Float64Array.from(weights, (weight) => weight / sum);
}

const sinc = (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const kaiser = (x) => bessel(BETA * Math.sqrt(Math.max(0, 1 - x * x))) / bessel(BETA);

function bessel(x) {
  let [sum, term] = [1, 1];
  for (let order = 1; term > 1e-12 * sum; order++) sum += term *= (x / 2 / order) ** 2;
  return sum;
}

function greatestCommonDivisor(a, b) {
  return b ? greatestCommonDivisor(b, a % b) : a;
}

export function joined(...blocks) {
  const whole = new Float32Array(blocks.reduce((length, block) => length + block.length, 0));
  let place = 0;
  for (const block of blocks) {
    whole.set(block, place);
    place += block.length;
  }
  return whole;
}

/** RMS level in dBFS, without the mean: a constant offset cannot be heard. */
export function level(sound) {
  return Math.max(SILENCE_DBFS, 10 * Math.log10(power(sound, mean(sound))));
}

const mean = (sound) => sound.reduce((sum, value) => sum + value, 0) / sound.length;

const power = (sound, middle) => sound.reduce((sum, value) => sum + (value - middle) ** 2, 0) / sound.length;

/** Follow a stream: it cuts the windows, and makes events of what a model says about them. */
export class Detector {
  constructor({ rate, seconds, samples, gate }, threshold) {
    Object.assign(this, { rate, seconds, samples, gate, threshold });
    this.hop = Math.round(HOP_S * rate);
    this.sound = new Float32Array(0); // from where the next window begins
    this.heard = 0; // samples
    this.count = 0; // windows
    this.event = null; // the one that lasts
    this.freeAt = this.ended = 0; // s
  }

  get release() {
    return this.threshold / 2; // so that a probability that trembles around the threshold is one event
  }

  /** Take what comes next in the stream; the windows that become whole with it, and where they end (samples). */
  windows(samples) {
    this.sound = joined(this.sound, samples);
    this.heard += samples.length;
    const found = [];
    let begin = 0;
    for (; begin + this.samples <= this.sound.length; begin += this.hop) {
      const end = this.heard - this.sound.length + begin + this.samples;
      found.push({ end, sound: this.sound.slice(begin, begin + this.samples) });
    }
    this.count += found.length;
    this.sound = this.sound.slice(begin);
    return found;
  }

  /** The windows left at the end: a stream shorter than one is judged repeated until it fills it. */
  rest() {
    if (this.count || !this.heard) return [];
    const sound = Float32Array.from({ length: this.samples }, (_, place) => this.sound[place % this.heard]);
    return [{ end: this.heard, sound }];
  }

  /** Whether a model is asked about a window; one below the gate has probability 0. */
  isLoud({ sound }) {
    return level(sound) >= this.gate;
  }

  /** The event that begins or ends with a window of this probability, or null; times in s of the stream. */
  step({ end, sound }, probability) {
    const now = end / this.rate;
    if (this.event) {
      this.event.peak = Math.max(this.event.peak, probability);
      return probability < this.release ? this.close(Math.max(now - this.seconds, this.event.start + FRAME_S), now) : null;
    }
    if (probability < this.threshold || now < this.freeAt) return null;
    const start = Math.max(this.onset({ end, sound }), this.ended); // one sound is not the start of two events
    return (this.event = { start, end: null, reported: now, peak: probability });
  }

  /** End the stream: the event that lasts, or null. */
  finish() {
    return this.event && this.close(this.heard / this.rate, this.heard / this.rate);
  }

  close(end, now) {
    const event = Object.assign(this.event, { end });
    [this.event, this.freeAt, this.ended] = [null, now + REFRACTORY_S, end];
    return event;
  }

  /** Where the loudest moment of a window began: there its level rises half way up. */
  onset({ end, sound: window }) {
    const sound = window.subarray(0, end); // without what repeats a stream shorter than a window
    const frame = Math.min(Math.ceil(FRAME_S * this.rate - 0.5), sound.length); // 220.5 → 220, as Python rounds
    const middle = mean(sound);
    const levels = [];
    for (let begin = sound.length % frame; begin < sound.length; begin += frame) {
      levels.push(10 * Math.log10(power(sound.subarray(begin, begin + frame), middle) + 1e-20));
    }
    let onset = levels.indexOf(Math.max(...levels));
    const half = (levels[onset] + median(levels)) / 2;
    while (onset > 0 && levels[onset - 1] >= half) onset--;
    return (end - (levels.length - onset) * frame) / this.rate;
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}
