#ifndef WORDS_H
#define WORDS_H

#include <stdio.h>

/* The number of words in a stream; a word is a run of anything but white space. */
long words_count(FILE *in);

#endif
