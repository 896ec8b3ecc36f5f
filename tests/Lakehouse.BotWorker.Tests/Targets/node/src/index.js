'use strict';

const { price } = require('./price');
const { zones } = require('./zones');

module.exports = { price, zones };
