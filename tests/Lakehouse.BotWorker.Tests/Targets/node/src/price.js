'use strict';

const { zones } = require('./zones');

/** The price of a parcel in cents. */
function price({ grams, zone }) {
  if (!(grams > 0)) {
    throw new RangeError('grams must be more than 0');
  }

  if (!(zone in zones)) {
    throw new RangeError(`unknown zone ${zone}`);
  }

  return Math.ceil(grams / 1000) * zones[zone];
}

module.exports = { price };
