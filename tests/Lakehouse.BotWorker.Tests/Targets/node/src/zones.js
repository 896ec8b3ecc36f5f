'use strict';

/** Cents per started kilogram. */
const zones = Object.freeze({ home: 390, eu: 570, world: 1290 });

module.exports = { zones };
