#include "words.h"

#include <ctype.h>

long words_count(FILE *in)
{
    long count = 0;
    int inside = 0;
    int c;

    while ((c = getc(in)) != EOF) {
        if (isspace(c)) {
            inside = 0;
        } else if (!inside) {
            inside = 1;
            count++;
        }
    }

    return count;
}
