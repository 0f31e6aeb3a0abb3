/* What the microphone gives, at the rate of the model: browsers open it at the rate of the device. */

import { Resampler, joined } from "./detector.js";

const BLOCK_S = 0.05; // longer blocks delay the sound, shorter ones mean more messages

registerProcessor(
  "microphone",
  class extends AudioWorkletProcessor {
    constructor({ processorOptions: { rate } }) {
      super();
      this.size = BLOCK_S * rate;
      this.resampler = new Resampler(sampleRate, rate);
      this.block = new Float32Array(0);
      this.port.onmessage = () => (this.ended = true);
    }

    process([[input]]) {
      if (!input) return !this.ended; // nothing is connected
      this.block = joined(this.block, this.resampler.push(input));
      if (this.block.length >= this.size) {
        this.port.postMessage(this.block);
        this.block = new Float32Array(0);
      }
      return !this.ended;
    }
  },
);
