'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { price } = require('../src/index.js');

describe('price', () => {
  test('is per started kilogram', () => {
    assert.equal(price({ grams: 1, zone: 'home' }), 390);
    assert.equal(price({ grams: 1000, zone: 'home' }), 390);
    assert.equal(price({ grams: 1001, zone: 'home' }), 780);
  });

  test('depends on the zone', () => {
    assert.equal(price({ grams: 500, zone: 'eu' }), 570);
    assert.equal(price({ grams: 500, zone: 'world' }), 1290);
  });

  test('refuses what is no parcel', () => {
    assert.throws(() => price({ grams: 0, zone: 'home' }), RangeError);
    assert.throws(() => price({ grams: 5, zone: 'moon' }), /unknown zone moon/);
  });
});
